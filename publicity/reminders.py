"""Texts of the messages about articles."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Message
from notifications.registry import Words, add_words
from publicity.choices import ArticleState
from publicity.models import Article


def _reason(article: Article, message: Message) -> Mapping[str, Any]:
    returned = article.transitions.filter(old=ArticleState.REVIEW, new=ArticleState.DRAFT).first()
    return {"reason": returned.reason if returned else ""}


add_words(
    Words(
        "publicity.article.submitted",
        line=_("{who}: article “{title}” waits for approval, sent {when}"),
        label=_("Article waits for approval"),
        permission=Permission.ARTICLE_PUBLISH,
    )
)
add_words(
    Words(
        "publicity.article.returned",
        line=_("{who} asks for changes to the article “{title}”, {when}"),
        body=_("What to change: {reason}"),
        values=_reason,
        label=_("Changes to an article asked for"),
        permission=Permission.ARTICLE_EDIT,
    )
)
add_words(
    Words(
        "publicity.article.published",
        line=_("Your article “{title}” was published, {when}"),
        label=_("Article published"),
        permission=Permission.ARTICLE_EDIT,
    )
)
