import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, DateField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Greatest, RowNumber

from accounts import access
from accounts.access import Permission
from accounts.choices import Branch
from accounts.models import Unit
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.choices import (
    OPEN_STATES,
    PLAN_CODE,
    TASK_TABS,
    UNIT_STATES,
    Absence,
    CampaignState,
    Direction,
    DocumentState,
    ExtensionState,
    MeetingState,
    TaskGroup,
    TaskState,
)
from campaigns.symbols import custom_of
from core import past
from core.counts import COUNTED
from core.models import PeriodQuerySet, StatefulQuerySet, today
from core.related import related
from core.search import fold, folding, found, in_order
from notifications.models import Event, Message

if TYPE_CHECKING:
    from campaigns.models import Campaign

# The one order of documents: by day, and within a day by number.
NEWEST_FIRST = (F("dated_on").desc(), F("number").desc(nulls_last=True), F("id").desc())
OLDEST_FIRST = (F("dated_on").asc(), F("number").asc(nulls_last=True), F("id").asc())


class CampaignQuerySet(StatefulQuerySet, WardQuerySet):
    def open(self) -> Self:
        return self.filter(state=CampaignState.OPEN)


class UndertakingQuerySet(WardQuerySet, PeriodQuerySet):
    def of_campaign(self, campaign: "Campaign") -> Self:
        return self.filter(ward_id=campaign.ward_id, foci__campaign=campaign)


class DocumentQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Readers of documents see all that are not restricted; restricted ones are for those who register them."""
        if not access.can(user, Permission.DOCUMENT_READ):
            return self.none()
        rows = self.in_ward_of(user)
        if access.can(user, Permission.DOCUMENT_EDIT) or access.has_role(user, "leadership"):
            return rows
        return rows.filter(is_restricted=False)

    def search(self, words: str) -> Self:
        """By symbol, summary or the text of the file, without marks; where many fit, quick along the list's order."""
        said = related(self.model, "texts").objects.filter(document=OuterRef("pk"), search_key__contains=fold(words))
        named = found(words, "search_key", "symbol_key")
        return self.alias(symbol_key=folding("symbol")).filter(named | Q(Exists(said)))

    def keys_found(self, words: str) -> Any:
        """The keys of what `search` finds, at least COUNTED + 1 where there are more; each way by its own index."""
        rows = self.order_by()
        named = rows.alias(symbol_key=folding("symbol")).filter(found(words, "search_key", "symbol_key"))
        said = rows.filter(texts__search_key__contains=fold(words))
        return named.values("pk")[: COUNTED + 1].union(said.values("pk")[: COUNTED + 1])

    def in_force(self) -> Self:
        return self.filter(state=DocumentState.ISSUED)

    def in_force_on(self, day: datetime.date) -> Self:
        return self.with_state_on(day).filter(state_then=DocumentState.ISSUED, dated_on__lte=day)

    def owing(self, day: datetime.date) -> Self:
        """Whose deadline is followed on a day: in force then, and of a year that is not closed."""
        rows = self.in_force() if day >= today() else self.in_force_on(day)
        return rows.exclude(campaign__state=CampaignState.CLOSED)

    def plans(self) -> Self:
        """Plans, of the superior and of the ward; and whatever else orders something item by item."""
        items = related(self.model, "plan_items")
        return self.filter(Q(kind__code=PLAN_CODE) | Q(pk__in=items.objects.values("document")))

    def not_carried_out(self, day: datetime.date) -> Self:
        """What came in up to the day; since then nothing carries it out or answers it, and no leader said anything."""
        incoming = self.in_force().filter(direction=Direction.IN, dated_on__lte=day, instructions=None)
        own = self.model._base_manager.filter(ward_id=OuterRef("ward_id")).exclude(state=DocumentState.WITHDRAWN)
        carried_out, answered = own.filter(carries_out=OuterRef("pk")), own.filter(answers=OuterRef("pk"))
        return incoming.exclude(Exists(carried_out)).exclude(Exists(answered))

    def roots(self) -> Self:
        """The tops of the trees: what carries nothing out, and either orders something or is carried out."""
        children = self.model._base_manager.filter(ward_id=OuterRef("ward_id"), carries_out=OuterRef("pk"))
        top = self.filter(carries_out=None).exclude(state__in=[DocumentState.WITHDRAWN, DocumentState.REPLACED])
        asks = related(self.model, "recipients").objects.filter(must_issue_resolution=True).values("document")
        items = related(self.model, "plan_items").objects.values("document")
        return top.filter(Q(kind__code=PLAN_CODE) | Q(Exists(children)) | Q(pk__in=asks) | Q(pk__in=items))

    def ward_plan(self, campaign: "Campaign", on: datetime.date) -> Any:
        """The ward's plan of the year in force on a day: one that carries out a superior's before any other."""
        issued = self.with_state_on(on).filter(state_then=DocumentState.ISSUED)
        own = issued.plans().filter(ward_id=campaign.ward_id, campaign=campaign, direction=Direction.OUT)
        joined = own.select_related("kind", "issuer", "carries_out__kind", "carries_out__issuer")
        return joined.order_by(F("carries_out").asc(nulls_last=True), *OLDEST_FIRST).first()

    def plan_chain(self, campaign: "Campaign", on: datetime.date) -> list:
        """What a superior ordered for the year, then the ward's plan that carries it out."""
        own = self.ward_plan(campaign, on)
        return [plan for plan in (own.carries_out, own) if plan] if own else []

    def for_list(self) -> Self:
        return self.select_related("kind", "issuer", "carries_out__kind", "campaign").order_by(*NEWEST_FIRST)

    def in_series_of(self, document: Any) -> Self:
        """The other documents among which its symbol is given once; drafts have none yet."""
        series = self.filter(ward_id=document.ward_id, issuer=document.issuer, series_from=document.series_from)
        return series.exclude(pk=document.pk)


