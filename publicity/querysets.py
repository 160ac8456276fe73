import datetime
from typing import Any, Self

from django.db.models import OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core import past
from core.models import StatefulQuerySet
from core.related import related
from publicity.choices import AiringState, ArticleState


class ArticleQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Published articles for everybody in the ward; all of them for those who write and those who approve."""
        rows = self.in_ward_of(user)
        if access.can(user, Permission.ARTICLE_EDIT) or access.can(user, Permission.ARTICLE_PUBLISH):
            return rows
        if not past.current().is_past:
            return rows.filter(state=ArticleState.PUBLISHED)
        published = "SELECT id FROM public.publicity_article WHERE ward_id = %s AND state = %s"  # today: it may be gone
        return rows.filter(pk__in=RawSQL(published, [access.ward_id(user), ArticleState.PUBLISHED]))

    def public(self, now: datetime.datetime) -> Self:
        """What a citizen may read without signing in."""
        current = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(current, state=ArticleState.PUBLISHED, published_at__lte=now)

    def published_on(self, day: datetime.date) -> Self:
        return self.with_state_on(day).filter(state_then=ArticleState.PUBLISHED)

    def for_list(self) -> Self:
        """With `views`, the newest reading, and `views_on`, its day."""
        readings = related(self.model, "readings").objects
        newest = readings.filter(article=OuterRef("pk"), ward=OuterRef("ward")).order_by("-read_on")[:1]
        rows = self.annotate(views=Subquery(newest.values("value")), views_on=Subquery(newest.values("read_on")))
        return rows.select_related("author").order_by("-published_at", "-id")


class ReadingQuerySet(WardQuerySet):
    def newest_on(self, day: datetime.date) -> Self:
        """The newest reading of each article up to a day."""
        newest = self.filter(read_on__lte=day).order_by("article_id", "-read_on").distinct("article_id")
        return self.filter(pk__in=newest.values("pk"))

    def for_list(self) -> Self:
        return self.select_related("article").order_by("-read_on", "-id")


class BroadcastQuerySet(StatefulQuerySet, WardQuerySet):
    def for_list(self) -> Self:
        return self.order_by("-id").prefetch_related("airings")


class AiringQuerySet(WardQuerySet):
    def aired_by(self, day: datetime.date) -> Self:
        """On the air on or before a day."""
        return self.filter(state=AiringState.AIRED, at__lt=_midnight_after(day))

    def for_list(self) -> Self:
        return self.select_related("broadcast").order_by("-at", "-id")


def _midnight_after(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
