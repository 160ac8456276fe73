"""Rounds of home visits: which team of at least two goes to which households and when, and whose list is still out."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit
from campaigns.models import Campaign
from clearance.choices import OPENED, STATUTORY_PURPOSES, Outreach, Purpose, RoundState
from clearance.models.households import Household, TeamAssignment
from clearance.models.projects import Project
from clearance.models.scripts import VisitRule
from clearance.models.visits import Visit
from clearance.querysets import PlannedVisitQuerySet, RoundPersonQuerySet, RoundQuerySet, RoundTeamQuerySet
from clearance.validators import no_personal_number
from core.dates import full_date
from core.keys import WardKey
from core.models import WardModel, save_all, today, tracked
from deadlines.models import Calendar
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

LEAST = 2  # people at a door


@dataclass(frozen=True)
class Planned:
    """left_out: household number -> why."""

    count: int
    left_out: dict[int, str]


@tracked
class VisitRound(WardModel):
    """Planned, then its lists are out, returned, and at last it is closed: each by its day."""

    project = WardKey(Project, models.PROTECT, related_name="rounds", verbose_name=_("project"))
    number = models.PositiveSmallIntegerField(_("round"), editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day, when the lists come back"))
    note = models.CharField(_("note"), max_length=200, blank=True, validators=[no_personal_number])
    handed_out_on = models.DateField(_("lists handed out on"), null=True, blank=True, editable=False)
    returned_on = models.DateField(_("last list returned on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of visits")
        verbose_name_plural = _("rounds of visits")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint("ward", "project", "number", name="clearance_round_number"),
            models.CheckConstraint(
                name="clearance_round_days",
                condition=Q(to_on__gte=F("from_on"))
                & (Q(returned_on__isnull=True) | Q(returned_on__gte=F("handed_out_on"), handed_out_on__isnull=False)),
                violation_error_message=_("The last day can not be before the first."),
            ),
        ]

    def __str__(self) -> str:
        words = gettext("Round %(number)s: %(purpose)s")
        return words % {"number": self.number, "purpose": self.get_purpose_display()}

    def get_absolute_url(self) -> str:
        return reverse("clearance:round_detail", args=[self.project.slug, self.number])

    @property
    def state(self) -> RoundState:
        if self.closed_on:
            return RoundState.CLOSED
        if self.returned_on:
            return RoundState.RETURNED
        return RoundState.OUT if self.handed_out_on else RoundState.PLANNED

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def is_statutory(self) -> bool:
        return self.purpose in STATUTORY_PURPOSES

    def can_plan(self, user: "User", campaign: Campaign) -> Decision:
        if self.state != RoundState.PLANNED:
            return access.denied(gettext("The lists of this round were handed out. Plan another round."))
        return self.project.can_manage(user, campaign)

    def can_close(self, user: "User", campaign: Campaign) -> Decision:
        if self.state == RoundState.OUT:
            return access.denied(gettext("Its lists are still out: every team returns its own first."))
        if self.closed_on:
            return access.denied(gettext("This round is closed already."))
        return self.project.can_manage(user, campaign)

    def units(self) -> Any:
        """Those that visit households of the project: a team goes to the households of its own unit."""
        has = TeamAssignment.objects.filter(ward_id=self.ward_id, household__project=self.project_id, valid_to=None)
        return Unit.objects.filter(ward_id=self.ward_id, pk__in=has.values("team")).order_by("sort_key")

    def plan(self, *, by: "User | None", campaign: Campaign) -> None:
        """Save a new round under the next number of its project."""
        campaign.require_open()
        with transaction.atomic():
            Project.objects.select_for_update(of=("self",)).get(pk=self.project_id, ward_id=self.ward_id)
            rows = VisitRound.objects.filter(ward_id=self.ward_id, project=self.project_id)
            self.number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
            self.save()
            outbox.record("clearance.round.planned", subject=self.project, by=by, on=self.from_on)

    def add_team(
        self, *, by: "User", campaign: Campaign, unit: Unit, people: "Iterable[User]", guests: Iterable[str]
    ) -> "RoundTeam":
        """At least two people, one of them of the ward. guests: names of people without an account."""
        campaign.require_open()
        own, others = list(people), [name for name in guests if name.strip()]
        if not own:
            raise ValidationError(gettext("At least one of the team is of the ward: choose a person."))
        if len(own) + len(others) < LEAST:
            raise ValidationError(gettext("Nobody visits alone: name at least two people."))
        with transaction.atomic():
            self._still(RoundState.PLANNED)
            team = RoundTeam(ward_id=self.ward_id, round=self, unit=unit)
            team.number = 1 + self.teams.count()
            team.save()
            named = [RoundPerson(ward_id=self.ward_id, team=team, user=user, name=user.full_name) for user in own]
            named += [RoundPerson(ward_id=self.ward_id, team=team, name=name.strip()) for name in others]
            save_all(named)
            outbox.record("clearance.round.team_added", subject=self.project, by=by, unit=unit)
        return team

    def _still(self, state: RoundState) -> None:
        row = VisitRound.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
        if row.state != state:
            said = gettext("This round is now “%(state)s”, so that step is not possible any more.")
            raise ValidationError(said % {"state": row.get_state_display()})

    def hand_out(self, *, by: "User", campaign: Campaign) -> None:
        """Every team has its list from now on."""
        campaign.require_open()
        with transaction.atomic():
            self._still(RoundState.PLANNED)
            empty = [team for team in self.teams.annotate(visits=Count("planned")) if not team.visits]
            if empty or not self.planned.exists():
                raise ValidationError(
                    gettext("Each team needs households first. Plan them from the list of households.")
                )
            self.handed_out_on = today()
            self.save(update_fields=["handed_out_on"])
            outbox.record("clearance.round.handed_out", subject=self.project, by=by)

    def close(self, *, by: "User", campaign: Campaign) -> None:
        """It is over: its households may stand in another round. One that was never handed out is dropped so, too."""
        campaign.require_open()
        with transaction.atomic():
            row = VisitRound.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
            if row.state not in (RoundState.PLANNED, RoundState.RETURNED):
                raise ValidationError(gettext("Its lists are still out: every team returns its own first."))
            self.closed_on = today()
            self.save(update_fields=["closed_on"])
            outbox.record("clearance.round.closed", subject=self.project, by=by)


@tracked
class RoundTeam(WardModel):
    """Those who go together, of the unit that visits these households. Its list is out until it is returned."""

    round = WardKey(VisitRound, models.CASCADE, related_name="teams", verbose_name=_("round"))
    number = models.PositiveSmallIntegerField(_("team"), editable=False)
    unit = WardKey(Unit, models.PROTECT, related_name="round_teams", verbose_name=_("unit"))
    returned_on = models.DateField(_("list returned on"), null=True, blank=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("list returned by"),
    )

    objects = RoundTeamQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:project_list")

    class Meta:
        verbose_name = _("team of a round")
        verbose_name_plural = _("teams of rounds")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("ward", "round", "number", name="clearance_roundteam_number"),
            models.CheckConstraint(
                name="clearance_roundteam_returned",
                condition=Q(returned_on__isnull=True, returned_by__isnull=True)
                | Q(returned_on__isnull=False, returned_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Team %(number)s, %(unit)s") % {"number": self.number, "unit": self.unit}

    def can_return(self, user: "User", campaign: Campaign) -> Decision:
        if self.returned_on:
            return access.denied(gettext("This list is returned already."))
        if self.round.state != RoundState.OUT:
            return access.denied(gettext("This list is not out."))
        return access.can(user, Permission.VISIT_RECORD, unit=self.unit) and campaign.can_change()

    def give_back(self, *, by: "User", campaign: Campaign) -> None:
        """The list comes back; with the last of them the round is returned."""
        campaign.require_open()
        with transaction.atomic():
            self.round._still(RoundState.OUT)
            rows = RoundTeam.objects.filter(pk=self.pk, ward_id=self.ward_id, returned_on=None)
            if rows.update(returned_on=today(), returned_by=by) != 1:
                raise ValidationError(gettext("This list is returned already."))
            if not RoundTeam.objects.filter(ward_id=self.ward_id, round=self.round_id, returned_on=None).exists():
                VisitRound.objects.filter(pk=self.round_id, ward_id=self.ward_id).update(returned_on=today())
            outbox.record("clearance.round.returned", subject=self.round.project, by=by, unit=self.unit)

    def plan(
        self, *, by: "User", campaign: Campaign, households: Any, on: datetime.date, at: datetime.time | None = None
    ) -> Planned:
        """Give the team these households for a day; who may not be visited then is left out, and why is said."""
        campaign.require_open()
        self.check_slot(on, at)
        with transaction.atomic():
            self.round._still(RoundState.PLANNED)
            rows = list(households.order_by("number").select_for_update(of=("self",)))
            why = self._why_not(rows, on)
            rows = [row for row in rows if row.pk not in why]
            save_all(
                [
                    PlannedVisit(ward_id=self.ward_id, round=self.round, household=row, team=self, on=on, at=at)
                    for row in rows
                ]
            )
            if rows:
                words = {"subject": self.round.project, "by": by, "on": on, "unit": self.unit}
                outbox.record("clearance.round.filled", count=len(rows), **words)
        return Planned(len(rows), dict(why.values()))

    def check_slot(self, on: datetime.date, at: datetime.time | None) -> None:
        """Raises ValidationError for a day or an hour at which nobody visits."""
        if not self.round.from_on <= on <= self.round.to_on:
            words = {"first": full_date(self.round.from_on), "last": full_date(self.round.to_on)}
            raise ValidationError({"on": gettext("Write a day from %(first)s to %(last)s.") % words})
        if why := Calendar(self.ward_id).why_no_event(on):
            said = gettext("Nobody visits on %(day)s: %(why)s.") % {"day": full_date(on), "why": why}
            raise ValidationError({"on": said})
        rule = VisitRule.of(self.ward, on)
        if at and not rule.starts_at <= at <= rule.ends_at:
            hours = {"first": f"{rule.starts_at:%H:%M}", "last": f"{rule.ends_at:%H:%M}"}
            raise ValidationError({"at": gettext("Visits are from %(first)s to %(last)s.") % hours})

    def _why_not(self, households: list[Household], on: datetime.date) -> dict[int, tuple[int, str]]:
        """Key -> number and the reason."""
        ward, keys = {"ward_id": self.ward_id}, [row.pk for row in households]
        own = set(
            TeamAssignment.objects.filter(household__in=keys, team=self.unit_id, **ward)
            .valid_on(on)
            .values_list("household", flat=True)
        )
        planned = PlannedVisit.objects.filter(household__in=keys, round__closed_on=None, **ward)
        open_rounds = dict(planned.values_list("household", "round__number"))
        often = self._often(keys, on)
        found = {}
        for row in households:
            why = ""
            if row.pk in open_rounds:
                why = gettext("stands in round %(number)s, which is not closed") % {"number": open_rounds[row.pk]}
            elif row.pk not in own:
                why = gettext("is not visited by this unit")
            elif row.outreach == Outreach.PAUSED_ON_REQUEST and not self.round.is_statutory:
                why = gettext("asked for quiet")
            elif row.pk in often:
                why = gettext("would be visited too often in that week")
            if why:
                found[row.pk] = row.number, why
        return found

    def _often(self, keys: list[int], on: datetime.date) -> set[int]:
        """Whose week is full by the ward's rule. Papers that the law orders and days agreed with it are no bother."""
        if self.round.is_statutory:
            return set()
        most = VisitRule.of(self.ward, on).per_week
        counts = visits_in_week(self.ward_id, keys, on)
        agreed = Visit.objects.valid().filter(household__in=keys, ward_id=self.ward_id, follow_up_on=on)
        free = set(agreed.filter(outcome__in=OPENED).values_list("household", flat=True))
        return {key for key, count in counts.items() if count >= most} - free


