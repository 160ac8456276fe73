"""Articles of the year in the search over everything."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from core.lookup import Ask, Hit, Place, lookup
from core.search import found
from publicity.models import Article


@lookup("articles")
def articles(ask: Ask) -> Iterator[Place]:
    if ask.campaign:
        yield Place(
            label=_("Articles"),
            icon="speakerphone",
            rows=Article.objects.visible_to(ask.user).filter(campaign=ask.campaign).order_by("-published_at", "-id"),
            search=lambda rows, words: rows.filter(found(words, "search_key")),
            url=reverse("publicity:article_list"),
            hit=lambda row: Hit(row.title, row.get_absolute_url(), str(row.category or "")),
            parts=[(_("headline"), "search_key")],
            dress=lambda rows: rows.select_related("category"),
        )
