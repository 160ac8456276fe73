"""What the lists of this app are narrowed by."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, NumberFilter

from accounts import access
from accounts.access import Permission
from accounts.filters import units_of
from accounts.models import Unit
from campaigns.choices import (
    TASK_TABS,
    CampaignState,
    Direction,
    DocumentState,
    Every,
    MeetingKind,
    MeetingState,
    TaskState,
)
from campaigns.models import Campaign, Document, DocumentKind, PlanItem, Task, TaskSeries, Undertaking
from core.counts import COUNTED
from core.filters import (
    CodeFilter,
    HiddenCodeFilter,
    HiddenRowFilter,
    HiddenSlugFilter,
    ListFilter,
    RowFilter,
    SlugFilter,
    TickedFilter,
    WordsFilter,
)
from core.listing import Column, table, words
from core.models import today


class TaskFilter(ListFilter):
    """`tab`: which groups are shown; the counts of all tabs are of the same narrowed rows. `step`: one state alone."""

    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Search tasks"))
    unit = SlugFilter(field_name="lead_unit", label=_("Unit"))
    undertaking = SlugFilter(label=_("About"))
    item = HiddenRowFilter(field_name="plan_item", label=_("plan item"))
    plan = HiddenRowFilter(field_name="plan_item__document", label=_("plan"))
    state = HiddenCodeFilter(codes=TASK_TABS)
    step = HiddenCodeFilter(choices=TaskState.choices)
    series = HiddenRowFilter(label=_("Task that comes again"))
    helper = HiddenSlugFilter(field_name="cooperating__unit", label=_("Cooperating unit"))
    row = TickedFilter()

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = Exists(Task.objects.filter(ward=campaign.ward_id, campaign=campaign, lead_unit=OuterRef("pk")))
        self.offer("unit", units_of(self.request, Q(leads)))
        self.offer("undertaking", Undertaking.objects.of_campaign(campaign))
        self.offer("item", PlanItem.objects.visible_to(self.request.user).filter(campaign=campaign))
        self.offer("plan", Document.objects.visible_to(self.request.user).filter(campaign=campaign))
        self.offer("row", self.queryset)
        self.offer("helper", Unit.objects.visible_to(self.request.user))
        self.offer("series", TaskSeries.objects.visible_to(self.request.user))

    @property
    def tab(self) -> str:
        return self.asked("state") or "open"


class DocumentFilter(ListFilter):
    typed_first_by = ["summary"]

    q = CharFilter(label=_("Search documents"), max_length=100, method="by_words")
    direction = CodeFilter(label=_("Direction"), choices=Direction.choices)
    kind = RowFilter(label=_("Kind"))
    issuer = SlugFilter(label=_("Issued by"))
    state = CodeFilter(label=_("State"), choices=DocumentState.choices)
    undone = NumberFilter(label=_("Undone after (days)"), min_value=0, max_value=999, method="by_days_undone")

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issues = Exists(Document.objects.filter(ward=campaign.ward_id, campaign=campaign, issuer=OuterRef("pk")))
        self.offer("issuer", units_of(self.request, Q(issues), "issuer"))
        self.offer("kind", DocumentKind.objects.visible_to(self.request.user))

    def by_words(self, documents: Any, _name: str, words: str) -> Any:
        return documents.search(words)

    def first_found(self, rows: Any, words: str) -> list[int] | None:
        keys = list(rows.keys_found(words).values_list("pk", flat=True))
        return keys if len(keys) <= COUNTED else None

    def by_days_undone(self, documents: Any, _name: str, days: Any) -> Any:
        return documents.not_carried_out(today() - datetime.timedelta(days=int(days)))


class MeetingFilter(ListFilter):
    typed_first_by = ["title"]

    q = CharFilter(label=_("Search sessions"), max_length=100, method="by_words")
    kind = CodeFilter(label=_("Kind"), choices=MeetingKind.choices)

    def by_words(self, meetings: Any, _name: str, words: str) -> Any:
        return meetings.search(words)


class ResolutionFilter(ListFilter):
    ANSWERED, WAITING = "answered", "waiting"

    state = CodeFilter(
        label=_("State"),
        choices=[(ANSWERED, _("Resolution issued")), (WAITING, _("Not yet answered"))],
        method="by_answer",
    )
    unit = HiddenSlugFilter(label=_("Unit"))
    plan = HiddenRowFilter(field_name="document", label=_("plan"))

    def __init__(self, *args: Any, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.offer("unit", Unit.objects.visible_to(self.request.user))
        self.offer("plan", Document.objects.visible_to(self.request.user))

    def by_answer(self, expected: Any, _name: str, state: str) -> Any:
        answered = expected.answered(self.day).values("pk")
        return expected.filter(pk__in=answered) if state == self.ANSWERED else expected.exclude(pk__in=answered)


# ---- what the lists are exported as ------------------------------------------------------------------
def _symbol(symbol: str | None, kind: str | None) -> str:
    return symbol or (f"{kind} …" if kind else "")


YEARS = table(
    "campaigns:campaign_list",
    _("Campaign years"),
    Column(_("Year"), "year"),
    Column(_("Theme"), "theme"),
    Column(_("State"), "state", say=words(CampaignState)),
    Column(_("First day"), "opens_on"),
    Column(_("Last day"), "closes_on"),
)
TASKS = table(
    "campaigns:task_list",
    _("Tasks"),
    Column(_("Task"), "title"),
    Column(_("Under the plan"), "plan_item__document__symbol", "plan_item__document__kind__label", say=_symbol),
    Column(_("Unit"), "lead_unit__name"),
    Column(_("Due"), "due_on"),
    Column(_("State"), "state_then", say=words(TaskState)),
    Column(_("Last reminder"), "reminded_at", when=lambda r: access.is_ward_wide(r.user, Permission.WARD_READ)),
)
SERIES = table(
    "campaigns:series_list",
    _("Tasks that come again"),
    Column(_("Task"), "title"),
    Column(_("Comes again every"), "every", say=words(Every)),
    Column(_("First due on"), "first_on"),
    Column(_("Last due on"), "until"),
    Column(_("Lead units"), "unit_count"),
    Column(_("Ended on"), "ended_on"),
)
LOAD = table(
    "campaigns:task_load",
    _("Tasks by unit"),
    Column(_("Unit"), "unit", say=str),
    Column(pgettext_lazy("tasks", "Open"), "open"),
    Column(pgettext_lazy("tasks", "Overdue"), "late"),
    Column(_("Due within fourteen days"), "fortnight"),
    Column(_("Waiting for the ward"), "submitted"),
    Column(pgettext_lazy("tasks", "Done"), "done"),
    Column(_("Open, as cooperating unit"), "helps"),
)
DOCUMENTS = table(
    "campaigns:document_list",
    _("Plans and documents"),
    Column(_("Symbol"), "symbol", "kind__label", say=_symbol),
    Column(_("Kind"), "kind__label"),
    Column(_("Summary"), "summary"),
    Column(_("Carries out"), "carries_out__symbol", "carries_out__kind__label", say=_symbol),
    Column(_("Issued by"), "issuer__name"),
    Column(_("Direction"), "direction", say=words(Direction)),
    Column(_("Dated"), "dated_on"),
    Column(_("State"), "state", say=words(DocumentState)),
)
MEETINGS = table(
    "campaigns:meeting_list",
    _("Sessions"),
    Column(_("Session"), "title", "kind", say=lambda title, kind: title or str(MeetingKind(kind).label)),
    Column(_("Kind"), "kind", say=words(MeetingKind)),
    Column(_("Day"), "held_on"),
    Column(_("Place"), "place"),
    Column(_("Present"), "present_count"),
    Column(_("Invited"), "invited_count"),
    Column(_("State"), "state", say=words(MeetingState)),
)
RESOLUTIONS = table(
    "campaigns:resolution_list",
    _("Resolutions of the units"),
    Column(_("Unit"), "unit__name"),
    Column(
        _("Asked by"), "document__kind__label", "document__symbol", say=lambda kind, symbol: f"{kind} {symbol or '…'}"
    ),
    Column(
        _("Own resolution"),
        "has_answered",
        "answered_by__symbol",
        say=lambda has, symbol: symbol if has else str(_("Not yet answered")),
    ),
    Column(_("Dated"), "has_answered", "answered_by__dated_on", say=lambda has, day: day if has else None),
)
PLANS = table(
    "campaigns:plan_list",
    _("Plans"),
    Column(_("Plan"), "kind__label", "symbol", say=lambda kind, symbol: f"{kind} {symbol or '…'}"),
    Column(_("Summary"), "summary"),
    Column(_("Issued by"), "issuer__name"),
    Column(_("Carries out"), "carries_out__symbol", "carries_out__kind__label", say=_symbol),
    Column(_("Dated"), "dated_on"),
    Column(_("Items"), "item_count"),
)
