"""Signs of life of the whole host; no ward."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

User = settings.AUTH_USER_MODEL


class BeatRun(models.Model):
    """The last run of each entry of the timetable, of the whole host; no ward."""

    entry = models.CharField(_("entry of the timetable"), max_length=60, unique=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failure = models.TextField(_("last failure"), blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of the timetable")
        verbose_name_plural = _("runs of the timetable")

    def __str__(self) -> str:
        return self.entry


class WorkerPulse(models.Model):
    """When each worker was last alive, of the whole host; no ward."""

    name = models.CharField(_("worker"), max_length=200, unique=True)
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("sign of life of a worker")
        verbose_name_plural = _("signs of life of workers")

    def __str__(self) -> str:
        return self.name
