import datetime
import json
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, Length, TruncWeek
from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.querysets import TermQuerySet, WardQuerySet, plain_phone
from campaigns.models import Campaign
from clearance.choices import (
    DELIVERED,
    MET_OUTCOMES,
    NOT_VISITED_OUTCOMES,
    OFFICE_ORDER,
    OPENED,
    PROVED,
    STATUTORY_PURPOSES,
    TOOK_PART,
    UNREACHABLE_OUTCOMES,
    AttendanceKind,
    DialogueState,
    InvitationState,
    LoopEnding,
    LoopKind,
    MilestoneKind,
    OfficeState,
    OpinionKind,
    Outreach,
)
from clearance.tracks import OPEN, GrievanceState
from core import past
from core.counts import COUNTED, Percentile95
from core.fields import hashes_of
from core.models import PeriodQuerySet, StatefulQuerySet, today
from core.related import related
from core.search import fold, folding, found, in_order
from deadlines.models import Calendar, CalendarMissing, DeadlineRule


def _end_of(day: datetime.date) -> datetime.datetime:
    """The first moment after the day, in the ward's time."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))


def _start_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _name_and_team(household: Any, key: str) -> dict[str, Any]:
    """`name` of the representative and `team_name`, of the day that is read."""
    own = {"household": OuterRef(key)}
    spoken_for = related(household, "representations").objects.filter(**own)
    name: Any = Subquery(spoken_for.now().values("party__name")[:1])
    if past.current().on:  # on days before the first that is known, that one, as Household.representative_on has it
        name = Coalesce(name, Subquery(spoken_for.order_by("valid_from").values("party__name")[:1]))
    teams = related(household, "assignments").objects.filter(**own)
    return {"name": name, "team_name": Subquery(teams.now().values("team__name")[:1])}


CUT_OFF = Coalesce(F("batch__cut_off_on"), F("project__cut_off_on"))
PAYMENT, DIALOGUE = "payment", "dialogue"  # codes of rules (`deadlines.DeadlineRule.code`)


class LastDays:
    """The last days that the rules of one code count, by law. Calendar and rules of a ward are read once."""

    def __init__(self, code: str, ward_id: int) -> None:
        self.ward_id, self.calendar = ward_id, Calendar(ward_id)
        self.rules: dict[str, list[DeadlineRule]] = {}
        for rule in DeadlineRule.objects.filter(ward=ward_id, code=code):
            self.rules.setdefault(rule.rule_set, []).append(rule)

    def of(self, law: str | None, since: datetime.date) -> datetime.date | None:
        """None where the law has no rule on that day, or the calendar of a year is missing."""
        own = self.rules.get(law or "", [])
        rule = next((row for row in own if row.is_valid_on(since)), None)
        try:
            return rule.term.due_on(since, self.calendar) if rule else None
        except CalendarMissing:
            return None


class _LastDay(Func):
    """(map, key): the day that stands there by the key."""

    template = "(%(expressions)s)::date"
    arg_joiner = "::jsonb ->> "
    output_field = DateField()


class _Days(Func):
    """(last, first): how many days lie between them."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class Disagreement(NamedTuple):
    """A household that did not agree with a plan, since when, and when it was heard at the next conference.

    last: by when the dialogue rule of its law wants it; None without such a rule.
    """

    household: int
    project: int
    since: datetime.date
    last: datetime.date | None
    heard_on: datetime.date | None

    @property
    def is_in_time(self) -> bool:
        return bool(self.last and self.heard_on and self.heard_on <= self.last)


class ProjectQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Projects with their counts, for all who may read them; a team member sees the projects of own households."""
        rows = self.in_ward_of(user)
        if access.can(user, Permission.CLEARANCE_READ):
            return rows
        units = access.grants(user).units_with(Permission.HOUSEHOLD_READ)
        households = related(self.model, "households")
        mine = households.objects.filter(ward=OuterRef("ward"), project=OuterRef("pk")).of_teams(units, today())
        return rows.filter(Exists(mine))

    def of(self, campaign: Campaign) -> Self:
        """Projects of the campaign's undertakings."""
        return self.filter(ward_id=campaign.ward_id, undertaking__foci__campaign=campaign)

    def for_list(self) -> Self:
        """Each with `has_batches`."""
        batches = related(self.model, "batches").objects.filter(ward=OuterRef("ward"), project=OuterRef("pk"))
        rows = self.select_related("undertaking", "host", "rule_set").annotate(has_batches=Exists(batches))
        return rows.order_by(in_order("name"))


class HouseholdQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the ward for clearance officers and leadership; else the households assigned to the own teams."""
        rows = self.in_ward_of(user)
        units = access.units_for(user, Permission.HOUSEHOLD_READ)
        if units is None:
            return rows
        if not past.current().is_past:
            return rows.of_teams(units, today())
        model: Any = self.model
        with past.present():  # whose file it was on a past day opens nothing today
            mine = list(model.objects.in_ward_of(user).of_teams(units, today()).values_list("pk", flat=True))
        return rows.filter(pk__in=mine)

    def of_teams(self, units: Any, day: datetime.date) -> Self:
        """Households assigned to one of these teams on a day."""
        assignments = related(self.model, "assignments")
        valid = assignments.objects.filter(team__in=units).valid_on(day)
        return self.filter(Exists(valid.filter(ward=OuterRef("ward"), household=OuterRef("pk"))))

    def without_team(self) -> Self:
        assignments = related(self.model, "assignments")
        return self.filter(~Exists(assignments.objects.now().filter(household=OuterRef("pk"))))

    def visited(self, campaign: Campaign, on: datetime.date) -> Self:
        """With a visit of the campaign until a day: not void, at the right address, whoever opened."""
        return self.filter(Exists(self._visits(campaign, on).counted()))

    def not_visited(self, campaign: Campaign, on: datetime.date) -> Self:
        return self.exclude(Exists(self._visits(campaign, on).counted()))

    def met(self, campaign: Campaign, on: datetime.date) -> Self:
        """As `visited`, and the household itself, somebody authorised or a family member was met."""
        return self.filter(Exists(self._visits(campaign, on).counted().filter(outcome__in=MET_OUTCOMES)))

    def not_met(self, campaign: Campaign, on: datetime.date) -> Self:
        """Visited, and nobody of the household was met yet."""
        return self.visited(campaign, on).exclude(
            Exists(self._visits(campaign, on).counted().filter(outcome__in=MET_OUTCOMES))
        )

    def raised(self, campaign: Campaign, on: datetime.date, kind: str = "") -> Self:
        """With a concern written at a visit of the campaign until a day; of one kind, or of any."""
        visits = self._visits(campaign, on).valid()
        concerns = related(visits.model, "concerns").objects.filter(ward=OuterRef("ward"), visit=OuterRef("pk"))
        return self.filter(Exists(visits.filter(Exists(concerns.filter(kind=kind) if kind else concerns))))

    def visited_often(self, campaign: Campaign, on: datetime.date, most: int) -> Self:
        """With more visits than `most` from a Monday to a Sunday; papers that the law orders do not count."""
        visits = related(self.model, "visits").objects.counted().exclude(purpose__in=STATUTORY_PURPOSES).order_by()
        visits = visits.filter(ward=campaign.ward_id)
        visits = visits.filter(visited_at__gte=_start_of(campaign.opens_on), visited_at__lt=_end_of(on))
        weeks = visits.annotate(week=TruncWeek("visited_at")).values("household", "week").annotate(times=Count("pk"))
        return self.filter(pk__in=weeks.filter(times__gt=most).values("household"))  # each visit is read once

    def visits_each(self, campaign: Campaign, on: datetime.date) -> dict[str, Any]:
        """How many visits each visited household had: `mean`, of the 95th in a hundred `p95`, `most`; None without."""
        visits = related(self.model, "visits").objects.counted().filter(household__in=self.order_by().values("pk"))
        visits = visits.filter(visited_at__gte=_start_of(campaign.opens_on), visited_at__lt=_end_of(on)).order_by()
        each = visits.values("household").annotate(times=Count("pk"))
        return each.aggregate(mean=Avg("times"), p95=Percentile95("times"), most=Max("times"))

    def invited(self, campaign: Campaign, on: datetime.date) -> Self:
        """With an invitation handed over in the campaign until a day."""
        return self.filter(Exists(self._invitations(campaign, on)))

    def with_invited(self, campaign: Campaign, on: datetime.date) -> Self:
        """Each with `is_invited`, as `invited` counts."""
        return self.annotate(is_invited=Exists(self._invitations(campaign, on)))

    def with_visited(self, campaign: Campaign, on: datetime.date) -> Self:
        """Each with `is_visited`, as `visited` counts."""
        return self.annotate(is_visited=Exists(self._visits(campaign, on).counted()))

    def not_invited(self, campaign: Campaign, on: datetime.date) -> Self:
        return self.exclude(Exists(self._invitations(campaign, on)))

    def _visits(self, campaign: Any, on: datetime.date) -> Any:
        rows = related(self.model, "visits").objects
        rows = rows.filter(ward=OuterRef("ward"), household=OuterRef("pk"))
        return rows.filter(visited_at__gte=_start_of(campaign.opens_on), visited_at__lt=_end_of(on))

    def _invitations(self, campaign: Any, on: datetime.date) -> Any:
        rows = related(self.model, "invitations").objects.delivered()
        rows = rows.filter(ward=OuterRef("ward"), household=OuterRef("pk"))
        return rows.filter(delivered_at__gte=_start_of(campaign.opens_on), delivered_at__lt=_end_of(on))

    def with_own_step(self, on: datetime.date) -> Self:
        """Whose own step differs from that of the batch or project since a day until then."""
        rows = related(self.model, "own_steps").objects.valid()
        return self.filter(Exists(rows.filter(ward=OuterRef("ward"), household=OuterRef("pk"), on__lte=on)))

    def arrived_late(self) -> Self:
        """On the land since a day after the cut-off date of the batch or project. Flagged, never left out."""
        return self.alias(latest=CUT_OFF).filter(arrived_on__gt=F("latest"))

    def reached(self, milestone: str, on: datetime.date) -> Self:
        """With this milestone until a day; what was deposited counts as paid."""
        kinds = (MilestoneKind.PAID, MilestoneKind.DEPOSITED) if milestone == MilestoneKind.PAID else (milestone,)
        return self.filter(Exists(self._milestones(kinds).filter(on__lte=on)))

    def _reached(self, kinds: Any) -> Any:
        """The first day of one of these milestones. Worked out row by row: narrow by `reached` before."""
        return Subquery(self._milestones(kinds).order_by("on").values("on")[:1])

    def _milestones(self, kinds: Any) -> Any:
        rows = related(self.model, "milestones").objects.filter(void_at__isnull=True, kind__in=kinds)
        return rows.filter(ward=OuterRef("ward"), household=OuterRef("pk"))

    def with_money_days(self) -> Self:
        """`approved_on`, `paid_on` (paid or deposited) and `handed_on`, by the milestones of the file."""
        return self.annotate(
            approved_on=self._reached([MilestoneKind.APPROVED]),
            paid_on=self._reached([MilestoneKind.PAID, MilestoneKind.DEPOSITED]),
            handed_on=self._reached([MilestoneKind.HANDED_OVER]),
        )

    def handed_before_paid(self, on: datetime.date) -> Self:
        """Land handed over until a day, and the money neither paid nor deposited by the day of the hand-over."""
        unpaid = Q(paid_on=None) | Q(paid_on__gt=F("handed_on"))
        return self.reached(MilestoneKind.HANDED_OVER, on).with_money_days().filter(unpaid)

    def handed_voluntarily(self, on: datetime.date) -> Self:
        """Land handed over until a day, and no decision was recorded against it before."""
        decided = self._hand_over_decisions().filter(decided_on__lte=OuterRef("handed_on"))
        return self.reached(MilestoneKind.HANDED_OVER, on).with_money_days().filter(~Exists(decided))

    def enforcement_decided(self, on: datetime.date) -> Self:
        """With a decision until a day, after a mobilisation to hand the land over: a legal status, and nothing more."""
        return self.filter(Exists(self._hand_over_decisions().filter(decided_on__lte=on)))

    def _hand_over_decisions(self) -> Any:
        loops = related(self.model, "loops").objects.filter(ward=OuterRef("ward"), household=OuterRef("pk"))
        return loops.filter(kind=LoopKind.HANDOVER).exclude(ending=LoopEnding.MISTAKEN)

    def with_last_payment_day(self, on: datetime.date) -> Self:
        """Those approved until a day, each with `last_on`: by when the payment rule of its law, counted from the
        approval, wants it paid; None without such a rule."""
        law = Coalesce("batch__rule_set__name", "project__rule_set__name", Value(""))
        rows = self.reached(MilestoneKind.APPROVED, on).with_money_days().annotate(law=law)
        found = rows.order_by().values_list("ward", "law", "approved_on").distinct()
        days: dict[str, str] = {}
        counted: dict[int, LastDays] = {}
        for ward, name, approved in found:
            if ward not in counted:
                counted[ward] = LastDays(PAYMENT, ward)
            if last := counted[ward].of(name, approved):
                days[f"{name}:{approved.isoformat()}"] = last.isoformat()
        key = Concat("law", Value(":"), Cast("approved_on", CharField()))
        return rows.annotate(last_on=_LastDay(Value(json.dumps(days)), key))

    def paid_in_time(self, on: datetime.date) -> Self:
        """Paid or deposited until a day, and by the last day that the payment rule of the household's law counts from
        the approval. A household without a rule set is not among them."""
        return self.reached(MilestoneKind.PAID, on).with_last_payment_day(on).filter(paid_on__lte=F("last_on"))

    def paid_late(self, on: datetime.date) -> Self:
        """Paid or deposited after that last day, or not yet though it is past: the law wants interest paid for it. Each
        with `days_late`, until it was paid."""
        until = Case(When(paid_on__lte=on, then=F("paid_on")), default=Value(on), output_field=DateField())
        rows = self.with_last_payment_day(on).annotate(days_late=_Days(until, F("last_on")))
        return rows.filter(days_late__gt=0)

    def late_by_project(self, on: datetime.date) -> dict[int, dict[str, int]]:
        """Of `paid_late`: how many are not paid yet (`unpaid`), and the `most` days late."""
        unpaid = Count("pk", filter=Q(paid_on=None) | Q(paid_on__gt=on))
        rows = self.paid_late(on).order_by().values("project").annotate(unpaid=unpaid, most=Max("days_late"))
        return {row["project"]: row for row in rows}

    def in_need(self, on: datetime.date, offered: str = "") -> Self:
        """That told a need for help until a day. offered: "yes" where help was offered for each need, "no" where one
        waits."""
        own = {"ward": OuterRef("ward"), "household": OuterRef("pk"), "void_at": None, "on__lte": on}
        needs = related(self.model, "needs").objects.filter(**own)
        rows = self.filter(Exists(needs))
        if not offered:
            return rows
        offers = related(self.model, "needs__offers").objects.filter(ward=OuterRef("ward"), need=OuterRef("pk"))
        waits = Exists(needs.filter(~Exists(offers.filter(on__lte=on))))
        return rows.filter(~waits if offered == "yes" else waits)

    def disagreements(self, campaign: Campaign, on: datetime.date) -> list[Disagreement]:
        """The first of each household in the campaign until a day, by the minutes of conferences that were held."""
        opinions = related(self.model, "attendance__opinion").objects.filter(
            after=OpinionKind.DISAGREES,
            attendance__household__in=self.order_by().values("pk"),
            attendance__dialogue__state=DialogueState.HELD,
            attendance__dialogue__held_on__range=(campaign.opens_on, on),
        )
        of_household, day = "attendance__household", "attendance__dialogue__held_on"
        laws = f"{of_household}__batch__rule_set__name", f"{of_household}__project__rule_set__name"
        told = opinions.order_by(day).values_list(of_household, f"{of_household}__project", "ward", *laws, day)
        first: dict[int, tuple[Any, ...]] = {}
        for household, *facts in told:
            first.setdefault(household, tuple(facts))
        heard = self._heard([*first], on)
        found = []
        days: dict[int, LastDays] = {}
        for household, (project, ward, of_batch, of_project, since) in first.items():
            heard_on = min((one for one in heard.get(household, ()) if one > since), default=None)
            if ward not in days:
                days[ward] = LastDays(DIALOGUE, ward)
            last = days[ward].of(of_batch or of_project, since)
            found.append(Disagreement(household, project, since, last, heard_on))
        return found

    def _heard(self, keys: list[int], on: datetime.date) -> dict[int, list[datetime.date]]:
        """Days of conferences that were held until a day, at which a household took part or to which it was invited."""
        held = {"household__in": keys, "dialogue__state": DialogueState.HELD, "dialogue__held_on__lte": on}
        took_part = related(self.model, "attendance").objects.filter(kind__in=TOOK_PART, **held)
        invited = related(self.model, "invitations").objects.delivered().filter(**held)
        found: dict[int, list[datetime.date]] = {}
        for rows in (took_part, invited):
            for household, day in rows.order_by().values_list("household", "dialogue__held_on"):
                found.setdefault(household, []).append(day)
        return found

    def at_dialogue(self, campaign: Campaign, on: datetime.date) -> Self:
        """That came to a conference held in the campaign until a day, sent somebody or wrote."""
        return self.filter(Exists(self._rolls(campaign, on)))

    def with_opinion(self, campaign: Campaign, on: datetime.date) -> Self:
        """Whose opinion stands in the minutes of such a conference."""
        return self.filter(Exists(self._rolls(campaign, on).filter(opinion__isnull=False)))

    def _rolls(self, campaign: Campaign, on: datetime.date) -> Any:
        rows = related(self.model, "attendance").objects.filter(ward=OuterRef("ward"), household=OuterRef("pk"))
        held = {"dialogue__state": DialogueState.HELD, "dialogue__held_on__range": (campaign.opens_on, on)}
        return rows.filter(kind__in=TOOK_PART, **held)

    def did_not_agree(self, campaign: Campaign, on: datetime.date, heard: str = "") -> Self:
        """With a disagreement in the minutes. heard: "in_time", or "owed" while no dialogue followed."""
        known = self.disagreements(campaign, on)
        if heard:
            known = [one for one in known if (one.is_in_time if heard == "in_time" else one.heard_on is None)]
        return self.filter(pk__in=[one.household for one in known])

    def away(self, campaign: Campaign, on: datetime.date) -> Self:
        """Which the last visit of the campaign until a day did not find: moved away, or at a wrong address."""
        newest = self._visits(campaign, on).valid().order_by("-visited_at", "-id").values("outcome")[:1]
        return self.alias(newest=Subquery(newest)).filter(newest__in=UNREACHABLE_OUTCOMES)

    def proved(self, campaign: Campaign, on: datetime.date) -> Self:
        """With an invitation that was signed for, or whose refusal is on record, in the campaign until a day."""
        rows = related(self.model, "invitations").objects.filter(state__in=PROVED)
        rows = rows.filter(ward=OuterRef("ward"), household=OuterRef("pk"))
        days = {"delivered_at__gte": _start_of(campaign.opens_on), "delivered_at__lt": _end_of(on)}
        return self.filter(Exists(rows.filter(**days)))

    def with_office(self, on: datetime.date) -> Self:
        """`office_rank`: how far the office is on a day, as its place in OFFICE_ORDER; as models.file.office_state."""
        own = {"ward": OuterRef("ward"), "household": OuterRef("pk")}
        reached = related(self.model, "milestones").objects.filter(void_at__isnull=True, on__lte=on, **own)
        held_up = related(self.model, "obstacles").objects.open(on).filter(**own)

        def by(state: OfficeState, rows: Any) -> When:
            return When(Exists(rows), then=Value(OFFICE_ORDER.index(state)))

        steps = [
            by(OfficeState.HANDED_OVER, reached.filter(kind=MilestoneKind.HANDED_OVER)),
            by(OfficeState.PAID, reached.filter(kind__in=(MilestoneKind.PAID, MilestoneKind.DEPOSITED))),
            by(OfficeState.OBSTACLE, held_up),
            by(OfficeState.IN_WORK, reached.filter(kind=MilestoneKind.APPROVED)),
            by(OfficeState.INVENTORIED, reached.filter(kind=MilestoneKind.INVENTORIED)),
        ]
        first = OFFICE_ORDER.index(OfficeState.NOT_INVENTORIED)
        return self.annotate(office_rank=Case(*steps, default=Value(first), output_field=IntegerField()))

    def search(self, text: str) -> Self:
        """By number, address or a name of the file, with or without marks."""
        # A scalar: an EXISTS would be worked out for all parties at once, though a page needs few households.
        named = Subquery(self._named(text).filter(household=OuterRef("pk")).values("pk")[:1])
        return self.alias(named=named).filter(_on_the_sheet(text) | Q(named__isnull=False))

    def first_found(self, text: str) -> list[int] | None:
        """The keys of what `search` finds, in one statement; None where these are more than COUNTED.

        Address and names are asked each by its own index, which no single condition over both can be.
        """
        by_name = self._named(text).filter(household__in=self.order_by().values("pk")).values("household")
        by_address = self.filter(_on_the_sheet(text)).order_by().values("pk")
        keys = by_address[: COUNTED + 1].union(by_name[: COUNTED + 1], all=True).values_list("pk", flat=True)
        found_keys = list(keys)
        return sorted(set(found_keys)) if len(found_keys) <= COUNTED else None

    def _named(self, text: str) -> Any:
        return related(self.model, "parties").objects.filter(party__search_key__contains=fold(text))

    def with_names(self) -> Self:
        """`name` of the representative and `team_name`, for masking in lists; one query whatever the length."""
        return self.annotate(**_name_and_team(self.model, "pk"))

    def with_last_visit(self) -> Self:
        visits = related(self.model, "visits").objects
        newest = visits.valid().filter(ward=OuterRef("ward"), household=OuterRef("pk")).order_by("-visited_at", "-id")
        return self.annotate(
            last_visit_at=Subquery(newest.values("visited_at")[:1]),
            last_outcome=Subquery(newest.values("outcome")[:1]),
            follow_up_on=Subquery(newest.values("follow_up_on")[:1]),
        )

    def with_rule(self) -> Self:
        """`by_rule`: the outreach that the office's own rows say, the ward's debt first. Nothing here is the
        household's opinion."""
        own = {"ward": OuterRef("ward"), "household": OuterRef("pk")}
        owed = related(self.model, "questions").objects.open(today()).filter(**own)
        met = related(self.model, "visits").objects.valid().filter(outcome__in=MET_OUTCOMES, **own)
        invited = related(self.model, "invitations").objects.delivered().filter(**own)
        agreed = Q(follow_up_on__isnull=False, last_outcome__in=OPENED)  # with somebody; else it is the team's plan
        steps = [
            When(Exists(owed), then=Value(Outreach.WARD_OWES_ANSWER)),
            When(agreed, then=Value(Outreach.FOLLOW_UP)),
            When(last_outcome__in=UNREACHABLE_OUTCOMES, then=Value(Outreach.UNREACHABLE)),
            When(Exists(met), then=Value(Outreach.MET)),
            When(Q(last_outcome__isnull=False) | Exists(invited), then=Value(Outreach.IN_CONTACT)),
        ]
        return self.with_last_visit().annotate(by_rule=Case(*steps, default=Value(Outreach.NOT_REACHED)))

    def settle_outreach(self) -> None:
        """Set each by its rule. A pause stays until somebody ends it."""
        rows = self.exclude(outreach=Outreach.PAUSED_ON_REQUEST).with_rule()
        rows.exclude(outreach=F("by_rule")).update(outreach=F("by_rule"))

    def to_visit_again(self) -> Self:
        """With a day to come again, agreed or planned by the team; not where the ward owes an answer first."""
        waiting = [Outreach.PAUSED_ON_REQUEST, Outreach.WARD_OWES_ANSWER, Outreach.NOT_REACHED]
        return self.exclude(outreach__in=waiting).with_last_visit().filter(follow_up_on__isnull=False)

    def for_list(self) -> Self:
        """Each with `group_name`: fifty units beside fifty rows would cost more than their names."""
        rows = self.annotate(group_name=F("residential_group__name"), cut_off=CUT_OFF).with_names().with_last_visit()
        return rows.order_by("project_id", "number")

    def for_round(self) -> Self:
        """In the order of a team's round: appointments, what the ward owes, those not yet reached, the others."""
        first = [Outreach.FOLLOW_UP, Outreach.WARD_OWES_ANSWER, Outreach.NOT_REACHED]
        turns = [When(outreach=code, then=Value(turn)) for turn, code in enumerate(first)]
        return self.order_by(Case(*turns, default=Value(len(first))), F("follow_up_on").asc(nulls_last=True), "number")

    def count_by_project(self) -> dict[int, int]:
        return dict(self.order_by().values_list("project").annotate(Count("pk")))


class PartyQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """People of the files that one may see, and of no other."""
        files = related(self.model, "households")
        return self.in_ward_of(user).filter(pk__in=files.objects.visible_to(user).values("party"))


class PartyDetailsQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        parties = related(self.model, "party")
        return self.in_ward_of(user).filter(party__in=parties.objects.visible_to(user))

    def lacks_key(self, ward_id: int) -> bool:
        """Whether the ward's numbers are sealed with a key that is not here: then none of them is found by its number.

        The oldest row says it: a restored portal has the key of none, a turned key seals all of them anew."""
        oldest: Any = self.filter(ward_id=ward_id).order_by("pk").first()
        return oldest is not None and not oldest.is_readable

    def numbered(self, text: str, ward_id: int) -> Self:
        """With exactly this phone or identity number, found by its keyed hash; nothing is opened for that."""
        phones = hashes_of(plain_phone(text), ward_id, "phone")
        numbers = hashes_of(text, ward_id, "identity_number")
        return self.filter(Q(phone_hash__in=phones) | Q(identity_number_hash__in=numbers), ward_id=ward_id)


class ThroughHouseholdQuerySet(WardQuerySet):
    """Rows of a household, seen by those who see the household."""

    def visible_to(self, user: Any) -> Self:
        households = related(self.model, "household")
        return self.in_ward_of(user).filter(household__in=households.objects.visible_to(user))


