"""Articles with public pages and dated readings of their views."""

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign
from core.dated import dated
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, Stateful, StoredFile, Transition, WardModel, today, tracked
from core.search import folded
from core.text import slug
from notifications import outbox
from publicity.choices import ArticleState
from publicity.models.lists import ArticleCategory
from publicity.querysets import ArticleQuerySet, ReadingQuerySet

RESERVED_SLUGS = {"new", "readings"}  # pages of their own
EDITABLE = (ArticleState.DRAFT, ArticleState.REVIEW, ArticleState.PUBLISHED)


@dated("title", unless_in="draft")
@tracked
class Article(Stateful, WardModel):
    campaign = WardKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("campaign")
    )
    title = models.CharField(_("headline"), max_length=250)
    slug = models.SlugField(_("address"), max_length=120)
    category = WardKey(
        ArticleCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("category"),
    )
    body = models.TextField(_("text"))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("shown until"), null=True, blank=True)
    outside_url = models.URLField(_("published elsewhere"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ArticleState, default=ArticleState.DRAFT)
    search_key = folded("title")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(fields=["ward", "-published_at", "-id"], name="publicity_article_list"),
            GinIndex(name="publicity_article_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint("ward", "slug", name="publicity_article_slug"),
            models.CheckConstraint(
                name="publicity_article_published_at",
                condition=Q(state__in=[ArticleState.PUBLISHED, ArticleState.RETIRED], published_at__isnull=False)
                | Q(state__in=[ArticleState.DRAFT, ArticleState.REVIEW], published_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:article_detail", args=[self.slug])

    def get_public_url(self) -> str:
        return reverse("publicity:public_article", args=[self.ward.slug, self.slug])

    @property
    def is_draft(self) -> bool:
        return self.state == ArticleState.DRAFT

    @property
    def is_public(self) -> bool:
        now = timezone.now()
        is_current = self.expires_at is None or self.expires_at > now
        return (
            self.published_at is not None
            and self.published_at <= now
            and self.state == ArticleState.PUBLISHED
            and is_current
        )

    @property
    def waits_for_its_day(self) -> bool:
        return bool(self.state == ArticleState.PUBLISHED and self.published_at and self.published_at > timezone.now())

    @property
    def has_expired(self) -> bool:
        is_out = self.state == ArticleState.PUBLISHED and self.published_at and self.published_at <= timezone.now()
        return bool(is_out and self.expires_at and self.expires_at <= timezone.now())

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        """What everybody reads already is changed by those who approve."""
        is_out = self.state == ArticleState.PUBLISHED
        return self._may(user, Permission.ARTICLE_PUBLISH if is_out else Permission.ARTICLE_EDIT, EDITABLE)

    def can_submit(self, user: User) -> Decision:
        return self._may(user, Permission.ARTICLE_EDIT, [ArticleState.DRAFT])

    def can_publish(self, user: User) -> Decision:
        """Publish, or return to the writer."""
        return self._may(user, Permission.ARTICLE_PUBLISH, [ArticleState.REVIEW])

    def can_retire(self, user: User) -> Decision:
        return self._may(user, Permission.ARTICLE_PUBLISH, [ArticleState.PUBLISHED])

    def can_note_views(self, user: User) -> Decision:
        return self._may(user, Permission.ARTICLE_EDIT, [ArticleState.PUBLISHED])

    def _may(self, user: User, permission: Permission, states: Iterable[str]) -> Decision:
        allowed = (self.campaign.can_change() if self.campaign else access.ALLOWED) and access.can(user, permission)
        if allowed and self.state not in states:
            return access.denied(gettext("This article is now “%(state)s”.") % {"state": self.get_state_display()})
        return allowed

    # ---- verbs --------------------------------------------------------------------------------------
    def write(
        self,
        *,
        by: User | None,
        on: datetime.date | None = None,
        picture: Accepted | None = None,
        alt: str = "",
    ) -> None:
        """Begin a draft; its address is made of the title and stays."""
        self.require_open()
        self.slug = self.slug or self._free_slug()
        self.author = self.author or by
        with transaction.atomic():
            self.start(by=by, on=on)
            self._add_picture(picture, alt, by)
            self.record("written", by, on)

    def edit(self, *, by: User | None, picture: Accepted | None = None, alt: str = "", **fields: Any) -> None:
        self.require_open()
        if self.state not in EDITABLE:
            raise StateChanged(self, self.state)
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self._add_picture(picture, alt, by)
            self.record("edited", by)

    def submit(self, *, by: User | None, on: datetime.date | None = None) -> None:
        """Send to those who approve."""
        self._step(ArticleState.REVIEW, [ArticleState.DRAFT], "submitted", by, on)

    def send_back(self, *, by: User | None, reason: str, on: datetime.date | None = None) -> None:
        """Ask the writer for changes."""
        self._step(ArticleState.DRAFT, [ArticleState.REVIEW], "returned", by, on, reason)

    def publish(self, *, by: User | None, at: datetime.datetime | None = None) -> None:
        """Approve and show to everybody from a moment on (now)."""
        at = at or timezone.now()
        on = timezone.localdate(at)
        self._step(ArticleState.PUBLISHED, [ArticleState.REVIEW], "published", by, on, published_at=at)

    def retire(self, *, by: User | None, reason: str, on: datetime.date | None = None) -> None:
        """Take off the public page; the address then answers "not found"."""
        self._step(ArticleState.RETIRED, [ArticleState.PUBLISHED], "retired", by, on, reason)

    def note_views(self, *, by: User | None, value: int, read_on: datetime.date, source: str = "") -> "ViewReading":
        """Write down what the counter said on a day; a second reading of the same day replaces the first."""
        self.require_open()
        self._require_reading_day(read_on)
        with transaction.atomic():
            reading, _new = ViewReading.objects.update_or_create(
                ward_id=self.ward_id, article=self, read_on=read_on, defaults={"value": value, "source": source}
            )
            self.record("counted", by, read_on, views=value)
        return reading

    def _step(
        self,
        to: str,
        since: Iterable[str],
        what: str,
        by: User | None,
        on: datetime.date | None,
        reason: str = "",
        **fields: Any,
    ) -> None:
        self.require_open()
        with transaction.atomic():
            self.move(to, since=since, by=by, on=on, reason=reason, **fields)
            self.record(what, by, on)

    def require_open(self) -> None:
        if self.campaign:
            self.campaign.require_open()

    def _require_reading_day(self, day: datetime.date) -> None:
        if day > today():
            raise ValidationError(gettext("Choose a day up to today."))
        if self.published_at and day < timezone.localdate(self.published_at):
            raise ValidationError(gettext("Choose a day after the article was published."))

    def _free_slug(self) -> str:
        stem = slug(self.title, 100) or "bai-viet"
        taken = set(Article.objects.filter(ward_id=self.ward_id, slug__startswith=stem).values_list("slug", flat=True))
        names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 4))]
        return next(name for name in names if name not in taken | RESERVED_SLUGS)

    def _add_picture(self, picture: Accepted | None, alt: str, by: User | None) -> None:
        if picture:
            number = self.pictures.count() + 1
            self.pictures.create(ward_id=self.ward_id, alt=alt, order=number, uploaded_by=by, **picture.fields())

    def record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: Any) -> None:
        outbox.record(f"publicity.article.{what}", subject=self, by=by, on=on, **facts)


