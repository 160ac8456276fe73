"""What the lists of this app are narrowed by."""

import datetime
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, TextField
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from accounts.filters import units_of
from accounts.models import Unit
from campaigns.choices import TASK_TABS, Direction, DocumentState, MeetingKind
from campaigns.models import Campaign, Document, DocumentKind, Task, Undertaking
from core.filters import CodeFilter, HiddenCodeFilter, HiddenSlugFilter, ListFilter, RowFilter, SlugFilter, WordsFilter
from core.search import found


class TaskFilter(ListFilter):
    """`tab`: which states are shown; the counts of all tabs are of the same narrowed rows."""

    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Search tasks"))
    unit = SlugFilter(field_name="lead_unit", label=_("Unit"))
    undertaking = SlugFilter(label=_("About"))
    state = HiddenCodeFilter(codes=TASK_TABS)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = Exists(Task.objects.filter(ward=campaign.ward_id, campaign=campaign, lead_unit=OuterRef("pk")))
        self.offer("unit", units_of(self.request, Q(leads)))
        self.offer("undertaking", Undertaking.objects.of_campaign(campaign))

    @property
    def tab(self) -> str:
        return self.asked("state") or "open"


class DocumentFilter(ListFilter):
    typed_first_by = ["summary"]

    q = CharFilter(label=_("Search symbol or summary"), max_length=100, method="by_words")
    direction = CodeFilter(label=_("Direction"), choices=Direction.choices)
    kind = RowFilter(label=_("Kind"))
    issuer = SlugFilter(label=_("Issued by"))
    state = CodeFilter(label=_("State"), choices=DocumentState.choices)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issues = Exists(Document.objects.filter(ward=campaign.ward_id, campaign=campaign, issuer=OuterRef("pk")))
        self.offer("issuer", units_of(self.request, Q(issues), "issuer"))
        self.offer("kind", DocumentKind.objects.visible_to(self.request.user))

    def by_words(self, documents: Any, _name: str, words: str) -> Any:
        symbol = Func(F("symbol"), function="vi_fold", output_field=TextField())
        return documents.alias(symbol_key=symbol).filter(found(words, "search_key", "symbol_key"))


class MeetingFilter(ListFilter):
    kind = CodeFilter(label=_("Kind"), choices=MeetingKind.choices)


class ResolutionFilter(ListFilter):
    ANSWERED, WAITING = "answered", "waiting"

    state = CodeFilter(
        label=_("State"),
        choices=[(ANSWERED, _("Resolution issued")), (WAITING, _("Not yet answered"))],
        method="by_answer",
    )
    unit = HiddenSlugFilter(label=_("Unit"))

    def __init__(self, *args: Any, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.offer("unit", Unit.objects.visible_to(self.request.user))

    def by_answer(self, expected: Any, _name: str, state: str) -> Any:
        answered = expected.answered(self.day).values("pk")
        return expected.filter(pk__in=answered) if state == self.ANSWERED else expected.exclude(pk__in=answered)
