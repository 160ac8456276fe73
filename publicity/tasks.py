"""Who is told about articles."""

from collections.abc import Callable

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from notifications.engine.dispatch import announce
from notifications.models import Event
from publicity.models import Article


def on_article_submitted(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.ARTICLE_PUBLISH), "publicity.article.submitted")


def on_article_returned(event: Event) -> None:
    announce(event, _author(event), "publicity.article.returned")


def on_article_published(event: Event) -> None:
    announce(event, _author(event), "publicity.article.published")


def _author(event: Event) -> Callable[[Seats], list[User]]:
    article = Article.objects.select_related("author").filter(pk=event.subject_id, ward_id=event.ward_id).first()
    return lambda seats: [article.author] if article and article.author else []
