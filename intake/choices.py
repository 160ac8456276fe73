from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    OPEN = "open", _("Questions open")
    CHECKED = "checked", _("Looked at")
    DONE = "done", _("Taken over")
    WITHDRAWN = "withdrawn", _("Taken back")
    CANCELLED = "cancelled", _("Left")
