import datetime
from typing import Any, Self

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core import past
from core.models import StatefulQuerySet, today
from core.related import related
from publicity.choices import AiringState, ArticleState, OutputKind, Phase, PostingState
from publicity.measures import Total

WEEK = datetime.timedelta(days=7)


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
        return rows.select_related("author", "category").order_by("-published_at", "-id")


class ReadingQuerySet(WardQuerySet):
    def newest_on(self, day: datetime.date) -> Self:
        """The newest reading of each article up to a day."""
        newest = self.filter(read_on__lte=day).order_by("article_id", "-read_on").distinct("article_id")
        return self.filter(pk__in=newest.values("pk"))

    def for_list(self) -> Self:
        return self.select_related("article").order_by("-read_on", "-id")


class BroadcastQuerySet(StatefulQuerySet, WardQuerySet):
    def aired_between(self, first: datetime.date, last: datetime.date) -> Self:
        """On the air during these days, each with `times`, `minutes_aired`, `first_aired` and `last_aired` of them."""
        days = {"at__gte": _midnight(first), "at__lt": _midnight_after(last), "state": AiringState.AIRED}
        then = Q(**{f"airings__{name}": value for name, value in days.items()})
        rows = self.filter(then).annotate(
            times=Count("airings"),
            minutes_aired=Sum("airings__minutes"),
            first_aired=Min("airings__at"),
            last_aired=Max("airings__at"),
        )
        return rows.order_by("first_aired", "pk")

    def for_list(self) -> Self:
        return self.order_by("-id").prefetch_related("airings")


class AiringQuerySet(WardQuerySet):
    def aired_by(self, day: datetime.date) -> Self:
        """On the air on or before a day."""
        return self.filter(state=AiringState.AIRED, at__lt=_midnight_after(day))

    def aired_in_week(self, monday: datetime.date) -> Self:
        """On the air in the seven days from that day on."""
        aired = self.filter(state=AiringState.AIRED)
        return aired.filter(at__gte=_midnight(monday), at__lt=_midnight(monday + WEEK))

    def aired_between(self, first: datetime.date, last: datetime.date) -> Self:
        return self.filter(state=AiringState.AIRED, at__gte=_midnight(first), at__lt=_midnight_after(last))

    def by_week(self, most: int = 12) -> list[dict[str, Any]]:
        """The newest weeks with airings, oldest first: `week` (its Monday), `minutes` and `airings`."""
        aired = self.filter(state=AiringState.AIRED).annotate(week=TruncWeek("at"))
        rows = aired.order_by().values("week").annotate(minutes=Sum("minutes"), airings=Count("pk")).order_by("-week")
        return [row | {"week": timezone.localdate(row["week"])} for row in reversed(rows[:most])]

    def for_list(self) -> Self:
        return self.select_related("broadcast").prefetch_related("named__cluster").order_by("-at", "-id")


class PostingQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What was put up for everybody in the ward; drafts too for those who prepare postings and put them up."""
        rows = self.in_ward_of(user)
        if access.can(user, Permission.POSTING_EDIT) or access.can(user, Permission.ARTICLE_PUBLISH):
            return rows
        return rows.exclude(state__in=[PostingState.DRAFT, PostingState.REVIEW])

    def in_phase(self, phase: str, day: datetime.date) -> Self:
        """Mirrors Posting.phase_on."""
        posted = self.filter(state=PostingState.POSTED)
        if phase == Phase.PLANNED:
            return posted.filter(starts_on__gt=day)
        if phase == Phase.POSTED:
            return posted.filter(starts_on__lte=day, ends_on__gte=day)
        if phase == Phase.OVER:
            return posted.filter(ends_on__lt=day)
        return self.filter(state=phase)

    def owing(self, day: datetime.date) -> Self:
        """Whose deadlines are followed on a day: put up and not taken down before its time."""
        rows = self.with_state_on(day) if day < today() else self.annotate(state_then=F("state"))
        return rows.filter(state_then__in=[PostingState.POSTED, PostingState.CLOSED])

    def public(self, day: datetime.date) -> Self:
        """What a citizen reads on the ward's public page."""
        return self.in_phase(Phase.POSTED, day).filter(on_portal=True)

    def begun_in(self, first: datetime.date, last: datetime.date) -> Self:
        """Put up during these days, also what was taken down since: it was public."""
        return self.exclude(state__in=[PostingState.DRAFT, PostingState.REVIEW]).filter(starts_on__range=(first, last))

    def register_of(self, first: datetime.date) -> Self:
        """The list of a quarter, unless it was taken down."""
        return self.filter(register_of=first).exclude(state=PostingState.WITHDRAWN)

    def for_list(self) -> Self:
        rows = self.select_related("document__kind", "rule", "hang_deadline", "put_up_deadline__rule").prefetch_related(
            "spots__place"
        )
        return rows.order_by("-starts_on", "-id")


class OutputQuerySet(WardQuerySet):
    def standing(self) -> Self:
        """What counts."""
        return self.filter(void_reason="")

    def by_day(self, day: datetime.date) -> Self:
        """Brought out on or before a day."""
        return self.standing().filter(on__lte=day)

    def totals(self) -> dict[str, Total]:
        """Kind -> its pieces and what they measure, in the order of the kinds."""
        found: dict[str, Total] = {}
        for kind, *sums in self.order_by().values_list("kind", "measured_in").annotate(Sum("quantity"), Sum("measure")):
            found.setdefault(kind, Total()).add(*sums)
        return {kind: found[kind] for kind in OutputKind.values if kind in found}

    def for_list(self) -> Self:
        """With `is_proved`: whether a photo shows it."""
        photos = related(self.model, "proofs").objects.filter(output=OuterRef("pk"), ward=OuterRef("ward"))
        rows = self.annotate(is_proved=Exists(photos)).select_related("channel", "unit")
        return rows.order_by("-on", "-id")


def _midnight_after(day: datetime.date) -> datetime.datetime:
    return _midnight(day + datetime.timedelta(days=1))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
