"""What a superior ordered and what became of it, as a tree: ward plan, sessions, resolutions, members, tasks.

However many units and tasks a plan has, `trees` asks the database a fixed number of times (at most 8).
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL

from accounts.models import User
from campaigns.choices import (
    INCOMING_RULE,
    UNIT_STATES,
    Direction,
    DocumentState,
    MeetingKind,
    MeetingState,
    TaskState,
)
from campaigns.models import Document, DocumentRecipient, Instruction, Meeting, PlanItem, Task
from campaigns.querysets import OLDEST_FIRST
from core.discovery import discover
from deadlines.models import Calendar, CalendarMissing, DeadlineRule

IN_FORCE = (DocumentState.DRAFT, DocumentState.ISSUED)
# A document and all that carry it out, however deep.
_BELOW = """
WITH RECURSIVE chain AS (
    SELECT id FROM campaigns_document WHERE ward_id = %s AND id = ANY(%s)
    UNION SELECT child.id FROM campaigns_document AS child
        JOIN chain ON child.carries_out_id = chain.id AND child.ward_id = %s
) SELECT id FROM chain
"""


@dataclass(frozen=True)
class Owed:
    """What a unit owes. due: empty where no day was said; then it is never late."""

    unit: str
    due: datetime.date | None
    url: str = ""
    is_late: bool = False


@dataclass
class Share:
    """a of b, and who is missing."""

    done: int = 0
    total: int = 0
    owed: list[Owed] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return self.total > 0 and self.done == self.total

    @property
    def late(self) -> list[Owed]:
        return [one for one in self.owed if one.is_late]

    @property
    def waiting(self) -> list[Owed]:
        return [one for one in self.owed if not one.is_late]


@dataclass(frozen=True)
class Line:
    """What another app hangs below a document: a share of units, or words."""

    label: Any
    url: str
    share: Share | None = None
    words: Any = ""


# Documents, the person and the day -> what hangs below the document of that key. In `<app>/orders.py`, found by itself.
Hang = Callable[[list[Document], User, datetime.date], Iterable[tuple[int | None, Line]]]
_hanging: list[Hang] = []


def hangs(source: Hang) -> Hang:
    _hanging.append(source)
    return source


@dataclass
class ItemBranch:
    """One thing that a plan orders, and its tasks."""

    item: PlanItem | None
    tasks: list[Task]
    share: Share


@dataclass
class Branch:
    """One document of the chain. children: what carries it out besides the resolutions that it asked for."""

    document: Document
    children: list["Branch"] = field(default_factory=list)
    sessions: list[Meeting] = field(default_factory=list)
    answers: list[DocumentRecipient] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    items: list[ItemBranch] = field(default_factory=list)
    resolutions: Share = field(default_factory=Share)
    members: Share = field(default_factory=Share)
    tasks: Share = field(default_factory=Share)
    lines: list[Line] = field(default_factory=list)
    undone_days: int | None = None  # since its day, where nothing carries it out
    undone_due: datetime.date | None = None
    is_undone_late: bool = False

    @property
    def key(self) -> str:
        return str(self.document.pk)

    @property
    def is_superiors(self) -> bool:
        return self.document.direction == Direction.IN

    @property
    def is_plan(self) -> bool:
        """Whether sessions, resolutions and tasks may be expected of it, and are not yet there."""
        return not self.is_superiors and self.document.state == DocumentState.ISSUED

    @property
    def has_work(self) -> bool:
        return bool(self.answers or self.items or self.sessions)

    @property
    def held(self) -> list[Meeting]:
        return [session for session in self.sessions if session.state == MeetingState.HELD]

    @property
    def empty_items(self) -> list[ItemBranch]:
        return [one for one in self.items if not one.tasks]


def trees(roots: Sequence[Document], *, user: User, on: datetime.date) -> list[Branch]:
    """The tree of each root, as this person may see it. roots: documents of one ward."""
    if not roots:
        return []
    ward, keys = roots[0].ward_id, [root.pk for root in roots]
    below = RawSQL(_BELOW, (ward, keys, ward), output_field=models.BigIntegerField())
    documents = list(
        Document.objects.visible_to(user)
        .filter(pk__in=below)
        .exclude(state=DocumentState.WITHDRAWN)
        .select_related("kind", "issuer", "campaign")
        .order_by(*OLDEST_FIRST)
    )
    branches = {document.pk: Branch(document) for document in documents}
    _hang_recipients(branches, ward, on)
    _hang_sessions(branches, ward)
    _hang_tasks(branches, ward, user, on)
    discover("orders")
    for source in _hanging:
        for key, line in source(documents, user, on):
            branches[key or 0].lines.append(line)
    answered = {row.answered_by_id for branch in branches.values() for row in branch.answers}
    for document in documents:
        parent = branches.get(document.carries_out_id or 0)
        if parent and document.pk not in answered:
            parent.children.append(branches[document.pk])
    _note_undone(list(branches.values()), on)
    return [branches[key] for key in keys if key in branches]


def _hang_recipients(branches: dict[int, Branch], ward: int, on: datetime.date) -> None:
    rows = DocumentRecipient.objects.filter(ward=ward, document__in=branches, must_issue_resolution=True)
    rows = rows.select_related("unit__kind", "answered_by__kind").annotate(member_count=Count("assignments"))
    for row in rows.order_by("unit__kind__order", "unit__sort_key", "pk"):
        branch = branches[row.document_id]
        branch.answers.append(row)
        answer = row.answered_by
        has_answered = answer is not None and answer.state == DocumentState.ISSUED
        url = "" if has_answered else row.get_absolute_url()
        _count(branch.resolutions, has_answered, row.unit, row.due_on, on, url)
        if has_answered:
            _count(branch.members, row.member_count > 0, row.unit, None, on, row.members_url)


def _hang_sessions(branches: dict[int, Branch], ward: int) -> None:
    rows = Meeting.objects.filter(ward=ward, document__in=branches, kind=MeetingKind.DISSEMINATION)
    sums = {"invited_count": models.Sum("invitees__invited"), "present_count": models.Sum("invitees__present")}
    for row in rows.exclude(state=MeetingState.CANCELLED).annotate(**sums).order_by("held_on", "pk"):
        branches[row.document_id or 0].sessions.append(row)


def _hang_tasks(branches: dict[int, Branch], ward: int, user: User, on: datetime.date) -> None:
    for opinion in Instruction.objects.filter(ward=ward, document__in=branches).select_related("leader"):
        branches[opinion.document_id].instructions.append(opinion)
    ordered = {o.task_id: o.document_id for branch in branches.values() for o in branch.instructions if o.task_id}
    items = list(
        PlanItem.objects.filter(ward=ward, document__in=branches).select_related("undertaking").order_by("order", "pk")
    )
    rows = Task.objects.visible_to(user).filter(Q(plan_item__in=[item.pk for item in items]) | Q(pk__in=[*ordered]))
    by_item: dict[int | None, list[Task]] = defaultdict(list)
    by_document: dict[int, list[Task]] = defaultdict(list)
    for task in rows.exclude(state=TaskState.CANCELLED).select_related("lead_unit").order_by("due_on", "pk"):
        if task.plan_item_id:
            by_item[task.plan_item_id].append(task)
        else:
            by_document[ordered[task.pk]].append(task)
    for item in items:
        branches[item.document_id].items.append(_item(item, by_item[item.pk], on))
    for document, tasks in by_document.items():
        branches[document].items.append(_item(None, tasks, on))
    for branch in branches.values():
        for one in branch.items:
            branch.tasks.done += one.share.done
            branch.tasks.total += one.share.total
        branch.tasks.owed = _each_unit_once(owed for one in branch.items for owed in one.share.owed)


def _item(item: PlanItem | None, tasks: list[Task], on: datetime.date) -> ItemBranch:
    share = Share()
    for task in tasks:
        # What was handed in waits for the ward: it is not done, and the unit owes nothing.
        is_owed = task.state in UNIT_STATES
        share.total += 1
        share.done += task.state == TaskState.DONE
        if is_owed:
            url = task.get_absolute_url()
            share.owed.append(Owed(task.lead_unit.name, task.due_on, url, is_late=task.is_overdue(on)))
    share.owed = _each_unit_once(share.owed)
    return ItemBranch(item, tasks, share)


def _each_unit_once(owed: Iterable[Owed]) -> list[Owed]:
    """Of each unit what is due first."""
    first: dict[str, Owed] = {}
    for one in sorted(owed, key=lambda one: one.due or datetime.date.max):
        first.setdefault(one.unit, one)
    return list(first.values())


def _count(share: Share, done: bool, unit: Any, due: datetime.date | None, on: datetime.date, url: str) -> None:
    share.total += 1
    share.done += done
    if not done:
        share.owed.append(Owed(unit.name, due, url, is_late=bool(due and due < on)))


def _note_undone(branches: list[Branch], on: datetime.date) -> None:
    """Superior documents that nothing carries out yet, and by when something should."""
    undone = [
        branch
        for branch in branches
        if branch.is_superiors
        and branch.document.state == DocumentState.ISSUED
        and not any(child.document.state in IN_FORCE for child in branch.children)
        and not branch.items
        and not branch.lines
        and not any(opinion.task_id is None for opinion in branch.instructions)
    ]
    if not undone:
        return
    ward = undone[0].document.ward_id
    rule = DeadlineRule.objects.filter(ward=ward).rule(INCOMING_RULE, on)
    calendar = Calendar(ward)
    for branch in undone:
        branch.undone_days = (on - branch.document.dated_on).days
        if rule is not None:
            with suppress(CalendarMissing):
                branch.undone_due = rule.term.due_on(branch.document.dated_on, calendar)
        branch.is_undone_late = bool(branch.undone_due and branch.undone_due < on)