class PaperStandardQuerySet(TermQuerySet):
    def of(self, unit: Unit, day: datetime.date) -> Any:
        """The layout in force for a body's papers on a day; None where none is kept."""
        branch = Branch.PARTY if unit.branch == Branch.PARTY else Branch.GOVERNMENT
        return self.filter(ward_id=unit.ward_id, branch=branch).valid_on(day).first()


class PaperStyleQuerySet(TermQuerySet):
    def of(self, unit: Unit, day: datetime.date) -> Any:
        """How a body writes its papers on a day: by its own row, its kind's, or what is generally known of its name."""
        rows = self.filter(ward_id=unit.ward_id).filter(Q(unit=unit) | Q(unit_kind=unit.kind_id)).valid_on(day)
        if found := rows.order_by(F("unit").asc(nulls_last=True)).first():
            return found
        return self.model(ward_id=unit.ward_id, unit=unit, **custom_of(unit.name))

    def issuer_for(self, unit: Unit | None, day: datetime.date) -> Unit | None:
        """Who issues the papers of a unit: itself, or the nearest above it that is known to issue any."""
        above = unit
        while above is not None and not self.of(above, day).abbreviation:
            above = above.parent
        return above or unit


class RecipientQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        documents = related(self.model, "document")
        return self.filter(document__in=documents.objects.visible_to(user))

    def expected(self, on: datetime.date) -> Self:
        """Units that owed a resolution on a day: the plan was in force by then."""
        documents = related(self.model, "document")
        asking = documents.objects.in_force_on(on)
        return self.filter(must_issue_resolution=True, document__in=asking.values("pk"))

    def answered(self, on: datetime.date) -> Self:
        """Whose own resolution was in force on the day."""
        documents = related(self.model, "document")
        return self.filter(answered_by__in=documents.objects.in_force_on(on).values("pk"))

    def with_answer_on(self, day: datetime.date) -> Self:
        """Each with `has_answered`, as of the day."""
        return self.annotate(has_answered=Q(pk__in=type(self)(self.model).answered(day).values("pk")))

    def for_list(self) -> Self:
        return self.select_related("unit__kind", "document__kind", "document__campaign", "answered_by__kind").order_by(
            "document__dated_on",
            F("document__number").asc(nulls_last=True),
            "document_id",
            "unit__kind__order",
            "unit__sort_key",
            "id",
        )


class PlanItemQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        documents = related(self.model, "document")
        return self.filter(document__in=documents.objects.visible_to(user))


class TaskQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The whole ward's for those who follow the campaign; a unit's own and the shared ones for the unit."""
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.WARD_READ):
            return rows
        units = access.grants(user).units_with(Permission.TASK_REPORT)
        return rows.filter(Q(lead_unit__in=units) | Q(pk__in=self._shared(units)))

    def open_to(self, user: Any) -> Self:
        """Whose pages the person may open: what is visible to them, and what they were put in charge of."""
        mine = Q(ward=access.ward_id(user), person=user.pk)
        return self.filter(mine | Q(pk__in=type(self)(self.model).visible_to(user).values("pk")))

    def _shared(self, units: frozenset[int]) -> models.QuerySet:
        through = related(self.model, "cooperating")
        return through.objects.filter(unit__in=units).values("task")

    def search(self, words: str) -> Self:
        return self.filter(found(words, "search_key"))

    def unfinished(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, on: datetime.date) -> Self:
        """Not handed in and past its day. A task waiting for acceptance is the ward's turn, not the unit's."""
        return self.filter(state__in=UNIT_STATES, due_on__lt=on)

    def as_of(self, day: datetime.date | None) -> Self:
        """Tasks that existed at the end of `day` (now, without one), with `state_then`."""
        return self.with_state_on(day) if day else self.annotate(state_then=F("state"))

    def overdue_then(self, day: datetime.date) -> Self:
        """After `as_of`: overdue on the day."""
        return self.filter(state_then__in=UNIT_STATES, due_on__lt=day)

    def waiting_then(self) -> Self:
        """After `as_of`: reported as done, and the ward still has to accept. The one meaning of that number."""
        return self.filter(state_then=TaskState.SUBMITTED)

    def ranked(self, day: datetime.date) -> Self:
        """After `as_of`: what needs action first, as `rank` (a choices.TaskGroup)."""
        week, fortnight = (day + datetime.timedelta(days=days) for days in (7, 14))
        return self.annotate(
            rank=Case(
                When(state_then=TaskState.DONE, then=Value(TaskGroup.DONE)),
                When(state_then=TaskState.CANCELLED, then=Value(TaskGroup.CANCELLED)),
                When(state_then=TaskState.SUBMITTED, then=Value(TaskGroup.SUBMITTED)),
                When(due_on__lt=day, then=Value(TaskGroup.LATE)),
                When(due_on__lte=week, then=Value(TaskGroup.WEEK)),
                When(due_on__lte=fortnight, then=Value(TaskGroup.FORTNIGHT)),
                default=Value(TaskGroup.LATER),
                output_field=IntegerField(),
            )
        ).order_by("rank", "due_on", "priority", "id")

    def with_last_reminder(self) -> Self:
        """Each with `reminded_at`: when it was last reminded of, by a rule or by hand, up to the day that is read."""
        day = past.current().on
        until = {"sent_at__lt": past.end_of(day)} if day else {"sent_at__isnull": False}
        sent = Message.objects.filter(
            ward_id=OuterRef("ward_id"),
            subject_type="campaigns.task",
            subject_id=OuterRef("pk"),
            rule__isnull=False,
            **until,
        )
        by_hand = Event.objects.of_each(self.model, "campaigns.task.reminded").filter(
            **({"at__lt": past.end_of(day)} if day else {})
        )
        newest = Subquery(sent.order_by("-sent_at").values("sent_at")[:1])
        return self.annotate(reminded_at=Greatest(newest, Subquery(by_hand.order_by("-at").values("at")[:1])))

    def remindable(self, day: datetime.date) -> Self:
        """Overdue, in an open year, and nobody has reminded the unit of it on that day."""
        rows = self.overdue(day).filter(campaign__state=CampaignState.OPEN)
        return rows.exclude(Exists(Event.objects.of_each(self.model, "campaigns.task.reminded").filter(on=day)))

    def in_groups(self, groups: Iterable[int]) -> Self:
        """After `ranked`."""
        return self.filter(rank__in=list(groups))

    def counts(self, day: datetime.date) -> dict[str, int]:
        """After `as_of`: how many tasks in each group, by its lower-case name, and `all` but the cancelled ones."""
        rows = self.ranked(day).order_by().values_list("rank").annotate(count=Count("pk"))
        found = dict(rows)
        counts = {group.name.lower(): found.get(group.value, 0) for group in TaskGroup}
        return counts | {"all": sum(counts.values()) - counts["cancelled"]}

    def by_unit(self, day: datetime.date) -> dict[int, dict[str, int]]:
        """After `as_of`: lead unit -> how many of its tasks each tab of the list shows."""
        rows = self.ranked(day).order_by().values_list("lead_unit", "rank").annotate(count=Count("pk"))
        found: dict[int, dict[str, int]] = {}
        for unit, rank, count in rows:
            tabs = found.setdefault(unit, dict.fromkeys(TASK_TABS, 0))
            for tab in (tab for tab, groups in TASK_TABS.items() if rank in groups):
                tabs[tab] += count
        return found

    def helped_by_unit(self, day: datetime.date) -> dict[int, int]:
        """After `as_of`: cooperating unit -> in how many of the open tasks that others lead."""
        rows = self.ranked(day).order_by().filter(rank__in=TASK_TABS["open"], cooperating__isnull=False)
        return dict(rows.values_list("cooperating__unit").annotate(count=Count("pk")))

    def first_of_each_state(self, most: int) -> Self:
        """After `as_of`: the first rows of each state by their due day, of what is done the last ones."""
        by_day = Case(When(state_then=TaskState.DONE, then=None), default=F("due_on"), output_field=DateField())
        order: list[Any] = [by_day.asc(nulls_last=True), F("due_on").desc(), "priority", "id"]
        place = Window(RowNumber(), partition_by=F("state_then"), order_by=order)
        return self.annotate(place=place).filter(place__lte=most).order_by("place")

    def for_list(self) -> Self:
        return self.select_related("lead_unit", "plan_item__document__kind", "undertaking", "campaign")


class EvidenceQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        tasks = related(self.model, "task")
        return self.filter(task__in=tasks.objects.visible_to(user))


class TaskSeriesQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For those who follow the whole campaign; units see the tasks that are made from it."""
        return self.in_ward_of(user) if access.is_ward_wide(user, Permission.WARD_READ) else self.none()

    def running(self) -> Self:
        return self.filter(ended_on__isnull=True, campaign__state=CampaignState.OPEN)

    def for_list(self) -> Self:
        units = related(self.model, "units").objects.filter(series=OuterRef("pk"), leads=True).order_by()
        count = units.values("series").annotate(n=Count("pk")).values("n")
        return (
            self.select_related("campaign")
            .annotate(unit_count=Subquery(count))
            .order_by("ended_on", in_order("title"), "id")
        )


class ExtensionQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        tasks = related(self.model, "task")
        return self.filter(task__in=tasks.objects.visible_to(user))

    def waiting(self) -> Self:
        """That the ward has not answered."""
        return self.filter(state=ExtensionState.ASKED)


class MeetingQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user) if access.can(user, Permission.DOCUMENT_READ) else self.none()

    def open_to(self, user: Any) -> Self:
        """Whose pages the person may open: what is visible to them, and those that they are invited to by name."""
        invited = related(self.model, "invitees").objects.filter(ward=access.ward_id(user), person=user.pk)
        return self.filter(
            Q(pk__in=invited.values("meeting")) | Q(pk__in=type(self)(self.model).visible_to(user).values("pk"))
        )

    def search(self, words: str) -> Self:
        """By title or place, without marks."""
        keys = {"title_key": folding("title"), "place_key": folding("place")}
        return self.alias(**keys).filter(found(words, *keys))

    def held_by(self, day: datetime.date) -> Self:
        """Held on the day or before."""
        return self.filter(state=MeetingState.HELD, held_on__lte=day)

    def for_list(self) -> Self:
        rows = self.select_related("campaign", "document__kind").annotate(
            invited_count=models.Sum("invitees__invited"), present_count=models.Sum("invitees__present")
        )
        return rows.order_by(F("held_on").desc(nulls_first=True), "-id")


class InviteeQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        meetings = related(self.model, "meeting")
        return self.filter(meeting__in=meetings.objects.visible_to(user))

    def to_inform(self) -> Self:
        """Who was absent and has not been told yet what the others heard."""
        return self.filter(absence=Absence.ABSENT)
