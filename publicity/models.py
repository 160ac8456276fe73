"""Articles with public pages and dated readings of their views; loudspeaker broadcasts and their airings."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import folded
from accounts.querysets import MembershipQuerySet, WardQuerySet
from campaigns.models import Campaign
from core.models import Period, Stateful, StoredFile, Transition, WardModel, tracked
from publicity.choices import AiringState, ArticleState, BroadcastState
from publicity.querysets import ArticleQuerySet, BroadcastQuerySet

User = settings.AUTH_USER_MODEL


@tracked
class Channel(WardModel, Period):
    """An official channel of grassroots information."""

    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=120)
    legal_ref = models.CharField(_("legal basis"), max_length=120, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel of information")
        verbose_name_plural = _("channels of information")
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="publicity_channel_code"),
        ]

    def __str__(self) -> str:
        return self.label


@tracked
class Article(Stateful, WardModel):
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=250)
    slug = models.SlugField(_("address"), max_length=120)
    category = models.CharField(_("category"), max_length=80, blank=True)
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
        indexes = [models.Index(fields=["ward", "-published_at", "-id"], name="publicity_article_list")]
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


class ArticleTransition(Transition):
    article = models.ForeignKey(Article, models.PROTECT, related_name="transitions")


class ArticlePicture(StoredFile):
    article = models.ForeignKey(Article, models.CASCADE, related_name="pictures")
    alt = models.CharField(_("what the picture shows"), max_length=250)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(name="publicity_picture_alt", condition=~Q(alt=""))]


@tracked
class ViewReading(WardModel):
    """What the counter of an article said on a day. A reading, never a sum."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="readings", verbose_name=_("article"))
    value = models.PositiveIntegerField(_("views"))
    read_on = models.DateField(_("read on"))
    source = models.CharField(_("where it was read"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of views")
        verbose_name_plural = _("readings of views")
        ordering = ["-read_on"]
        constraints = [models.UniqueConstraint("ward", "article", "read_on", name="publicity_reading_day")]

    def __str__(self) -> str:
        return f"{self.value} ({self.read_on:%d/%m/%Y})"


@tracked
class Broadcast(Stateful, WardModel):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="broadcasts", verbose_name=_("campaign"))
    title = models.CharField(_("title"), max_length=200)
    script = models.TextField(_("script"))
    seconds = models.PositiveIntegerField(_("length in seconds"), validators=[MinValueValidator(1)])
    state = models.CharField(_("state"), max_length=10, choices=BroadcastState, default=BroadcastState.DRAFT)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="publicity_broadcast_seconds", condition=Q(seconds__gt=0))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:broadcast_detail", args=[self.pk])


class BroadcastTransition(Transition):
    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="transitions")


@tracked
class Airing(WardModel):
    """One time on the loudspeakers: planned, then aired or cancelled."""

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="airings", verbose_name=_("broadcast"))
    at = models.DateTimeField(_("at"))
    clusters = models.PositiveSmallIntegerField(_("loudspeaker clusters"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AiringState, default=AiringState.PLANNED)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("airing")
        verbose_name_plural = _("airings")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint("ward", "broadcast", "at", name="publicity_airing_once")]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.at:%d/%m/%Y %H:%M}"
