"""The turn from one year to the next: prepared, looked at, and carried out once."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import TurnoverState
from campaigns.models.campaign import Campaign
from core import next_year
from core.keys import WardKey, WardOneToOneKey
from core.models import Stateful, Transition, WardModel, tracked
from deadlines.models import CalendarYear
from notifications import outbox


@tracked
class YearTurnover(Stateful, WardModel):
    """What a year takes over from an earlier one, once. carried: code of the part -> keys of the rows made."""

    campaign = WardOneToOneKey(Campaign, models.PROTECT, related_name="turnover", verbose_name=_("new year"))
    since = WardKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("taken over from"))
    state = models.CharField(_("state"), max_length=10, choices=TurnoverState, default=TurnoverState.PREPARED)
    carried = models.JSONField(_("what was taken over"), default=dict, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of the year")
        verbose_name_plural = _("turns of the year")
        constraints = [
            models.CheckConstraint(name="campaigns_turnover_two_years", condition=~Q(campaign=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.since} → {self.campaign}"

    def get_absolute_url(self) -> str:
        return reverse("campaigns:turnover_detail", args=[self.campaign.year])

    @property
    def is_done(self) -> bool:
        return self.state == TurnoverState.DONE

    def can_change(self, user: User) -> Decision:
        allowed = self.campaign.can_change() and access.can(user, Permission.CAMPAIGN_EDIT)
        if allowed and self.is_done:
            said = {"year": self.campaign, "old": self.since}
            return access.denied(gettext("%(year)s has taken over from %(old)s already, which is done once.") % said)
        return allowed

    # ---- what it is about -----------------------------------------------------------------------------
    def turn(self, by: User | None = None) -> next_year.Turn:
        return next_year.Turn(self.since, self.campaign, by)

    def lines(self) -> "list[Line]":
        """What would be taken over, or what was; parts without anything are left out."""
        if self.is_done:
            found = [Line(part, len(self.carried.get(part.code, []))) for part in next_year.parts()]
        else:
            found = [Line(part, part.rows(self.turn()).count()) for part in next_year.parts()]
        return [line for line in found if line.count]

    def rows_of(self, code: str) -> tuple[next_year.Part, models.QuerySet] | None:
        """Exactly the rows that are counted: of the old year before, of the new one afterwards; None: no such part."""
        part = next((one for one in next_year.parts() if one.code == code), None)
        if part is None:
            return None
        rows = part.rows(self.turn())
        if not self.is_done:
            return part, rows
        of_new = rows.model._default_manager.filter(ward_id=self.ward_id, pk__in=self.carried.get(code, []))
        return part, of_new

    def missing_calendars(self) -> list[int]:
        """Calendar years of the new campaign whose days off nobody has entered."""
        years = range(self.campaign.opens_on.year, self.campaign.closes_on.year + 1)
        there = set(CalendarYear.objects.filter(ward_id=self.ward_id, year__in=years).values_list("year", flat=True))
        return [year for year in years if year not in there]

    # ---- verbs ----------------------------------------------------------------------------------------
    @classmethod
    def begin(
        cls,
        old: Campaign,
        *,
        by: User,
        year: int,
        theme: str = "",
        superior: Unit | None = None,
        opens_on: datetime.date | None = None,
        closes_on: datetime.date | None = None,
    ) -> "YearTurnover":
        """Enter the new year, where it is not there yet, and prepare what it takes over. Nothing is taken over yet; one
        that was begun already is gone on with."""
        access.require(access.can(by, Permission.CAMPAIGN_EDIT))
        if year <= old.year:
            raise ValidationError({"year": gettext("The new year comes after %(year)s.") % {"year": old.year}})
        with transaction.atomic():
            new = Campaign.objects.filter(ward_id=old.ward_id, year=year).first()
            if new is None:
                new = Campaign(ward_id=old.ward_id, year=year, theme=theme, superior=superior)
                new.opens_on, new.closes_on = opens_on or _first(year), closes_on or _last(year)
                new.prepare(by=by)
            new.require_open()
            begun = cls.objects.filter(ward_id=old.ward_id, campaign=new).first()
            if begun is None:
                begun = cls(ward_id=old.ward_id, campaign=new, since=old)
                begun.start(by=by)
        return begun

    def carry_over(self, *, by: User, parts: Collection[str]) -> int:
        """Make the chosen rows anew in the new year; how many. Nothing of the old year is changed.

        Raises StateChanged when somebody else has carried it out meanwhile.
        """
        access.require(self.can_change(by))
        self.campaign.require_open()
        turn, carried = self.turn(by), {}
        with transaction.atomic():
            self.move(TurnoverState.DONE, since=[TurnoverState.PREPARED], by=by)
            for part in next_year.parts():
                if part.code in parts:
                    carried[part.code] = list(part.carry(turn, part.rows(turn)))
            self.carried = {code: made for code, made in carried.items() if made}
            self.save(update_fields=["carried"])
            count = sum(map(len, carried.values()))
            outbox.record(
                "campaigns.campaign.carried_over", subject=self.campaign, by=by, year=self.since.year, rows=count
            )
        return count


class Line:
    """One line of the wizard."""

    def __init__(self, part: next_year.Part, count: int) -> None:
        self.part, self.count, self.is_ticked = part, count, part.ticked


def _first(year: int) -> datetime.date:
    return datetime.date(year, 1, 1)


def _last(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


class YearTurnoverTransition(Transition):
    turnover = WardKey(YearTurnover, models.PROTECT, related_name="transitions", verbose_name=_("turn of the year"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a turn of the year")
        verbose_name_plural = _("steps of turns of the year")
