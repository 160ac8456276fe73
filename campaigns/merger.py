"""What of tasks, documents and meetings goes over when units merge: what is open. What is done or issued stays."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.choices import OPEN_STATES, DocumentState, MeetingState
from campaigns.models import Campaign, DocumentRecipient, Task, TaskUnit
from core.merger import Merge, part, stays

OF_OPEN_TASK = Q(task__state__in=OPEN_STATES)


def _received(merge: Merge, rows: QuerySet) -> list[int]:
    """One resolution of the merged unit is enough: of several that still owe it, one row goes over and owes it, the
    others stay with the units that were sent the document and owe nothing from now on."""
    assert merge.into is not None
    kept = dict(merge.into.received_documents.values_list("document", "pk"))
    gone, owing = [], set()
    for row in rows.order_by("pk"):
        first = kept.setdefault(row.document_id, row.pk)
        if first != row.pk:
            gone.append(row.pk)
        if row.must_issue_resolution:
            owing.add(first)
    of_ward = DocumentRecipient.objects.filter(ward_id=merge.ward_id)
    of_ward.filter(pk__in=gone, must_issue_resolution=True).update(must_issue_resolution=False, due_on=None)
    of_ward.filter(pk__in=owing, must_issue_resolution=False).update(must_issue_resolution=True)
    rows.exclude(pk__in=gone).update(unit=merge.into)
    return gone


def _helpers(merge: Merge, rows: QuerySet) -> list[int]:
    """The leading unit does not cooperate with itself, and each unit is named once."""
    led = TaskUnit.objects.filter(ward_id=merge.ward_id, unit=merge.into)
    has = set(led.values_list("task", flat=True)) | set(
        Task.objects.filter(ward_id=merge.ward_id, lead_unit=merge.into).values_list("pk", flat=True)
    )
    gone = []
    for pk, task in rows.order_by("pk").values_list("pk", "task"):
        (gone.append(pk) if task in has else has.add(task))
    rows.exclude(pk__in=gone).update(unit=merge.into)
    own = Q(task__lead_unit=F("unit"))
    TaskUnit.objects.filter(ward_id=merge.ward_id).filter(Q(pk__in=gone) | Q(unit=merge.into) & own).delete()
    return gone


part("tasks", _("Open tasks"), "campaigns.Task.lead_unit", Q(state__in=OPEN_STATES), order=20)
part(
    "helping",
    _("Open tasks of others in which it cooperates"),
    "campaigns.TaskUnit.unit",
    OF_OPEN_TASK,
    order=21,
    carry=_helpers,
    say=lambda row: row.task,
)
part(
    "received",
    _("Documents to which it still owes an answer, or that it was sent"),
    "campaigns.DocumentRecipient.unit",
    Q(answered_by__isnull=True, document__state__in=[DocumentState.DRAFT, DocumentState.ISSUED]),
    order=22,
    carry=_received,
    say=lambda row: row.document,
)
part(
    "drafts",
    _("Drafts of documents without a number"),
    "campaigns.Document.issuer",
    Q(state=DocumentState.DRAFT, symbol=""),
    order=23,
)
part(
    "invitations",
    _("Invitations to meetings to come"),
    "campaigns.MeetingInvitee.unit",
    Q(meeting__state=MeetingState.PLANNED),
    order=24,
    twins=("meeting", "group"),
    say=lambda row: row.meeting,
)
part(
    "superior",
    _("Years that name it as superior body"),
    "campaigns.Campaign.superior",
    lambda merge: Q(pk__in=Campaign.objects.filter(ward=merge.ward_id).exclude(state="closed")),
    order=25,
)
part(
    "series",
    _("Tasks that come again"),
    "campaigns.SeriesUnit.unit",
    Q(series__ended_on__isnull=True),
    order=26,
    twins=("series",),
    say=lambda row: row.series,
)
stays("campaigns.Task.series_unit", "it says for whom the task was made, so that it is made once")
stays("campaigns.PaperStyle.unit", "its papers were written in its own name; the new unit gets a style of its own")
stays("campaigns.NumberPeriod.issuer", "its numbers are its own; the new unit counts from 1")
stays("campaigns.NumberStart.issuer", "its numbers are its own; the new unit counts from 1")
