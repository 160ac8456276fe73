"""Tasks, documents and sessions of the year in the search over everything."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from campaigns.choices import TASK_TABS
from campaigns.models import Document, Meeting, Task
from core.dates import full_date
from core.lookup import Ask, Hit, Place, lookup
from core.models import today
from core.search import folding


@lookup("tasks")
def tasks(ask: Ask) -> Iterator[Place]:
    """All but the cancelled ones, as the list's tab "All"."""
    may = access.can(ask.user, Permission.TASK_REPORT) or access.can(ask.user, Permission.WARD_READ)
    if ask.campaign and may:
        rows = Task.objects.visible_to(ask.user).filter(campaign=ask.campaign)
        yield Place(
            label=_("Tasks"),
            icon="checklist",
            rows=rows.as_of(None).for_list().ranked(today()).in_groups(TASK_TABS["all"]),
            search=lambda rows, words: rows.search(words),
            url=f"{reverse('campaigns:task_list')}?state=all",
            hit=lambda task: Hit(task.title, task.get_absolute_url(), f"{task.lead_unit}, {full_date(task.due_on)}"),
            parts=[(_("title"), "search_key")],
        )


@lookup("documents")
def documents(ask: Ask) -> Iterator[Place]:
    """By symbol, summary and the text of the file."""
    if ask.campaign and access.can(ask.user, Permission.DOCUMENT_READ):
        yield Place(
            label=_("Documents"),
            icon="file-text",
            rows=Document.objects.visible_to(ask.user).filter(campaign=ask.campaign).for_list(),
            search=lambda rows, words: rows.filter(pk__in=rows.keys_found(words)),
            url=reverse("campaigns:document_list"),
            hit=lambda row: Hit(str(row), row.get_absolute_url(), row.summary),
            parts=[(_("summary"), "search_key"), (_("symbol"), folding("symbol"))],
            text=(_("text of the file"), "texts__search_key"),
        )


@lookup("meetings")
def meetings(ask: Ask) -> Iterator[Place]:
    if ask.campaign and access.can(ask.user, Permission.DOCUMENT_READ):
        yield Place(
            label=_("Sessions"),
            icon="calendar-event",
            rows=Meeting.objects.visible_to(ask.user)
            .filter(campaign=ask.campaign)
            .order_by(F("held_on").desc(nulls_first=True), "-id"),
            search=lambda rows, words: rows.search(words),
            url=reverse("campaigns:meeting_list"),
            hit=lambda row: Hit(str(row), row.get_absolute_url(), _when_and_where(row)),
            parts=[(_("title"), folding("title")), (_("place"), folding("place"))],
        )


def _when_and_where(meeting: Meeting) -> str:
    return ", ".join(filter(None, [full_date(meeting.held_on) if meeting.held_on else "", meeting.place]))
