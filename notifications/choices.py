from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageClass(models.TextChoices):
    MANDATORY = "mandatory", _("Mandatory")
    WORK = "work", _("Work")
    OPTIONAL = "optional", _("Optional")


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Notification on the phone")
    GATEWAY = "gateway", _("SMS or Zalo")


class MessageState(models.TextChoices):
    READY = "ready", _("Waiting")
    LEASED = "leased", _("Being sent")
    SENT = "sent", _("Sent")
    MISSED = "missed", _("Missed")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Outcome unknown")
    VOID = "void", _("Not needed any more")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Outcome(models.TextChoices):
    STARTED = "started", _("Started")
    SENT = "sent", _("Sent")
    TRANSIENT = "transient", _("Try again")
    PERMANENT = "permanent", _("Refused")
    UNKNOWN = "unknown", _("Outcome unknown")
    VOID = "void", _("Not needed any more")