class OfficeQuerySet(WardQuerySet):
    """What households said on a plan and the minutes of it: read by those who read every household, by no team."""

    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.HOUSEHOLD_READ) else rows.none()


class AssignmentQuerySet(ThroughHouseholdQuerySet, PeriodQuerySet):
    def teams(self, ward_id: int) -> RawSQL:
        """The keys of the units that have or had a household of the ward: from one to the next through the index, since
        DISTINCT would read every assignment."""
        table = self.model._meta.db_table
        first = f"SELECT team_id FROM {table} WHERE ward_id = %s ORDER BY team_id LIMIT 1"
        next_ = f"SELECT team_id FROM {table} WHERE ward_id = %s AND team_id > found.team_id ORDER BY team_id LIMIT 1"
        sql = f"""WITH RECURSIVE found AS (({first}) UNION ALL SELECT ({next_}) FROM found WHERE team_id IS NOT NULL)
            SELECT team_id FROM found WHERE team_id IS NOT NULL"""
        return RawSQL(sql, [ward_id, ward_id])

    def open(self) -> Self:
        return self.filter(valid_to__isnull=True)

    def now(self) -> Self:
        """Those that hold on the day that is read."""
        on = past.current().on
        return self.valid_on(on) if on else self.open()


class VisitQuerySet(ThroughHouseholdQuerySet):
    def valid(self) -> Self:
        """A void visit never happened, also on the days before somebody noticed; of a corrected one the correction
        holds from the first day on."""
        return self.filter(void_at__isnull=True, amended_at__isnull=True)

    def counted(self) -> Self:
        """Visits that count: not void, at the right address, whoever opened."""
        return self.valid().exclude(outcome__in=NOT_VISITED_OUTCOMES)

    def entered_in(self, ward: Any, first: datetime.date, end: datetime.date) -> Self:
        """Visits first written down from a day to the day before another, whenever they were; corrected ones, too, so
        that nobody gets out of a draw by a correction."""
        moments = {"received_at__gte": _start_of(first), "received_at__lt": _start_of(end)}
        rows = self.filter(ward=ward, amends__isnull=True, void_at__isnull=True, **moments)
        return rows.exclude(later__void_at__isnull=False).exclude(outcome__in=NOT_VISITED_OUTCOMES)

    def for_list(self) -> Self:
        """Each with `company`: the names of the units that came along."""
        came = related(self.model, "companions").objects.filter(ward=OuterRef("ward"), visit=OuterRef("pk"))
        company = ArraySubquery(came.order_by("unit__sort_key").values("unit__name"))
        return self.select_related("team", "by", "void_by").annotate(company=company)