def visits_in_week(ward_id: int, keys: Iterable[int], on: datetime.date) -> dict[int, int]:
    """Of each household the visits from Monday to Sunday around a day, those still planned among them."""
    monday = on - datetime.timedelta(days=on.weekday())
    start = timezone.make_aware(datetime.datetime.combine(monday, datetime.time.min))
    week = {"visited_at__gte": start, "visited_at__lt": start + datetime.timedelta(days=7)}
    made = Visit.objects.counted().filter(household__in=keys, ward_id=ward_id, **week)
    counts = dict(made.order_by().values_list("household").annotate(Count("pk")))
    days = (monday, monday + datetime.timedelta(days=6))
    planned = PlannedVisit.objects.to_visit().filter(household__in=keys, ward_id=ward_id, on__range=days)
    for key, more in planned.order_by().values_list("household").annotate(Count("pk")):
        counts[key] = counts.get(key, 0) + more
    return counts


@tracked
class RoundPerson(WardModel):
    """Somebody who goes along; without an account by name alone."""

    team = WardKey(RoundTeam, models.CASCADE, related_name="people", verbose_name=_("team of a round"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("full name"), max_length=120, validators=[no_personal_number])

    objects = RoundPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a round's team")
        verbose_name_plural = _("people of rounds' teams")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("ward", "team", "name", name="clearance_roundperson_once")]

    def __str__(self) -> str:
        return self.name


@tracked
class PlannedVisit(WardModel):
    """A household on the list of a team; visit: what came of it."""

    round = WardKey(VisitRound, models.CASCADE, related_name="planned", verbose_name=_("round"))
    household = WardKey(Household, models.PROTECT, related_name="planned", verbose_name=_("household"))
    team = WardKey(RoundTeam, models.CASCADE, related_name="planned", verbose_name=_("team of a round"))
    on = models.DateField(_("on the day"))
    at = models.TimeField(_("Time"), null=True, blank=True)
    visit = WardKey(
        Visit, models.PROTECT, null=True, blank=True, editable=False, related_name="planned", verbose_name=_("visit")
    )

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned visit")
        verbose_name_plural = _("planned visits")
        ordering = ["on", "at", "household__number"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "round",
                "household",
                name="clearance_planned_once",
                violation_error_message=_("This household stands in the round already."),
            )
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}, {self.on:%d/%m/%Y}"
