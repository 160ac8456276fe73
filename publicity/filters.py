"""What the lists of publicity are narrowed by."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.dates import quarter_of
from core.filters import CodeFilter, DayFilter, ListFilter, RowFilter, SlugFilter, WordsFilter
from core.listing import Column, table, words, yes_no
from core.models import today
from core.periods import span_of
from publicity.choices import AiringState, ArticleState, BroadcastState, OutputKind, Phase
from publicity.measures import Measure
from publicity.models import ArticleCategory, Channel, PostingPlace


class ArticleFilter(ListFilter):
    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Find a title"))
    state = CodeFilter(label=_("State"), choices=ArticleState.choices, empty_label=_("All states"))
    category = RowFilter(to_field_name="code", label=_("Category"), empty_label=_("All categories"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("category", ArticleCategory.objects.visible_to(self.request.user))


class PostingFilter(ListFilter):
    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Find a posting"))
    state = CodeFilter(label=_("State"), choices=Phase.choices, empty_label=_("All states"), method="by_phase")
    place = RowFilter(field_name="spots__place", label=_("Where it hangs"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", PostingPlace.objects.visible_to(self.request.user))

    def by_phase(self, postings: Any, _name: str, phase: str) -> Any:
        return postings.in_phase(phase, today())


class OutputFilter(ListFilter):
    """quarter: one of its days, as the list of a quarter links here."""

    in_tabs = ["kind"]
    typed_first_by = ["place"]

    q = WordsFilter("search_key", label=_("Find a place"))
    kind = CodeFilter(label=_("Kind"), choices=OutputKind.choices, widget=forms.HiddenInput)
    channel = RowFilter(to_field_name="code", label=_("Channel"), empty_label=_("All channels"))
    unit = SlugFilter(label=_("Unit"), empty_label=_("All units"))
    quarter = DayFilter(label=_("Quarter"), widget=forms.HiddenInput, method="by_quarter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        self.offer("channel", Channel.objects.visible_to(user))
        self.offer("unit", Unit.objects.visible_to(user).inside().for_list())

    def said(self, name: str) -> str:
        if name == "quarter":
            return capfirst(span_of("quarter", self.asked(name)).words)
        return super().said(name)

    def by_quarter(self, outputs: Any, _name: str, day: Any) -> Any:
        return outputs.filter(on__range=quarter_of(day))


# ---- what the lists are exported as ------------------------------------------------------------------
ARTICLES = table(
    "publicity:article_list",
    _("Articles"),
    Column(_("Title"), "title"),
    Column(_("Category"), "category__label"),
    Column(_("State"), "state", say=words(ArticleState)),
    Column(_("Published"), "published_at"),
    Column(_("Views"), "views"),
    Column(_("Read on"), "views_on"),
)
READINGS = table(
    "publicity:reading_list",
    _("Readings of views"),
    Column(_("Article"), "article__title"),
    Column(_("Read on"), "read_on"),
    Column(_("Views"), "value"),
    Column(_("Where it was read"), "source"),
)
BROADCASTS = table(
    "publicity:broadcast_list",
    _("Broadcasts"),
    Column(_("Title"), "title"),
    Column(_("State"), "state", say=words(BroadcastState)),
    Column(_("Length"), of=lambda row: row.length),
    Column(_("Aired"), of=lambda row: row.aired_count),
    Column(_("Next airing"), of=lambda row: row.next_airing.at if row.next_airing else None),
)
AIRINGS = table(
    "publicity:airing_list",
    _("Airings"),
    Column(_("Broadcast"), "broadcast__title"),
    Column(_("At"), "at"),
    Column(_("State"), "state", say=words(AiringState)),
    Column(_("Clusters"), "clusters"),
    Column(_("Clusters by name"), of=lambda row: row.cluster_names),
    Column(_("Minutes on air"), of=lambda row: row.minutes),
)
POSTINGS = table(
    "publicity:posting_list",
    _("Postings"),
    Column(_("What is on display"), "title"),
    Column(_("Document"), "document__symbol"),
    Column(_("From day"), "starts_on"),
    Column(_("Last day on display"), "ends_on"),
    Column(_("Where"), of=lambda row: ", ".join(row.where)),
    Column(_("By which rule"), "rule__legal_ref"),
    Column(_("State"), of=lambda row: str(row.phase.label)),
)
PUBLICISED = table(
    "publicity:register_list",
    _("Register of what was made public"),
    Column(_("What was made public"), "title"),
    Column(_("Document"), "document__symbol"),
    Column(_("By which rule"), "rule__legal_ref"),
    Column(_("Where"), of=lambda row: ", ".join(row.where)),
    Column(_("From day"), "starts_on"),
    Column(_("Last day on display"), "ends_on"),
    Column(_("Opinions received"), "opinions"),
    Column(_("State"), of=lambda row: str(row.phase.label)),
)
CHANNELS = table(
    "publicity:channel_list",
    _("Channels of information"),
    Column(_("Channel"), "label"),
    Column(_("Legal basis"), "legal_ref"),
    Column(_("From day"), "valid_from"),
    Column(_("Last day"), "valid_to"),
)
OUTPUTS = table(
    "publicity:output_list",
    _("Outputs of publicity"),
    Column(_("Kind"), "kind", say=words(OutputKind)),
    Column(_("How many"), "quantity"),
    Column(_("Together they measure"), "measure"),
    Column(_("Measured in"), "measured_in", say=words(Measure)),
    Column(_("Where"), "place"),
    Column(_("Day"), "on"),
    Column(_("Channel"), "channel__label"),
    Column(_("Unit"), "unit__name"),
    Column(_("Address"), "link"),
    Column(_("Note"), "note"),
    Column(_("Photo"), "is_proved", say=yes_no(_("yes"), _("no"))),
)
