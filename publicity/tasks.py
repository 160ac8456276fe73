"""Who is told about articles and postings."""

from collections.abc import Callable

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from notifications.engine.dispatch import announce
from notifications.models import Event
from publicity.choices import PostingState
from publicity.models import Article, Posting


def on_article_submitted(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.ARTICLE_PUBLISH), "publicity.article.submitted")


def on_article_returned(event: Event) -> None:
    announce(event, _author(event), "publicity.article.returned")


def on_article_published(event: Event) -> None:
    announce(event, _author(event), "publicity.article.published")


def _author(event: Event) -> Callable[[Seats], list[User]]:
    article = Article.objects.select_related("author").filter(pk=event.subject_id, ward_id=event.ward_id).first()
    return lambda seats: [article.author] if article and article.author else []


def on_posting_submitted(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.ARTICLE_PUBLISH), "publicity.posting.submitted")


def on_posting_returned(event: Event) -> None:
    """Who handed it over changes it."""
    posting = Posting.objects.filter(pk=event.subject_id, ward_id=event.ward_id).first()
    step = posting and posting.transitions.filter(new=PostingState.REVIEW).select_related("by").first()
    announce(event, lambda seats: [step.by] if step and step.by else [], "publicity.posting.returned")
