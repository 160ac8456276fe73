import datetime
import math
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, Func, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from beautification.choices import (
    COMING,
    UNFINISHED,
    CleanupState,
    CriterionState,
    Decider,
    DefectState,
    Exactness,
    HolidayDecision,
)
from campaigns.models import Campaign
from core.geo import METRE
from core.models import StatefulQuerySet, today
from core.related import related
from core.search import fold, folding, found, in_order

ALIKE = 0.45  # of the words that say where two defects are
NEAR_METRES = 30


def _own_units(user: Any) -> frozenset[int] | None:
    """None: every street of the ward. Team members see the streets of their own units only."""
    if access.is_ward_wide(user, Permission.WARD_READ):
        return None
    held = access.grants(user)
    return None if held.units_with(Permission.REPORT_READ) else held.units_with(Permission.CLEANUP_RUN)


class StreetQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All streets for those who follow the ward and for heads of units; the own ones for members of teams."""
        rows, units = self.in_ward_of(user), _own_units(user)
        return rows if units is None else rows.of_units(units)

    def of_units(self, units: Any) -> Self:
        """Streets that one of the units leads, sweeps as leader of a series, or lies along."""
        groups = related(self.model, "groups")
        series = related(self.model, "series")
        turns = related(series, "turns")
        own = Q(street=OuterRef("pk"), ward=OuterRef("ward"))
        of_series = Q(series__street=OuterRef("pk"), ward=OuterRef("ward"))
        return self.filter(
            Q(lead_unit__in=units)
            | Exists(groups.objects.filter(own, unit__in=units))
            | Exists(series.objects.filter(own, lead_unit__in=units))
            | Exists(turns.objects.filter(of_series, unit__in=units))
        )

    def search(self, words: str) -> Self:
        """By name, or from where to where, without marks."""
        keys = {"name_key": folding("name"), "extent_key": folding("extent")}
        return self.alias(**keys).filter(found(words, *keys))

    def of_campaign(self, campaign: Campaign) -> Self:
        foci = related(self.model, "undertaking__foci")
        own = foci.objects.filter(campaign=campaign, undertaking=OuterRef("undertaking"))
        return self.filter(Exists(own), ward_id=campaign.ward_id)

    def of_open_campaigns(self) -> Self:
        foci = related(self.model, "undertaking__foci")
        own = foci.objects.filter(undertaking=OuterRef("undertaking"), campaign__state="open")
        return self.filter(Exists(own.filter(campaign__opens_on__lte=today(), campaign__closes_on__gte=today())))

    def for_list(self, campaign: Campaign) -> Self:
        """Each with the campaign's last turnout (`last_on`, `last_count`, `last_nearly`) and the next clean-up."""
        cleanups = related(self.model, "cleanups").objects.in_period(campaign)
        own = cleanups.filter(ward=OuterRef("ward"), street=OuterRef("pk"))
        last = own.filter(state=CleanupState.DONE).with_turnout().order_by("-on", "-id")
        coming = own.filter(state__in=UNFINISHED).order_by("on", "id")
        return (
            self.select_related("undertaking", "lead_unit", "registered_by__kind")
            .annotate(
                last_on=Subquery(last.values("on")[:1]),
                last_original_on=Subquery(last.values("original_on")[:1]),
                last_part=Subquery(last.values("part")[:1]),
                last_count=Subquery(last.values("turnout")[:1]),
                last_nearly=Subquery(last.values("is_nearly")[:1]),
                next_on=Subquery(coming.values("on")[:1]),
                next_original_on=Subquery(coming.values("original_on")[:1]),
                next_part=Subquery(coming.values("part")[:1]),
                next_decision=Subquery(coming.values("holiday_decision")[:1]),
            )
            .order_by(in_order("name"), "id")
        )

    def to_assess_by(self) -> Self:
        """Each with `assess_by`: when its criteria are to be looked at next. What the last assessment says, else the
        day by which the street is to reach them; none for a street that aims at no day and was not looked at."""
        assessments = related(self.model, "assessments").objects
        last = assessments.filter(ward=OuterRef("ward"), street=OuterRef("pk")).order_by("-on")
        rows = self.annotate(assessed_on=Subquery(last.values("on")[:1]), again_by=Subquery(last.values("next_on")[:1]))
        aimed_at = When(Q(assessed_on=None) | Q(assessed_on__lt=F("target_on")), then=F("target_on"))
        return rows.annotate(assess_by=Case(When(again_by__isnull=False, then=F("again_by")), aimed_at))


class StreetAssessmentQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        streets = related(self.model, "street")
        return self.in_ward_of(user).filter(street__in=streets.objects.visible_to(user))

    def last_by(self, day: datetime.date) -> Self:
        """The last one of each street, on the day or before."""
        rows = self.model._default_manager
        later = rows.filter(ward=OuterRef("ward"), street=OuterRef("street"), on__gt=OuterRef("on"), on__lte=day)
        return self.filter(~Exists(later), on__lte=day)

    def with_counts(self) -> Self:
        """`met`, `not_yet`, `unseen` and `total`: how many criteria."""

        def of(*states: CriterionState) -> Count:
            return Count("results", filter=Q(results__state__in=states))

        return self.annotate(
            met=of(CriterionState.MET),
            not_yet=of(CriterionState.NOT_YET),
            unseen=of(CriterionState.UNSEEN),
            total=Count("results"),
        ).order_by("-on", "-id")


class CriterionResultQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        streets = related(self.model, "assessment__street")
        return self.in_ward_of(user).filter(assessment__street__in=streets.objects.visible_to(user))

    def standing_on(self, day: datetime.date, streets: Any) -> Self:
        """Those of the last assessment of each of the streets, on the day or before."""
        assessments = related(self.model, "assessment").objects
        return self.filter(assessment__in=assessments.filter(street__in=streets).last_by(day))

    def for_list(self) -> Self:
        return (
            self.select_related("criterion", "assessment__street")
            .prefetch_related("evidence")
            .order_by(in_order("assessment__street__name"), "criterion__number", "id")
        )


class DefectQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the streets that the user sees, and what an own unit must act on."""
        rows, units = self.in_ward_of(user), _own_units(user)
        if units is None:
            return rows
        streets = related(self.model, "street").objects.in_ward_of(user).of_units(units)
        return rows.filter(Q(street__in=streets) | Q(owner__in=units) | Q(unit__in=units))

    def of_campaign(self, campaign: Campaign) -> Self:
        """Of the campaign's streets, reported up to its end: what was not mended goes on into the next year."""
        streets = related(self.model, "street").objects.of_campaign(campaign)
        return self.filter(street__in=streets, reported_on__lte=campaign.closes_on)

    def to_mend_on(self, day: datetime.date) -> Self:
        return self.filter(reported_on__lte=day).with_state_on(day).filter(state_then=DefectState.TO_MEND)

    def mended_on(self, day: datetime.date) -> Self:
        return self.filter(reported_on__lte=day).with_state_on(day).filter(state_then=DefectState.MENDED)

    def returned_by(self, day: datetime.date) -> Self:
        return self.filter(Exists(self._returns().filter(on__lte=day)))

    def like(self, defect: Any) -> Self:
        """Open ones of the same street and kind that are near: by the place as it is written, or within 30 m."""
        rows = self.filter(ward=defect.ward_id, street=defect.street_id, kind=defect.kind_id)
        near = Q(alike__gte=ALIKE)
        if defect.longitude is not None and defect.latitude is not None:
            lat, lon = float(defect.latitude), float(defect.longitude)
            north = NEAR_METRES / METRE
            east = north / max(math.cos(math.radians(lat)), 0.01)
            near |= Q(latitude__range=(lat - north, lat + north), longitude__range=(lon - east, lon + east))
        alike = Func(folding("place"), fold(defect.place), function="similarity", output_field=models.FloatField())
        rows = rows.filter(state=DefectState.TO_MEND).exclude(pk=defect.pk).annotate(alike=alike)
        return rows.filter(near).order_by("-alike", "-id")

    def for_list(self) -> Self:
        """Each with `returns`: how often it came back."""
        count = self._returns().order_by().values("defect").annotate(n=Count("pk")).values("n")
        rows = self.annotate(returns=Coalesce(Subquery(count), 0))
        return rows.select_related("street__lead_unit", "kind", "owner", "unit").order_by("-reported_on", "-id")

    def _returns(self) -> Any:
        steps = related(self.model, "transitions").objects
        return steps.filter(ward=OuterRef("ward"), defect=OuterRef("pk"), old=DefectState.MENDED)


class SeriesQuerySet(WardQuerySet):
    def running(self) -> Self:
        """Those that make clean-ups: of a street of an open campaign, not over yet."""
        rows = self.filter(
            street__undertaking__foci__campaign__state="open",
            street__undertaking__foci__campaign__closes_on__gte=today(),
        )
        return rows.exclude(until__lt=today()).select_related("street__lead_unit", "lead_unit").distinct()


class CleanupQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The clean-ups of the streets that the user sees."""
        rows, units = self.in_ward_of(user), _own_units(user)
        if units is None:
            return rows
        streets = related(self.model, "street")
        return rows.filter(street__in=streets.objects.in_ward_of(user).of_units(units))

    def led_by(self, units: Any) -> Self:
        return self.filter(Q(street__lead_unit__in=units) | Q(series__lead_unit__in=units) | Q(lead_unit__in=units))

    def in_period(self, campaign: Campaign) -> Self:
        days = (campaign.opens_on, campaign.closes_on)
        return self.filter(ward_id=campaign.ward_id, on__range=days)

    def of_campaign(self, campaign: Campaign) -> Self:
        """Clean-ups of the campaign's streets in its period."""
        streets = related(self.model, "street")
        return self.in_period(campaign).filter(street__in=streets.objects.of_campaign(campaign))

    def of_open_campaigns(self) -> Self:
        """Clean-ups of a street and a day that belong to a campaign that is open."""
        foci = related(self.model, "street__undertaking")
        focus = related(foci, "foci")
        own = focus.objects.filter(
            undertaking=OuterRef("street__undertaking"),
            campaign__state="open",
            campaign__opens_on__lte=OuterRef("on"),
            campaign__closes_on__gte=OuterRef("on"),
        )
        return self.filter(Exists(own))

    def done_by(self, day: datetime.date) -> Self:
        """Held on the day or before, and closed by then."""
        return self.filter(on__lte=day).with_state_on(day).filter(state_then=CleanupState.DONE)

    def coming(self) -> Self:
        return self.filter(state__in=COMING)

    def under_rule(self) -> Self:
        """Those of a series that no person has confirmed, held, moved, cancelled or decided about."""
        in_its_hands = Q(decider__isnull=True) | Q(decider=Decider.RULE)
        states = (CleanupState.PLANNED, CleanupState.POSTPONED, CleanupState.CANCELLED)
        rows = self.filter(in_its_hands, series__isnull=False, state__in=states)
        return rows.exclude(holiday_decision=HolidayDecision.HOLD)

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def undecided(self) -> Self:
        return self.filter(holiday_decision=HolidayDecision.NEEDED)

    def decided(self) -> Self:
        """Nothing stands in the way: no holiday, or somebody has decided about it."""
        return self.exclude(holiday_decision=HolidayDecision.NEEDED)

    def with_turnout(self) -> Self:
        """`turnout`: people counted (None without a count); `is_nearly`: one of the counts is an estimate.

        Of a closed one what its last closing said, else what is counted so far. `corrected_at`: when that closing was
        entered, where it replaced an earlier one.
        """
        counts = related(self.model, "turnouts").objects
        closings = related(self.model, "transitions")
        closed = related(closings, "counts").objects
        live = counts.filter(ward=OuterRef("ward"), cleanup=OuterRef("pk"))
        last = closed.filter(ward=OuterRef("ward"), closing__cleanup=OuterRef("pk")).of_last_closing()
        done = closings.objects.filter(ward=OuterRef("ward"), cleanup=OuterRef("pk"), new=CleanupState.DONE)
        earlier = closings.objects.filter(cleanup=OuterRef("cleanup"), new=CleanupState.DONE, pk__lt=OuterRef("pk"))
        corrected = done.filter(Exists(earlier)).order_by("-pk").values("at")[:1]
        is_done = Q(state=CleanupState.DONE)
        return self.annotate(
            turnout=Case(When(is_done, then=_total(last, "closing__cleanup")), default=_total(live, "cleanup")),
            is_nearly=Case(
                When(is_done, then=Exists(last.filter(exactness=Exactness.NEARLY))),
                default=Exists(live.filter(exactness=Exactness.NEARLY)),
            ),
            corrected_at=Case(When(is_done, then=Subquery(corrected))),
        )

    def moved(self) -> Self:
        return self.exclude(on=F("original_on"))

    def for_list(self) -> Self:
        return (
            self.with_turnout()
            .select_related("street__lead_unit", "street__undertaking", "series__lead_unit", "lead_unit")
            .order_by("-on", "-id")
        )


def _total(counts: models.QuerySet, of: str) -> Subquery:
    return Subquery(counts.order_by().values(of).annotate(total=Sum("count")).values("total"))


class ClosedTurnoutQuerySet(WardQuerySet):
    def of_last_closing(self) -> Self:
        closings = related(self.model, "closing").objects
        later = closings.filter(cleanup=OuterRef("closing__cleanup"), pk__gt=OuterRef("closing"))
        return self.filter(~Exists(later.filter(new=CleanupState.DONE)))


class CheckinCodeQuerySet(WardQuerySet):
    def living(self) -> Self:
        return self.filter(ended_at=None)


class PhotoPairQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the streets one may see, and of the defects that one must have mended."""
        streets, defects = related(self.model, "street"), related(self.model, "defect")
        mine = Q(street__in=streets.objects.visible_to(user)) | Q(defect__in=defects.objects.visible_to(user))
        return self.in_ward_of(user).filter(mine)

    def whole(self) -> Self:
        """With a photo before and one after."""
        photos = related(self.model, "photos").objects.filter(ward=OuterRef("ward"), pair=OuterRef("pk"))
        return self.filter(Exists(photos.filter(moment="before")), Exists(photos.filter(moment="after")))

    def public(self) -> Self:
        """Looked at and shown to everybody; of a defect only while it is mended."""
        return self.filter(cleared_at__isnull=False).exclude(defect__state=DefectState.TO_MEND)
