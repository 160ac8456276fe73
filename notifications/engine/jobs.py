"""Works off the jobs that people asked for: one after the other, each in one transaction.

The row is the queue and a lease says who is at work on it. What the work tells of its progress goes out by a connection
of its own, because the work's transaction is seen by nobody until it ends. A worker that is killed loses its
transaction and, some time later, its lease: the job waits again, and is given up after MOST_TRIES.
"""

import datetime
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import pghistory
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from core.files import no_room_sentence
from core.jobs import CanNot, JobKind, Stopped
from core.uploads import is_no_room
from notifications import outbox
from notifications.choices import JobState
from notifications.engine.dispatch import announce
from notifications.models import MOST_TRIES, Event, Job
from notifications.models.job import chance_name, made_files

logger = logging.getLogger(__name__)

STEP_SECONDS = 0.5  # between two marks of progress
LONG = datetime.timedelta(seconds=20)  # who waited so long has gone to do something else
STARTS_LOCK = 7_241_664  # any number that no other advisory lock of this database has
CLOCKS_APART = datetime.timedelta(hours=1)


def run_all(seconds: float) -> int:
    """Work off what waits, as long as new ones may be begun; how many. Many workers may run at once."""
    end, count = time.monotonic() + seconds, 0
    reap()
    while time.monotonic() < end and (job := take()):
        count += 1
        run(job)
    return count


def reap(now: datetime.datetime | None = None) -> None:
    """What killed workers left behind waits again; what was broken off too often is given up with a sentence."""
    now = now or timezone.now()
    left = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now)
    words = _("It was broken off again and again. Try it with less at once, or tell the administrator.")
    given_up = {"state": JobState.FAILED, "error": words, "ended_at": now, "lease_until": None}
    left.filter(tries__gte=MOST_TRIES).update(**given_up)
    left.update(state=JobState.WAITING, lease_until=None)


def take() -> Job | None:
    """Start the job that waits longest; None while enough run already.

    Workers wait for each other here, so that together they run no more than settings.JOBS_AT_ONCE: messages have to
    leave meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STARTS_LOCK])
        if Job.objects.filter(state=JobState.RUNNING).count() >= settings.JOBS_AT_ONCE:
            return None
        job = Job.objects.filter(state=JobState.WAITING).select_related("asked_by").order_by("asked_at", "pk").first()
        return job if job and job.start() else None


def run(job: Job) -> None:
    """Do a job that was started, whatever becomes of it."""
    user: Any = job.asked_by
    access.enter(user, job.ward_id)
    with translation.override(user.language or settings.LANGUAGE_CODE), _Progress(job) as progress:
        try:
            _work(job, _known(job), progress)
        except Stopped:
            logger.info("job %s (%s) was cancelled or taken over", job.pk, job.kind)
        except (OperationalError, InterfaceError) as error:  # the database is away: another try takes it up
            logger.warning("job %s (%s) was broken off: %s", job.pk, job.kind, error)
        except Exception as error:
            _fail(job, _sentence(job, error))


def _known(job: Job) -> JobKind:
    if job.declared is None:
        raise CanNot(_("This portal knows no such work any more."))
    if access.ward_id(job.asked_by) != job.ward_id or not job.asked_by.is_active:
        raise CanNot(_("You have no role in this ward any more."))
    return job.declared


def _work(job: Job, kind: JobKind, progress: "_Progress") -> None:
    running, stored = _Running(job, progress), ""
    history = pghistory.context(user=job.asked_by_id, url=job.get_absolute_url(), ward=job.ward_id)
    try:
        with transaction.atomic(), history:
            kind.work(running)
            if running.file is not None:
                with running.file as content:
                    stored = made_files().save(chance_name(job, running.file_name), content)
            if not job.finish(said=running.said, link=running.link, file=stored, file_name=running.file_name):
                raise Stopped
            _tell(job)
    except BaseException:
        if stored:
            made_files().delete(stored)
        raise


def _fail(job: Job, sentence: str) -> None:
    with transaction.atomic():
        if job.fail(sentence):
            _tell(job, failed=True)


def _tell(job: Job, failed: bool = False) -> None:
    """A short one is seen by who waits for it, and is no event for anybody else."""
    if timezone.now() - job.asked_at > LONG:
        outbox.record("notifications.job.failed" if failed else "notifications.job.finished", subject=job, by=None)


def _sentence(job: Job, error: Exception) -> str:
    """What the person can do now."""
    if isinstance(error, CanNot | PermissionDenied):
        return str(error)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    logger.exception("job %s (%s) failed", job.pk, job.kind)
    if isinstance(error, SoftTimeLimitExceeded):
        return _("It took too long and was ended. Try it with less at once.")
    if isinstance(error, OSError) and is_no_room(error):
        return no_room_sentence()
    return _("The portal made a mistake, which is written down in its log. Try again, or tell the administrator.")


class _Progress:
    """Writes beside the work's own transaction; inside somebody else's (a test's) nothing is beside it."""

    def __init__(self, job: Job) -> None:
        self.job, self.last = job, 0.0
        self.side = None if connection.in_atomic_block else ThreadPoolExecutor(1)

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.side:
            self.side.submit(lambda: connection.close()).result()  # that thread's own
            self.side.shutdown()

    def _write(self, change: Callable[[], bool]) -> bool:
        if self.side is None:
            return change()
        return self.side.submit(change).result()

    def note(self, done: int, total: int = 0) -> None:
        now = time.monotonic()
        if now - self.last < STEP_SECONDS:
            return
        self.last = now
        if not self._write(lambda: self.job.advance(done, total)):
            raise Stopped


class _Running:
    """What the work gets: core.jobs.Run."""

    def __init__(self, job: Job, progress: _Progress) -> None:
        self.pk, self.ward_id, self.arguments = job.pk, job.ward_id, job.arguments
        self.user: User = job.asked_by
        self.said = self.link = self.file_name = ""
        self.file: File | None = None
        self.advance = progress.note

    def keep(self, content: BinaryIO, name: str) -> None:
        self.file, self.file_name = File(content), name

    def say(self, sentence: str, url: str = "") -> None:
        self.said, self.link = sentence, url


def sweep(now: datetime.datetime | None = None) -> None:
    """Delete the files that have expired, and those that a killed worker left without a row."""
    now = now or timezone.now()
    for job in Job.objects.filter(expires_at__lte=now).exclude(file=""):
        made_files().delete(str(job.file.name))
        Job.objects.filter(ward_id=job.ward_id, pk=job.pk).update(file="")
    if not made_files().exists(""):
        return
    oldest = now - datetime.timedelta(hours=settings.JOB_FILE_HOURS) - CLOCKS_APART
    for name in made_files().listdir("")[1]:
        if made_files().get_modified_time(name) < oldest:
            made_files().delete(name)


def on_job_ended(event: Event) -> None:
    job = Job.objects.select_related("asked_by").get(pk=event.subject_id, ward=event.ward_id)
    announce(event, lambda seats: [job.asked_by], event.kind, link=job.get_absolute_url())