class OfVisitQuerySet(WardQuerySet):
    """Companions and concerns."""

    def visible_to(self, user: Any) -> Self:
        visits = related(self.model, "visit")
        return self.in_ward_of(user).filter(visit__in=visits.objects.visible_to(user))


class ConcernQuerySet(OfVisitQuerySet):
    def households_by_kind(self, project: Any, campaign: Campaign, on: datetime.date) -> Any:
        """`kind` and `count`: of how many households a concern of it was written until a day; the most first."""
        visits = related(self.model, "visit").objects.valid()
        visits = visits.filter(visited_at__gte=_start_of(campaign.opens_on), visited_at__lt=_end_of(on))
        rows = self.filter(ward=project.ward_id, visit__household__project=project, visit__in=visits)
        counts = rows.order_by().values("kind").annotate(count=Count("visit__household", distinct=True))
        return counts.order_by("-count", "kind")


class DrawQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Their numbers are for all who see the counts of projects."""
        rows = self.in_ward_of(user)
        return rows if access.can(user, Permission.CLEARANCE_READ) else rows.none()


class CallbackQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For the Front alone: nobody else learns which households are asked."""
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.CALLBACK_ASK) else rows.none()

    def for_list(self) -> Self:
        return self.select_related("draw", "visit__team", "visit__household__project").order_by(
            "-draw__week_from", "pk"
        )

    def answers(self) -> dict[str, int]:
        """`drawn`, `asked`, and of these `yes` and `no` of whether somebody came, and `written`: as the script says."""
        asked = {"asked": Count("pk", filter=Q(came__in=["yes", "no", "unsure"]))}
        said = {name: Count("pk", filter=Q(came=name)) for name in ("yes", "no")}
        return self.order_by().aggregate(
            drawn=Count("pk"), written=Count("pk", filter=Q(as_written="yes")), **asked, **said
        )


class RoundQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        projects = related(self.model, "project")
        return self.in_ward_of(user).filter(project__in=projects.objects.visible_to(user))

    def out(self) -> Self:
        """Whose lists are with the teams."""
        return self.filter(handed_out_on__isnull=False, returned_on__isnull=True, closed_on__isnull=True)

    def for_list(self) -> Self:
        """Each with `visits` and how many of them are `done`."""
        made = Q(planned__visit__isnull=False, planned__visit__void_at__isnull=True)
        counts = {"visits": Count("planned", distinct=True), "done": Count("planned", filter=made, distinct=True)}
        return self.select_related("project").annotate(**counts).order_by("-number")


class RoundTeamQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All for those who read all files; else those of the own units."""
        rows, units = self.in_ward_of(user), access.units_for(user, Permission.HOUSEHOLD_READ)
        return rows if units is None else rows.filter(unit__in=units)


class RoundPersonQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(team__in=related(self.model, "team").objects.visible_to(user))


class PlannedVisitQuerySet(ThroughHouseholdQuerySet):
    def to_visit(self) -> Self:
        """Of a round that is not over, and nobody came yet: a visit declared void never happened."""
        nobody = Q(visit__isnull=True) | Q(visit__void_at__isnull=False)
        return self.filter(nobody, round__returned_on__isnull=True, round__closed_on__isnull=True)

    def for_list(self) -> Self:
        """With the representative's `name`, for masking in lists."""
        rows = self.select_related("household__project", "team__unit", "round", "visit")
        rows = rows.annotate(**_name_and_team(related(self.model, "household"), "household"))
        return rows.order_by("on", F("at").asc(nulls_last=True), "household__number")


class DialogueQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        projects = related(self.model, "project")
        return self.in_ward_of(user).filter(project__in=projects.objects.visible_to(user))

    def coming(self, on: datetime.date) -> Self:
        """Planned for a day not before `on`, or without a day yet; the nearest first."""
        rows = self.filter(Q(held_on__isnull=True) | Q(held_on__gte=on), state=DialogueState.PLANNED)
        return rows.order_by(F("held_on").asc(nulls_last=True), "pk")

    def held_until(self, on: datetime.date) -> Self:
        """Those that were held, the latest first."""
        return self.filter(state=DialogueState.HELD, held_on__lte=on).order_by("-held_on", "-pk")

    def hosts_inviting(self, campaign: Campaign, project: str, on: datetime.date) -> list[str]:
        """Who hosts the dialogues of a project for which invitations were handed over in the campaign until a day."""
        handed: dict[str, Any] = {"invitations__delivered_at__gte": _start_of(campaign.opens_on)}
        handed |= {"invitations__delivered_at__lt": _end_of(on), "invitations__state__in": DELIVERED}
        rows = self.filter(ward_id=campaign.ward_id, project__slug=project, **handed)
        return list(rows.order_by("host__sort_key").values_list("host__name", flat=True).distinct())

    def for_list(self) -> Self:
        return self.select_related("project", "host", "minutes", "record").order_by("-held_on", "-pk")

    def with_counts(self) -> Self:
        """`invited` and `handed_over`: invitations to the day and place as they are now, and those that arrived."""
        now = Q(invitations__letter=F("letter"))
        made = Count("invitations", filter=now & ~Q(invitations__state=InvitationState.VOID))
        reached = Count("invitations", filter=now & Q(invitations__state__in=DELIVERED))
        return self.annotate(invited=made, handed_over=reached)


ROLL = {
    "took_part": TOOK_PART,
    "stayed_away": (AttendanceKind.ABSENT_WITH_REASON, AttendanceKind.ABSENT),
}


