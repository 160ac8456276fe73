import datetime
from typing import Any, Self

from django.db.models import Q

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core.models import StatefulQuerySet
from publicity.choices import ArticleState


class ArticleQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Published articles for everybody in the ward; drafts for those who write and those who approve."""
        rows = self.in_ward_of(user)
        if access.can(user, Permission.ARTICLE_EDIT) or access.has_role(user, "leadership"):
            return rows
        return rows.filter(state=ArticleState.PUBLISHED)

    def public(self, now: datetime.datetime) -> Self:
        """What a citizen may read without signing in."""
        current = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(current, state=ArticleState.PUBLISHED, published_at__lte=now)

    def for_list(self) -> Self:
        return self.order_by("-published_at", "-id")


class BroadcastQuerySet(StatefulQuerySet, WardQuerySet):
    def for_list(self) -> Self:
        return self.order_by("-id").prefetch_related("airings")
