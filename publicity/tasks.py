"""Who is told about articles."""

from django.db.models import QuerySet

from accounts.access import WARD_WIDE, Permission
from accounts.models import Membership, User
from core.models import today
from notifications.dispatch import announce
from notifications.models import Event
from publicity.models import Article


def on_article_submitted(event: Event) -> None:
    announce(event, _publishers(event.ward_id), "publicity.article.submitted")


def on_article_returned(event: Event) -> None:
    announce(event, _author(event), "publicity.article.returned")


def on_article_published(event: Event) -> None:
    announce(event, _author(event), "publicity.article.published")


def _publishers(ward_id: int) -> QuerySet[User]:
    roles = [role for role, held in WARD_WIDE.items() if Permission.ARTICLE_PUBLISH in held]
    memberships = Membership.objects.filter(ward_id=ward_id, role__in=roles).valid_on(today())
    return User.objects.filter(pk__in=memberships.values("user"))


def _author(event: Event) -> list[User]:
    article = Article.objects.select_related("author").filter(pk=event.subject_id, ward_id=event.ward_id).first()
    return [article.author] if article and article.author else []