class ArticleTransition(Transition):
    article = WardKey(Article, models.PROTECT, related_name="transitions", verbose_name=_("article"))

    class Meta(Transition.Meta):
        verbose_name = _("step of an article")
        verbose_name_plural = _("steps of articles")


class ArticlePicture(StoredFile):
    article = WardKey(Article, models.CASCADE, related_name="pictures", verbose_name=_("article"))
    alt = models.CharField(_("what the picture shows"), max_length=250)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(name="publicity_picture_alt", condition=~Q(alt=""))]

    def get_absolute_url(self) -> str:
        return reverse("publicity:picture_file", args=[self.pk])

    def remove(self, *, by: User | None) -> None:
        self.article.require_open()
        with transaction.atomic():
            self.delete()
            self.article.record("edited", by)
            transaction.on_commit(partial(self.file.storage.delete, str(self.file.name)))


@tracked
class ViewReading(WardModel):
    """What the counter of an article said on a day. A reading, never a sum."""

    article = WardKey(Article, models.PROTECT, related_name="readings", verbose_name=_("article"))
    value = models.PositiveIntegerField(_("views"))
    read_on = models.DateField(_("read on"))
    source = models.CharField(_("where it was read"), max_length=200, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of views")
        verbose_name_plural = _("readings of views")
        ordering = ["-read_on"]
        constraints = [models.UniqueConstraint("ward", "article", "read_on", name="publicity_reading_day")]

    def __str__(self) -> str:
        return f"{self.value} ({self.read_on:%d/%m/%Y})"
