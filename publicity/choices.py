from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Waiting for approval")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class BroadcastState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    READY = "ready", _("Ready to air")
    RETIRED = "retired", _("Retired")


class AiringState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    AIRED = "aired", _("Aired")
    CANCELLED = "cancelled", _("Cancelled")


class PostingState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Waiting to be put up")
    POSTED = "posted", _("Posted")
    CLOSED = "closed", _("Closed with its record")
    WITHDRAWN = "withdrawn", _("Taken down early")


class Phase(models.TextChoices):
    """Where a posting stands on a day: its state, and for one that is posted what its days say. Never stored."""

    DRAFT = PostingState.DRAFT.value, PostingState.DRAFT.label
    REVIEW = PostingState.REVIEW.value, PostingState.REVIEW.label
    PLANNED = "planned", _("Begins later")
    POSTED = PostingState.POSTED.value, _("On display")
    OVER = "to_close", _("Over, to be closed")
    CLOSED = PostingState.CLOSED.value, PostingState.CLOSED.label
    WITHDRAWN = PostingState.WITHDRAWN.value, PostingState.WITHDRAWN.label


class PlaceKind(models.TextChoices):
    OFFICE = "office", _("Ward office")
    COMMON = "common", _("Common place of residents")
    OTHER = "other", _("Another place")


class ProofKind(models.TextChoices):
    HANGING = "hanging", _("Photo of it on display")
    MINUTES = "minutes", _("Minutes of the posting")
    TAKEN_DOWN = "taken_down", _("Photo after it was taken down")
    CLOSING = "closing", _("Closing record")


class OutputKind(models.TextChoices):
    BOARD = "board", _("Boards")
    BANNER = "banner", _("Banners")
    POSTER = "poster", _("Posters")
    LEAFLET = "leaflet", _("Leaflets")
    POST = "post", _("Posts on pages and groups")
    SCREEN = "screen", _("Showings on screens")
    MESSAGE = "message", _("Text messages")
    TALK = "talk", _("Talks face to face")
    OTHER = "other", pgettext_lazy("output", "Others")
