"""How records whose time is over go, kind by kind. Rows that counts need stay, with a mark in place of every word."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import Case, Value, When
from pghistory.models import Context

from accounts.models import AccessLog, User
from clearance.models.erasure import MARK, drop_file
from clearance.models.grievances import Grievance, GrievanceEvidence, GrievanceTransition
from clearance.models.privacy import PrivacyRequest
from clearance.tracks import OPEN
from core.models import history_of
from deadlines.models import Deadline, DeadlinePause
from intake.models import Batch
from notifications.models import Job

Clear = Callable[[Any, User], None]  # rows, by


def _marked(*names: str) -> dict[str, Any]:
    """What is empty stays so."""
    return {name: Case(When(**{name: ""}, then=Value("")), default=Value(MARK)) for name in names}


def grievances(rows: Any, by: User) -> None:
    """Number, day, kind and finding stay, for the counts; who it was, what was written and the papers go.

    What somebody takes up again at this moment stays whole."""
    over = Grievance.objects.filter(pk__in=rows.order_by().values("pk")).exclude(state__in=OPEN)
    keys = list(over.select_for_update(of=("self",)).values_list("pk", flat=True))
    own = Grievance.objects.filter(pk__in=keys)
    papers = GrievanceEvidence.objects.filter(grievance__in=keys)
    files = [(paper.file.storage, str(paper.file.name)) for paper in papers]
    with pgtrigger.ignore():
        words = _marked("name", "address_line", "text", "summary", "reply", "remedy")
        own.update(**words, household=None, about=None)
        history_of(Grievance).objects.filter(pgh_obj__in=keys).update(**_marked("remedy"))
        GrievanceTransition.objects.filter(grievance__in=keys).update(**_marked("reason"))
        _clocks(keys)
        papers._raw_delete(papers.db)
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))


def _clocks(keys: list[int]) -> None:
    """The reasons of their days, what the field history kept of them, and what an act of theirs was for."""
    clocks = Deadline.objects.filter(grievance_clock__grievance__in=keys)
    days = list(clocks.values_list("pk", flat=True))
    pauses = DeadlinePause.objects.filter(deadline__in=days)
    stops = list(pauses.values_list("pk", flat=True))
    clocks.update(**_marked("anchor_reason"))
    pauses.update(**_marked("reason"))
    told = [
        history_of(Deadline).objects.filter(pgh_obj__in=days),
        history_of(DeadlinePause).objects.filter(pgh_obj__in=stops),
    ]
    told[0].update(**_marked("anchor_reason"))
    told[1].update(**_marked("reason"))
    acts: set[Any] = set()
    for history in (history_of(Grievance).objects.filter(pgh_obj__in=keys), *told):
        acts.update(history.exclude(pgh_context=None).values_list("pgh_context", flat=True))
    for act in Context.objects.filter(pk__in=acts, metadata__has_key="reason"):
        act.metadata["reason"] = MARK
        act.save(update_fields=["metadata"])


def log(rows: Any, by: User) -> None:
    with pgtrigger.ignore():
        AccessLog._base_manager.filter(pk__in=rows.order_by().values("pk"))._raw_delete(rows.db)


def requests(rows: Any, by: User) -> None:
    """Number, kind, days and outcome stay; who asked, what was said and what was done go."""
    keys = list(rows.values_list("pk", flat=True))
    with pgtrigger.ignore():
        PrivacyRequest.objects.filter(pk__in=keys).update(
            name=MARK, text="", result=MARK, party=None, looked_at=None, would_empty=[], **_marked("checked_how")
        )
        history: Any = history_of(PrivacyRequest).objects.filter(pgh_obj__in=keys)
        history._raw_delete(history.db)


def lists(rows: Any, by: User) -> None:
    """As if whoever brought them had left them: the file goes."""
    batch: Batch
    for batch in rows:
        batch.cancel(by=by)


def exports(rows: Any, by: User) -> None:
    job: Job
    for job in rows:
        drop_file(job)