class InvitationQuerySet(ThroughHouseholdQuerySet):
    def for_list(self) -> Self:
        """With the representative's `name` and the team, for masking in lists."""
        rows = self.select_related("household__project").order_by("household__number", "edition")
        return rows.annotate(**_name_and_team(related(self.model, "household"), "household"))

    def of_letter(self, letter: int) -> Self:
        return self.filter(letter=letter)

    def with_roll(self) -> Self:
        """`roll_kind`: how the household took part; `users` and `came`: its land users, and those of them who came.

        Before the roll is taken a household has as many land users as there are people in its file, one at least.
        """
        lines = related(self.model, "dialogue__attendance").objects.filter(
            ward=OuterRef("ward"), dialogue=OuterRef("dialogue"), household=OuterRef("household")
        )
        people = related(self.model, "household__parties").objects.filter(
            ward=OuterRef("ward"), household=OuterRef("household")
        )
        in_file = people.order_by().values("household").annotate(n=Count("pk")).values("n")
        return self.annotate(
            roll_kind=Subquery(lines.values("kind")),
            users=Coalesce(Subquery(lines.values("users")), Subquery(in_file), 1),
            came=Coalesce(Subquery(lines.values("came")), 0),
        )

    def on_roll(self, kind: str) -> Self:
        """kind: of an attendance, "took_part" for all who came or wrote, "stayed_away", or "none" for no line."""
        rows = self.with_roll()
        if kind == "none":
            return rows.filter(roll_kind=None)
        return rows.filter(roll_kind__in=ROLL.get(kind, (kind,)))

    def roll(self) -> dict[str, int]:
        """How many households have each attendance ("none": no line), are `invited`, and by land users, in one go."""
        of_kind = {f"kind_{kind}": Count("pk", filter=Q(roll_kind=kind)) for kind in AttendanceKind.values}
        of_kind |= {"kind_none": Count("pk", filter=Q(roll_kind=None)), "kind_invited": Count("pk")}
        found = self.with_roll().aggregate(kind_users=Sum("users"), kind_came=Sum("came"), **of_kind)
        return {name.removeprefix("kind_"): value or 0 for name, value in found.items()}

    def delivered(self) -> Self:
        """Handed over: neither refused nor void."""
        return self.filter(state__in=DELIVERED)

    def to_deliver(self) -> Self:
        return self.filter(state=InvitationState.TO_DELIVER)


class EvidenceQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        invitations = related(self.model, "invitation")
        return self.in_ward_of(user).filter(invitation__in=invitations.objects.visible_to(user))


class QuestionQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the households one may see, and what the own unit has to answer."""
        households = related(self.model, "household")
        mine = Q(owner__in=access.grants(user).units_with(Permission.TASK_REPORT))
        return self.in_ward_of(user).filter(mine | Q(household__in=households.objects.visible_to(user)))

    def of(self, campaign: Campaign) -> Self:
        """Of the projects of the campaign; what was asked in an earlier year and is still open is owed this year."""
        projects = related(self.model, "household__project")
        return self.filter(household__project__in=projects.objects.of(campaign))

    def valid(self) -> Self:
        """Not asked at a visit that never happened."""
        return self.exclude(visit__void_at__isnull=False)

    def open(self, on: datetime.date) -> Self:
        """Asked until a day, and the household was not yet told an answer on that day."""
        told_later = Q(told_household_on__isnull=True) | Q(told_household_on__gt=on)
        return self.valid().filter(told_later, asked_on__lte=on)

    def overdue(self, on: datetime.date) -> Self:
        return self.open(on).filter(due_on__lt=on)

    def due_in(self, campaign: Campaign, on: datetime.date) -> Self:
        """Whose day lies in the campaign until a day."""
        return self.valid().filter(due_on__range=(campaign.opens_on, on))

    def in_time(self, campaign: Campaign, on: datetime.date) -> Self:
        """Of these, answered by their day."""
        return self.due_in(campaign, on).filter(answered_on__lte=F("due_on"))

    def unanswered(self) -> Self:
        return self.filter(answered_on__isnull=True)

    def to_tell(self) -> Self:
        """Answered, but the household does not know yet."""
        return self.valid().filter(answered_on__isnull=False, told_household_on__isnull=True)

    def count_by_project(self) -> dict[int, int]:
        return dict(self.order_by().values_list("household__project").annotate(Count("pk")))

    def for_list(self) -> Self:
        return self.select_related("household__project", "owner").order_by("due_on", "pk")


class OwedQuerySet(WardQuerySet):
    """Promises and obstacles: of the households one may see, and what the own unit sees to."""

    def visible_to(self, user: Any) -> Self:
        households = related(self.model, "household")
        mine = Q(owner__in=access.grants(user).units_with(Permission.TASK_REPORT))
        return self.in_ward_of(user).filter(mine | Q(household__in=households.objects.visible_to(user)))

    def of(self, campaign: Campaign) -> Self:
        """Of the projects of the campaign; what is open since an earlier year is still owed."""
        projects = related(self.model, "household__project")
        return self.filter(household__project__in=projects.objects.of(campaign))

    def valid(self) -> Self:
        return self

    def open(self, on: datetime.date) -> Self:
        return self.valid().filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)

    def overdue(self, on: datetime.date) -> Self:
        return self.open(on).filter(due_on__lt=on)

    def due_in(self, campaign: Campaign, on: datetime.date) -> Self:
        """Whose day lies in the campaign until a day."""
        return self.valid().filter(due_on__range=(campaign.opens_on, on))

    def in_time(self, campaign: Campaign, on: datetime.date) -> Self:
        """Of these, closed with what came of them by their day."""
        return self.due_in(campaign, on).filter(closed_on__lte=F("due_on"))

    def for_list(self) -> Self:
        return self.select_related("household__project", "owner").order_by("due_on", "pk")

    def for_file(self) -> Self:
        """What is open first."""
        return self.select_related("owner").order_by(F("closed_on").desc(nulls_first=True), "due_on", "pk")


class PromiseQuerySet(OwedQuerySet):
    def valid(self) -> Self:
        """Not made at a visit that never happened."""
        return self.exclude(visit__void_at__isnull=False)

    def for_file(self) -> Self:
        return super().for_file().valid()


class FileQuerySet(ThroughHouseholdQuerySet):
    """Papers and milestones."""

    def of(self, campaign: Campaign) -> Self:
        projects = related(self.model, "household__project")
        return self.filter(household__project__in=projects.objects.of(campaign))

    def for_file(self) -> Self:
        return self.select_related("by", "void_by").order_by("-on", "-pk")


class DeliveryEvidenceQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(delivery__in=related(self.model, "delivery").objects.visible_to(user))


class NeedQuerySet(FileQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For those who visit: the officer and the household's own team today."""
        rows = super().visible_to(user)
        units = access.units_for(user, Permission.VISIT_RECORD)
        if units is None:
            return rows
        households = related(self.model, "household").objects.in_ward_of(user)
        with past.present():
            return rows.filter(household__in=households.of_teams(units, today()))


class NeedOfferQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(need__in=related(self.model, "need").objects.visible_to(user))


class PlanPostingQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        projects = related(self.model, "project")
        return self.in_ward_of(user).filter(project__in=projects.objects.visible_to(user))

    def for_page(self) -> Self:
        """With what its gate reads."""
        rows = self.select_related("posting__hang_deadline__rule", "batch", "project").order_by("batch", "-version")
        return rows.prefetch_related("posting__spots__place", "posting__proofs")

    def on_display(self, day: datetime.date) -> Self:
        """Shown on the ward's portal on a day."""
        up = Q(posting__starts_on__lte=day, posting__ends_on__gte=day, posting__state="posted", posting__on_portal=True)
        return (
            self.filter(up)
            .select_related("posting__hang_deadline", "posting__rule", "project", "batch")
            .order_by("posting__ends_on", "pk")
        )


