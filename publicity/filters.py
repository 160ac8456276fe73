"""What the list of articles is narrowed by."""

from django.utils.translation import gettext_lazy as _

from core.filters import CodeFilter, ListFilter, WordsFilter
from publicity.choices import ArticleState


class ArticleFilter(ListFilter):
    typed_first_by = ["title"]

    q = WordsFilter("search_key", label=_("Find a title"))
    state = CodeFilter(label=_("State"), choices=ArticleState.choices, empty_label=_("All states"))
