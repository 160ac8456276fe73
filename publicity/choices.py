from django.db import models
from django.utils.translation import gettext_lazy as _


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
