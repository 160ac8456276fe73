"""What the list of articles is narrowed by."""

from django.utils.translation import gettext_lazy as _

from core.filters import CodeFilter, ListFilter, WordsFilter
from core.listing import Column, table, words
from publicity.choices import AiringState, ArticleState, BroadcastState


class ArticleFilter(ListFilter):
    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Find a title"))
    state = CodeFilter(label=_("State"), choices=ArticleState.choices, empty_label=_("All states"))


# ---- what the lists are exported as ------------------------------------------------------------------
ARTICLES = table(
    "publicity:article_list",
    _("Articles"),
    Column(_("Title"), "title"),
    Column(_("Category"), "category"),
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
    Column(_("Minutes on air"), of=lambda row: row.minutes),
)
