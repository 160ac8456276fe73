import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, days
from campaigns.models import Campaign
from clearance.choices import (
    STATUTORY_PURPOSES,
    Outreach,
    PartyKind,
)
from clearance.models.procedure import ProjectBatch, RuleSet, StepTransition
from clearance.models.projects import Project
from clearance.querysets import AssignmentQuerySet, HouseholdQuerySet, PartyQuerySet, ThroughHouseholdQuerySet
from clearance.validators import no_personal_number
from core import past
from core.dated import dated
from core.dates import full_date
from core.keys import WardKey
from core.models import Period, WardModel, today, tracked
from core.search import folded, sort_key
from core.together import read_together
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class Party(WardModel):
    """A household, person or organisation; one party may have a file in several projects."""

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:project_list")

    kind = models.CharField(_("kind"), max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    name = models.CharField(_("full name"), max_length=120, validators=[no_personal_number])
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    search_key = folded("name")
    sort_key = sort_key("name", "vi_name_key")

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [GinIndex(name="clearance_party_search", fields=["search_key"], opclasses=["gin_trgm_ops"])]

    @property
    def words_in_log(self) -> str:
        file = self.households.filter(ward_id=self.ward_id).select_related("household__project").first()
        where = file.household.words_in_log if file else ""
        return gettext("a person in %(household)s") % {"household": where} if where else super().words_in_log

    @property
    def personal_file(self) -> "Party":
        return self

    def __str__(self) -> str:
        return self.name


@dated("number", "residential_group", "batch", "outreach", "paused_on", "pause_reason")
@tracked
class Household(WardModel):
    """The file of one household in one project."""

    follow_up_on: datetime.date | None  # of with_last_visit()
    name: str | None  # of with_names()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:project_list")

    project = WardKey(Project, models.PROTECT, related_name="households", verbose_name=_("project"))
    number = models.PositiveIntegerField(_("household number"))
    address_line = models.CharField(_("home address"), max_length=200, validators=[no_personal_number])
    residential_group = WardKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("residential group")
    )
    batch = WardKey(
        ProjectBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="households",
        verbose_name=_("batch of a project"),
    )
    arrived_on = models.DateField(
        _("on the land since"),
        null=True,
        blank=True,
        help_text=_("Only where it is known and matters: an arrival after the cut-off date is said, never left out."),
    )
    outreach = models.CharField(_("outreach"), max_length=20, choices=Outreach, default=Outreach.NOT_REACHED)
    paused_on = models.DateField(_("paused since"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(
        _("what the household asked for"),
        max_length=200,
        blank=True,
        editable=False,
        validators=[no_personal_number],
    )
    search_key = folded("address_line")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["project", "number"]
        indexes = [
            GinIndex(name="clearance_household_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
            models.Index(
                name="clearance_household_follow_up", fields=["project"], condition=Q(outreach=Outreach.FOLLOW_UP)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "project",
                "number",
                name="clearance_household_number",
                violation_error_message=_("This project already has a household with this number."),
            ),
            models.CheckConstraint(
                name="clearance_household_paused",
                condition=Q(outreach=Outreach.PAUSED_ON_REQUEST, paused_on__isnull=False)
                | (~Q(outreach=Outreach.PAUSED_ON_REQUEST) & Q(paused_on__isnull=True, pause_reason="")),
            ),
        ]

    log_needs = ("project",)

    @property
    def words_in_log(self) -> str:
        return gettext("household no. %(number)s of %(project)s") % {"number": self.number, "project": self.project}

    @property
    def personal_file(self) -> "Household":
        return self

    def __str__(self) -> str:
        return str(_("household no. %(number)s") % {"number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("clearance:household_detail", args=[self.project.slug, self.number])

    @property
    def rule_set(self) -> "RuleSet | None":
        """By whose days its own are counted: those of its batch, else of the project."""
        return (self.batch.rule_set if self.batch else None) or self.project.rule_set

    @property
    def is_paused(self) -> bool:
        return self.outreach == Outreach.PAUSED_ON_REQUEST

    @cached_property
    def representative(self) -> Party | None:
        """Of the day that is read."""
        if on := past.current().on:
            return self.representative_on(on)
        return next((row.party for row in self.represented if row.valid_to is None), None)

    def representative_on(self, day: datetime.date) -> Party | None:
        """Who spoke for the household on a day; before the first known one, that one."""
        known = [row for row in self.represented if row.valid_from <= day] or self.represented[:1]
        return known[-1].party if known else None

    def read_with(self, *beside: models.QuerySet) -> None:
        """Read by whom it is represented, its team and what else a page shows, in one statement."""
        people = self.people()
        read_together(*people.values(), *beside)
        self.take_people({name: list(rows) for name, rows in people.items()})

    def people(self) -> dict[str, models.QuerySet]:
        """By whom it is represented, and its team; `take_people` keeps what was read of them."""
        return {"representations": self._representations(), "assignments": self._teams()}

    def take_people(self, found: dict[str, list[Any]]) -> None:
        self.represented = found["representations"]
        self.team = next((row.team for row in found["assignments"]), None)

    @classmethod
    def read_people(cls, households: Iterable["Household"]) -> None:
        """By whom each of many is represented, in one statement."""
        known = {household.pk: household for household in households}
        for household in known.values():
            household.represented = []
        wards = {household.ward_id for household in known.values()}
        rows = Representation.objects.filter(ward__in=wards, household__in=known)
        for row in rows.select_related("party").order_by("valid_from"):
            known[row.household_id].represented.append(row)

    def _representations(self) -> Any:
        return self.representations.select_related("party").order_by("valid_from")

    def _teams(self) -> Any:
        return self.assignments.now().select_related("team").order_by("pk")[:1]

    @cached_property
    def represented(self) -> "list[Representation]":
        """By whom the household is and was represented, the first of them first."""
        return list(self._representations())

    def history_parts(self) -> Iterator[models.Model]:
        """Rows whose changes belong into the history of the file."""
        yield from self.represented
        yield from Party.objects.filter(ward=self.ward_id, households__household=self).order_by("pk")

    def steps(self) -> Any:
        """The steps that its project reached, and its batch, the one entered last first."""
        rows = StepTransition.objects.filter(ward=self.ward_id, project=self.project_id)
        return rows.filter(Q(batch=None) | Q(batch=self.batch_id)).select_related("step").order_by("-id")

    @cached_property
    def team(self) -> Unit | None:
        return next((row.team for row in self._teams()), None)

    def can_record_visit(self, user: "User", campaign: Campaign) -> Decision:
        """The team of the household, or an officer who enters for it."""
        return access.can(user, Permission.VISIT_RECORD, unit=self.team) and campaign.can_change()

    def is_own_work(self, user: "User") -> bool:
        """Of its team, and of the officer who keeps the files. Everybody else says what the file is opened for."""
        return bool(access.can(user, Permission.VISIT_RECORD, unit=self.team))

    def allows(self, purpose: str) -> bool:
        """A household that asked for quiet receives statutory papers only."""
        return not self.is_paused or purpose in STATUTORY_PURPOSES

    @property
    def cut_off_on(self) -> datetime.date | None:
        """That of its batch, else of the project."""
        return (self.batch.cut_off_on if self.batch else None) or self.project.cut_off_on

    @property
    def arrived_late(self) -> bool:
        """After the cut-off date. It changes nothing by itself."""
        return bool(self.arrived_on and self.cut_off_on and self.arrived_on > self.cut_off_on)

    def change(
        self,
        *,
        by: "User",
        campaign: Campaign,
        address_line: str,
        residential_group: Unit | None,
        arrived_on: datetime.date | None = None,
    ) -> None:
        campaign.require_open()
        with transaction.atomic():
            self.address_line, self.residential_group = address_line, residential_group
            self.arrived_on = arrived_on
            self.save(update_fields=["address_line", "residential_group", "arrived_on"])
            outbox.record("clearance.household.changed", subject=self, by=by)

    def correct_name(self, *, by: "User", campaign: Campaign, name: str) -> None:
        """The representative is the same person, whose name was written wrong: it was this name all the time."""
        campaign.require_open()
        party = self.representative
        if party is None or party.name == name:
            return
        with transaction.atomic():
            party.name, party.is_correction = name, True
            party.save(update_fields=["name"])
            outbox.record("clearance.household.name_corrected", subject=self, by=by)

    def represent(
        self, *, by: "User", campaign: Campaign, on: datetime.date, party: Party | None, name: str, relation: str = ""
    ) -> None:
        """Somebody else speaks for the household from a day on. The days before keep their person.

        party: somebody of the file; None enters the person by name.
        """
        campaign.require_open()
        with transaction.atomic():
            Household.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
            former = self.representations.open().first()
            if former:
                if former.valid_from >= on:
                    raise ValidationError(self.represented_since(former))
                former.valid_to = on - datetime.timedelta(days=1)
                former.save(update_fields=["valid_to"])
            if party is None:
                party = Party.objects.create(ward_id=self.ward_id, name=name)
                self.parties.create(ward_id=self.ward_id, party=party, relation=relation)
            self.representations.create(ward_id=self.ward_id, party=party, valid_from=on)
            outbox.record("clearance.household.represented", subject=self, by=by, on=on)
        for known in ("representative", "represented"):
            self.__dict__.pop(known, None)

    def add_person(self, *, by: "User", campaign: Campaign, name: str, birth_year: int | None, relation: str) -> None:
        """Somebody who owns or uses the land with the representative."""
        campaign.require_open()
        with transaction.atomic():
            party = Party.objects.create(ward_id=self.ward_id, name=name, birth_year=birth_year)
            self.parties.create(ward_id=self.ward_id, party=party, relation=relation)
            outbox.record("clearance.party.added", subject=self, by=by)

    @staticmethod
    def represented_since(row: "Representation") -> str:
        words = {"name": row.party, "day": full_date(row.valid_from)}
        return gettext("%(name)s represents the household since %(day)s. Write a later day.") % words

    def assign(
        self, team: Unit | None, *, by: "User | None", campaign: Campaign, on: datetime.date | None = None
    ) -> None:
        """Give the household to a team from a day on and end the former assignment; None ends it only."""
        campaign.require_open()
        on = on or today()
        with transaction.atomic():
            Household.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
            if not self._end_assignment(team, on):
                return
            if team:
                self.assignments.create(ward_id=self.ward_id, team=team, valid_from=on)
            self.__dict__.pop("team", None)
            outbox.record(
                "clearance.household.assigned" if team else "clearance.household.released",
                subject=self,
                by=by,
                on=on,
                unit=team,
            )

    def _end_assignment(self, team: Unit | None, on: datetime.date) -> bool:
        """False when the team has the household already."""
        former = self.assignments.open().first()
        if former is None:
            return team is not None
        if team and former.team_id == team.pk:
            return False
        if former.valid_from >= on:
            former.delete()  # given and taken away on one day: no team had it for a day; the history keeps the row
        else:
            former.valid_to = on - datetime.timedelta(days=1)
            former.save(update_fields=["valid_to"])
        return True

    def pause(self, *, by: "User", campaign: Campaign, reason: str, on: datetime.date | None = None) -> None:
        """The household asked not to be visited. Statutory papers are still delivered."""
        campaign.require_open()
        on = on or today()
        with transaction.atomic():
            rows = Household.objects.filter(pk=self.pk, ward_id=self.ward_id)
            rows.update(outreach=Outreach.PAUSED_ON_REQUEST, paused_on=on, pause_reason=reason)
            outbox.record("clearance.household.paused", subject=self, by=by, on=on)
        self.refresh_from_db(fields=["outreach", "paused_on", "pause_reason"])

    def resume(self, *, by: "User", campaign: Campaign) -> None:
        """Visits may go on, because the household asked for it."""
        campaign.require_open()
        with transaction.atomic():
            rows = Household.objects.filter(pk=self.pk, ward_id=self.ward_id, outreach=Outreach.PAUSED_ON_REQUEST)
            if rows.with_rule().update(outreach=F("by_rule"), paused_on=None, pause_reason=""):
                outbox.record("clearance.household.resumed", subject=self, by=by)
        self.refresh_from_db(fields=["outreach", "paused_on", "pause_reason"])

    def settle_outreach(self) -> None:
        """Set the outreach by its rule. A pause stays until somebody ends it."""
        Household.objects.filter(pk=self.pk, ward_id=self.ward_id).settle_outreach()
        self.refresh_from_db(fields=["outreach"])

    def pause_sentence(self) -> str:
        return gettext("The household asked for quiet: only invitations and official papers may be brought.")


@tracked
class HouseholdParty(WardModel):
    household = WardKey(Household, models.CASCADE, related_name="parties", verbose_name=_("household"))
    party = WardKey(Party, models.PROTECT, related_name="households", verbose_name=_("party"))
    relation = models.CharField(_("relation"), max_length=60, blank=True)

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household file")
        verbose_name_plural = _("members of household files")
        constraints = [
            models.UniqueConstraint("ward", "household", "party", name="clearance_householdparty_pair"),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return str(self.party)


@tracked
class Representation(WardModel, Period):
    """Who speaks for a household, and when: what was said or signed on a day was by the person of that day."""

    household = WardKey(Household, models.CASCADE, related_name="representations", verbose_name=_("household"))
    party = WardKey(Party, models.PROTECT, related_name="representations", verbose_name=_("representative"))

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation of a household")
        verbose_name_plural = _("representations of households")
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="clearance_one_representative",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody else represents the household during these days."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}: {self.party}"


@tracked
class TeamAssignment(WardModel, Period):
    """Which team visits a household. One open assignment per household."""

    household = WardKey(Household, models.CASCADE, related_name="assignments", verbose_name=_("household"))
    team = WardKey(Unit, models.PROTECT, related_name="household_assignments", verbose_name=_("team"))

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "household",
                condition=Q(valid_to__isnull=True),
                name="clearance_one_open_assignment",
                violation_error_message=_("This household already has a team. End that assignment first."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household} → {self.team}"
