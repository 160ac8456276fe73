"""Long work."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.files import stored_path
from core.models import WardModel
from notifications.choices import JobState

User = settings.AUTH_USER_MODEL


class Job(WardModel):
    """Long work asked for by a person: an export, an import. Its progress is shown from this row."""

    kind = models.CharField(_("kind"), max_length=60)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    arguments = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    file = models.FileField(_("file"), upload_to=stored_path, max_length=200, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
