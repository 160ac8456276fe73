"""Long work that somebody asked for. The row is the truth; Celery only hears that there is one."""

import datetime
import secrets
from functools import partial
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import access
from core.jobs import JobKind, get_kind
from core.models import StateChanged, WardModel
from core.text import nfc
from notifications.choices import JobState
from notifications.querysets import JobQuerySet

User = settings.AUTH_USER_MODEL
MOST_OPEN = 5
MOST_TRIES = 3
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class MadeFiles(FileSystemStorage):
    """Apart from what people uploaded: of no worth in a backup, and gone after some days."""

    @property
    def location(self) -> str:  # asked each time, not when the model is loaded
        return str(settings.MADE_ROOT)


def made_files() -> FileSystemStorage:
    return MadeFiles()


def chance_name(_job: object, filename: str) -> str:
    return f"{secrets.token_hex(20)}{PurePath(filename).suffix.lower()}"


class Job(WardModel):
    """waiting -> running -> done, failed or cancelled; a running one whose worker was killed waits again.

    The number of the try is the fence: a worker that comes back late changes nothing of a newer try.
    """

    kind = models.CharField(_("kind"), max_length=60)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    arguments = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0, help_text=_("0: not known yet."))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    said = models.CharField(_("what came of it"), max_length=300, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    file = models.FileField(_("file"), storage=made_files, upload_to=chance_name, max_length=100, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state=JobState.WAITING), name="notif_job_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="notif_job_running"),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="notif_job_file_expires"),
            models.Index(fields=["ward", "asked_by", "-asked_at"], name="notif_job_own"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notif_job_leased",
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False, tries__gt=0)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="notif_job_ended",
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(name="notif_job_progress", condition=Q(total=0) | Q(done__lte=F("total"))),
            models.CheckConstraint(
                name="notif_job_error",
                condition=(Q(state=JobState.FAILED) & ~Q(error="")) | (~Q(state=JobState.FAILED) & Q(error="")),
            ),
            models.CheckConstraint(
                name="notif_job_file_when_done",
                condition=Q(file="") | (Q(state=JobState.DONE, expires_at__isnull=False) & ~Q(file_name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("notifications:job_detail", args=[self.pk])

    # ---- asked and cancelled by a person -----------------------------------------------------------
    @classmethod
    def ask(cls, kind: str, /, *, by: Any, **arguments: Any) -> Self:
        """A job in the ward that `by` works in. arguments: codes, keys and numbers, as JSON can hold them.

        The same job that still waits or runs is given back, so that a second click asks for nothing new. Raises
        KeyError for a kind that no app declares, and ValidationError while too much of this person's waits.
        """
        if get_kind(kind) is None:
            raise KeyError(kind)
        own: Any = cls.objects.visible_to(by).open()
        if same := own.filter(kind=kind, arguments=arguments).first():
            return same
        if own.count() >= MOST_OPEN:
            words = _t("%(count)d of your jobs wait or run. Wait until one is done, or cancel one.")
            raise ValidationError(words % {"count": MOST_OPEN})
        job = cls(ward_id=access.ward_id(by), kind=kind, asked_by=by, arguments=arguments)
        job.save()
        transaction.on_commit(partial(_ring), robust=True)
        return job

    def cancel(self, *, by: Any) -> None:
        """Before it is done. The worker notices at its next step, and nothing of its work stays."""
        rows = type(self).objects.visible_to(by).open().filter(pk=self.pk)
        if not rows.update(state=JobState.CANCELLED, lease_until=None, ended_at=timezone.now()):
            self.refresh_from_db(fields=["state"])
            raise StateChanged(self, JobState.CANCELLED)
        self.state = JobState.CANCELLED

    # ---- by a worker -------------------------------------------------------------------------------
    def start(self) -> bool:
        """Take it; False where another worker was faster or it is cancelled."""
        until, tries = _lease_end(), self.tries + 1
        mine = type(self).objects.filter(ward_id=self.ward_id, pk=self.pk, state=JobState.WAITING, tries=self.tries)
        taken = mine.update(state=JobState.RUNNING, lease_until=until, tries=tries, done=0, total=0)
        if taken:
            self.state, self.lease_until, self.tries, self.done, self.total = JobState.RUNNING, until, tries, 0, 0
        return bool(taken)

    def advance(self, done: int, total: int = 0) -> bool:
        """Write down how far it is and go on holding it; False where it is not held any more."""
        total = max(total, done) if total else 0
        return self._change(done=done, total=total, lease_until=_lease_end())

    def finish(self, *, said: str = "", link: str = "", file: str = "", file_name: str = "") -> bool:
        """Inside the transaction of the work; False where it is not held any more. file: its name in `made_files`."""
        now = timezone.now()
        until = now + datetime.timedelta(hours=settings.JOB_FILE_HOURS) if file else None
        made = {"file": file, "file_name": nfc(file_name), "expires_at": until, "said": nfc(said)[:300], "link": link}
        return self._change(**made, state=JobState.DONE, done=F("total"), lease_until=None, ended_at=now)

    def fail(self, sentence: str) -> bool:
        """sentence: what the person can do now."""
        return self._change(state=JobState.FAILED, error=nfc(sentence)[:300], lease_until=None, ended_at=timezone.now())

    def _change(self, **fields: Any) -> bool:
        held = type(self).objects.filter(ward_id=self.ward_id, pk=self.pk, state=JobState.RUNNING, tries=self.tries)
        return bool(held.update(**fields))

    # ---- for its page ------------------------------------------------------------------------------
    @property
    def declared(self) -> JobKind | None:
        return get_kind(self.kind)

    @property
    def label(self) -> str:
        return self.declared.title(self.arguments) if self.declared else self.kind

    @property
    def up(self) -> tuple[str, Any] | None:
        """Address and words of the page from which it was asked for."""
        return self.declared.up(self.arguments) if self.declared and self.declared.up else None

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def has_file(self) -> bool:
        """Not yet swept, and not expired."""
        return bool(self.file and self.expires_at and self.expires_at > timezone.now())


def _lease_end() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)


def _ring() -> None:
    import_string(settings.JOBS_DOORBELL)()