class SealedQuerySet(WardQuerySet):
    """For the clearance officers and the leadership alone, never for a team."""

    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.HOUSEHOLD_READ) else rows.none()


class AgreementQuerySet(SealedQuerySet):
    def of(self, campaign: Campaign) -> Self:
        projects = related(self.model, "household__project")
        return self.filter(household__project__in=projects.objects.of(campaign))

    def valid_on(self, day: datetime.date) -> Self:
        """Signed until a day, and not withdrawn on it."""
        return self.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day), signed_on__lte=day)


class OwnStepQuerySet(FileQuerySet):
    def for_file(self) -> Self:
        return super().for_file().select_related("step", "by", "void_by")

    def valid(self) -> Self:
        return self.filter(void_at__isnull=True)


class LoopQuerySet(ThroughHouseholdQuerySet):
    def of(self, campaign: Campaign) -> Self:
        projects = related(self.model, "household__project")
        return self.filter(household__project__in=projects.objects.of(campaign))

    def owing(self, day: datetime.date) -> Self:
        """Those whose days are still followed: neither ended nor decided on a day."""
        not_ended = Q(ended_on=None) | Q(ended_on__gt=day)
        return self.filter(not_ended, Q(decided_on=None) | Q(decided_on__gt=day))

    def without_minutes(self) -> Self:
        minutes = related(self.model, "minutes").objects.filter(ward=OuterRef("ward"), loop=OuterRef("pk"))
        return self.filter(~Exists(minutes.filter(void_at__isnull=True)))

    def for_file(self) -> Self:
        """What is open first."""
        rows = self.select_related("window__rule", "wait__rule", "opened_by")
        return rows.order_by(F("ended_on").desc(nulls_first=True), "-opened_on", "-pk")


class MinutesQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        loops = related(self.model, "loop")
        return self.in_ward_of(user).filter(loop__in=loops.objects.visible_to(user))

    def of(self, campaign: Campaign) -> Self:
        loops = related(self.model, "loop")
        return self.filter(loop__in=loops.objects.of(campaign))


class ScanQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        minutes = related(self.model, "minutes")
        return self.in_ward_of(user).filter(minutes__in=minutes.objects.visible_to(user))


class SetDayQuerySet(FileQuerySet):
    def coming(self, first: datetime.date, last: datetime.date) -> Self:
        return self.filter(void_at__isnull=True, on__range=(first, last))


class PlotQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the ward for clearance officers and leadership; else the plots of the households one may see."""
        rows = self.in_ward_of(user)
        if access.units_for(user, Permission.HOUSEHOLD_READ) is None:
            return rows
        return rows.filter(Exists(self._holdings().filter(household__in=self._households().visible_to(user))))

    def of_teams(self, units: Any, day: datetime.date) -> Self:
        """Plots of the households of one of these teams."""
        return self.filter(Exists(self._holdings().filter(household__in=self._households().of_teams(units, day))))

    def without_team(self) -> Self:
        return self.filter(Exists(self._holdings().filter(household__in=self._households().without_team())))

    def search(self, text: str) -> Self:
        """By map sheet and number as they are said, "12/45", or by one of the two."""
        sheet, slash, number = (part.strip().upper().lstrip("0") for part in text.partition("/"))
        if slash:
            return self.filter(map_sheet=sheet, number=number) if sheet else self.filter(number=number)
        return self.filter(Q(number=sheet) | Q(map_sheet=sheet))

    def first_found(self, text: str) -> list[int] | None:
        keys = list(self.search(text).order_by().values_list("pk", flat=True)[: COUNTED + 1])
        return keys if len(keys) <= COUNTED else None

    def shared(self) -> Self:
        """Held by several households."""
        return self.alias(holders=self._count()).filter(holders__gt=1)

    def with_office(self, on: datetime.date) -> Self:
        """`office_rank` of its holder, of several the least far; None where nobody holds it on the day."""
        held = related(self.model, "holdings").objects.valid_on(on).filter(plot=OuterRef(OuterRef("pk")))
        holders = self._households().filter(pk__in=held.values("household")).with_office(on)
        return self.annotate(office_rank=Subquery(holders.order_by("office_rank").values("office_rank")[:1]))

    def handed_over(self, on: datetime.date) -> Self:
        """Whose holders all handed their land over until a day."""
        return self.filter(self._is_whole(on))

    def handed_in_part(self, on: datetime.date) -> Self:
        """Of which a part was handed over until a day, and the rest was not."""
        parts = related(self.model, "parts").objects.valid().filter(ward=OuterRef("ward"), plot=OuterRef("pk"))
        return self.filter(Exists(parts.filter(on__lte=on))).exclude(self._is_whole(on))

    def _is_whole(self, on: datetime.date) -> Q:
        held = related(self.model, "holdings").objects.valid_on(on).filter(ward=OuterRef("ward"), plot=OuterRef("pk"))
        handed = self._households().reached(MilestoneKind.HANDED_OVER, on).order_by().values("pk")
        return Q(Exists(held)) & ~Q(Exists(held.exclude(household__in=handed)))

    def areas_by_project(self) -> dict[int, Decimal]:
        """The m² to be recovered, as far as they are known."""
        rows = self.order_by().values_list("project").annotate(Sum("area_recovered"))
        return {project: area or Decimal(0) for project, area in rows}

    def drawn(self, how: str) -> Self:
        """how: "yes", "no" outline, or one that "differs" from the area that is entered by more than a twentieth."""
        if how in ("yes", "no"):
            return self.filter(shape__isnull=how == "no")
        return (
            self.filter(area__isnull=False)
            .exclude(
                shape__area__gte=F("area") * Value(Decimal("0.95")), shape__area__lte=F("area") * Value(Decimal("1.05"))
            )
            .filter(shape__isnull=False)
        )

    def holders(self, day: datetime.date) -> Any:
        """The keys of the households that hold one of these plots on a day."""
        holdings = related(self.model, "holdings").objects.filter(plot__in=self.order_by().values("pk"))
        return holdings.valid_on(day).values("household")

    def without_holder(self) -> Self:
        return self.filter(~Exists(self._holdings()))

    def for_list(self, user: Any) -> Self:
        """Each with `held_by`, the numbers of the households that one may see, and `holders`, how many there are."""
        own = self._holdings().filter(household__in=self._households().visible_to(user))
        numbers = ArraySubquery(own.order_by("household__number").values("household__number"))
        rows = self.annotate(kind_code=F("kind__code"), held_by=numbers, holders=self._count())
        return rows.order_by(*_as_numbered(), "pk")

    def count_by_project(self) -> dict[int, int]:
        return dict(self.order_by().values_list("project").annotate(Count("pk")))

    def areas(self) -> Any:
        """One row: `area`, the m² to be recovered as far as they are known, and of how many plots they are not."""
        return self.order_by().values("ward").annotate(area=Sum("area_recovered"), unknown=Count("pk", filter=_UNKNOWN))

    def _holdings(self) -> Any:
        rows = related(self.model, "holdings").objects.now()
        return rows.filter(ward=OuterRef("ward"), plot=OuterRef("pk"))

    def _households(self) -> Any:
        return related(related(self.model, "holdings"), "household").objects.all()

    def _count(self) -> Any:
        held = self._holdings().order_by().values("plot").annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(held), 0)


class PlotPartQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        plots = related(self.model, "plot")
        return self.in_ward_of(user).filter(plot__in=plots.objects.visible_to(user))

    def valid(self) -> Self:
        """A void one never happened, also on the days before."""
        return self.filter(void_at__isnull=True)


_UNKNOWN = Q(area_recovered__isnull=True)


def _as_numbered(path: str = "") -> list[Any]:
    """Sheet 2 before sheet 10, though both are texts."""
    return [by(f"{path}{name}") for name in ("map_sheet", "number") for by in (Length, F)]


class HoldingQuerySet(AssignmentQuerySet):
    def for_file(self, household: Any) -> Self:
        """Of one household, each with `others`: the numbers of those that hold the plot too."""
        beside: Any = self.model._default_manager.now()  # type: ignore[attr-defined]
        beside = beside.filter(ward=OuterRef("ward"), plot=OuterRef("plot")).exclude(household=OuterRef("household"))
        others = ArraySubquery(beside.order_by("household__number").values("household__number"))
        rows = self.filter(ward=household.ward_id, household=household).annotate(others=others)
        return rows.select_related("plot__kind", "party").order_by(*_as_numbered("plot__"), "valid_from")


class ProjectBatchQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        projects = related(self.model, "project")
        return self.in_ward_of(user).filter(project__in=projects.objects.visible_to(user))


class AuthorityQuerySet(TermQuerySet):
    def lapsing(self, on: datetime.date, within: datetime.timedelta) -> Self:
        """Whose last day comes within so many days, and nobody is entered who signs after it."""
        after: Any = self.model._default_manager
        after = after.filter(ward=OuterRef("ward"), act=OuterRef("act"), valid_from__gt=OuterRef("valid_to"))
        return self.filter(~Exists(after), valid_to__range=(on, on + within)).order_by("valid_to", "act")


def _on_the_sheet(text: str) -> Q:
    by_words = found(text, "search_key")
    if text.isdecimal() and len(text) < 10:  # full-width digits, too
        by_words |= Q(number=int(text))
    return by_words


class GrievanceQuerySet(WardQuerySet, StatefulQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The whole register for those who may read it; what stands in a file, `can_read` of the page says."""
        rows = self.in_ward_of(user)
        return rows if access.can(user, Permission.GRIEVANCE_READ) else rows.none()

    def open(self, on: datetime.date) -> Self:
        """Neither answered, settled nor passed on at the end of a day."""
        return self.filter(received_on__lte=on).with_state_on(on).filter(state_then__in=OPEN)

    def overdue(self, on: datetime.date) -> Self:
        """Open, and the clock that ran on the day had passed."""
        clocks = related(self.model, "clocks").objects.filter(grievance=OuterRef("pk"))
        late = related(clocks.model, "deadline").objects.overdue(on)
        ran = clocks.filter(Q(ended_on=None) | Q(ended_on__gt=on), deadline__in=late)
        return self.filter(Exists(ran))

    def in_time(self, clock: str, campaign: Campaign, on: datetime.date) -> Self:
        """What a clock asked for was done by its day, in the campaign until a day."""
        clocks = related(self.model, "clocks").objects.filter(grievance=OuterRef("pk"), kind=clock)
        done = {"deadline__met_on__range": (campaign.opens_on, on), "deadline__met_on__lte": F("deadline__due_on")}
        return self.filter(Exists(clocks.filter(**done)))

    def numbered(self, text: str) -> Self:
        """By `12` or `12/2026`, as the receipt says it."""
        number, _slash, year = text.strip().partition("/")
        if not number.isdecimal() or (year and not year.isdecimal()):
            return self.none()
        rows = self.filter(number=int(number[:9]))
        return rows.filter(year=int(year[:4])) if year else rows

    def search(self, text: str) -> Self:
        """By receipt number, or by name or matter with or without marks."""
        asked = fold(text)
        said = self.alias(name_key=folding("name"), matter_key=folding("summary"))
        return said.filter(
            Q(name_key__contains=asked) | Q(matter_key__contains=asked) | Q(pk__in=self.numbered(text).values("pk"))
        )

    def for_list(self) -> Self:
        """Each with `due_on` and `clock_kind` of the clock that runs, and whether it is paused."""
        clocks = related(self.model, "clocks").objects.filter(ward=OuterRef("ward"), grievance=OuterRef("pk"))
        running = clocks.filter(ended_on=None)
        return self.annotate(
            due_on=Subquery(running.values("deadline__due_on")[:1]),
            clock_kind=Subquery(running.values("kind")[:1]),
        )

    def most_urgent_first(self) -> Self:
        """After `for_list`: what runs by its day, what is not sorted before it, what is over last."""
        turns = Case(When(state=GrievanceState.RECEIVED, then=Value(0)), When(state__in=OPEN, then=Value(1)), default=2)
        return self.order_by(turns, F("due_on").asc(nulls_last=True), "-year", "-number")


class GrievanceEvidenceQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As what the person wrote: for the desk, and who confirms as a second person."""
        if access.can(user, Permission.GRIEVANCE_KEEP) or access.can(user, Permission.GRIEVANCE_CONFIRM):
            grievances = related(self.model, "grievance").objects
            return self.in_ward_of(user).filter(grievance__in=grievances.visible_to(user))
        return self.none()


class PrivacyQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows if access.can(user, Permission.PRIVACY_KEEP) else rows.none()

    def for_list(self) -> Self:
        """Each with `due_on` of the clock that runs; what is open first."""
        clocks = related(self.model, "clocks").objects.filter(ward=OuterRef("ward"), request=OuterRef("pk"))
        running = clocks.filter(ended_on=None)
        rows = self.annotate(due_on=Subquery(running.values("deadline__due_on")[:1]))
        return rows.order_by(F("ended_on").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "-year", "-number")

    def open(self) -> Self:
        return self.filter(ended_on=None)

    def ended(self) -> Self:
        return self.exclude(ended_on=None)


class DisposalQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For the privacy desk, and who confirms as a second person."""
        may = access.can(user, Permission.PRIVACY_KEEP) or access.can(user, Permission.ACCESS_CONFIRM)
        return self.in_ward_of(user) if may else self.none()

    def waiting(self) -> Self:
        return self.filter(confirmed_at=None, left_at=None)


class PrivacyClockQuerySet(PrivacyQuerySet):
    def owing(self, day: datetime.date) -> Self:
        """Clocks that run on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))


class ClockQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        grievances = related(self.model, "grievance")
        return self.in_ward_of(user).filter(grievance__in=grievances.objects.visible_to(user))

    def owing(self, day: datetime.date) -> Self:
        """Clocks that run on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))
