"""What is kept longer than the ward's rules say. Nothing goes by itself: the lists are for a person who decides.

How long each kind of record is kept is a dated rule of the ward (`deadlines.DeadlineRule`), by the code used here.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import AccessLog
from clearance.models import Grievance, HouseholdParty, PrivacyRequest, Visit, clearing
from clearance.models.clearing import Clear
from clearance.models.erasure import MARK
from clearance.tracks import OPEN, Track
from core.models import today
from deadlines.choices import RuleUnit
from deadlines.models import DeadlineRule
from intake.choices import BatchState
from intake.models import Batch
from notifications.choices import JobState
from notifications.models import Job


@dataclass(frozen=True)
class Record:
    """One kind of record. begun: the rows of a ward whose time began before a day. line: what a list says of a row, and
    the day from which its time is counted. ends: how it goes. clear: takes what is past its time out, all at once; None
    where each row is a person, whose own erasure begins. to_archive: handed over to the archive before.
    """

    code: str
    label: Any
    ends: Any
    begun: Callable[[int, datetime.date], QuerySet]
    line: Callable[[Any], tuple[str, datetime.date]]
    clear: Clear | None = None
    to_archive: bool = False

    @property
    def of_people(self) -> bool:
        return self.clear is None

    def past(self, ward_id: int, rule: DeadlineRule | None) -> Any:
        """Rows whose time is over by the rule; none without one."""
        if rule is None:
            return self.begun(ward_id, datetime.date.min).none()
        return self.begun(ward_id, first_kept(rule))


def first_kept(rule: DeadlineRule) -> datetime.date:
    """What began on that day is kept today for the last time."""
    if rule.unit == RuleUnit.MONTH:
        return today() - relativedelta(months=rule.value)
    return today() - datetime.timedelta(days=rule.value)


def rules(ward_id: int) -> dict[str, DeadlineRule]:
    """The rule of each kind that is in force today, by its code."""
    rows = DeadlineRule.objects.filter(ward=ward_id, code__in=[record.code for record in RECORDS])
    return {rule.code: rule for rule in rows.valid_on(today())}


def _moment(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


# ---- which rows ---------------------------------------------------------------------------------------
def _people(ward_id: int, day: datetime.date) -> Any:
    """People of files of projects that ended before, one line for each file they stand in."""
    rows = HouseholdParty.objects.filter(ward=ward_id, household__project__undertaking__valid_to__lt=day)
    rows = rows.exclude(party__name=MARK).select_related("household__project__undertaking")
    return rows.order_by("household__project", "household__number", "pk")


def _noted(ward_id: int, day: datetime.date) -> Any:
    notes = Visit.objects.filter(ward=ward_id, household=OuterRef("household")).exclude(note="")
    return _people(ward_id, day).filter(Exists(notes))


def _person(row: HouseholdParty) -> tuple[str, datetime.date]:
    project: Any = row.household.project
    words = row.household.words_in_log
    return f"{words}, {row.relation}" if row.relation else words, project.undertaking.valid_to


def _grievances(ward_id: int, day: datetime.date) -> Any:
    rows = Grievance.objects.filter(ward=ward_id).exclude(Q(state__in=OPEN) | Q(track=Track.DENUNCIATION))
    rows = rows.exclude(text=MARK)
    return rows.annotate(ended_on=Max("transitions__on")).filter(ended_on__lt=day).order_by("year", "number")


def _readings(ward_id: int, day: datetime.date) -> Any:
    return AccessLog.objects.filter(ward=ward_id, at__lt=_moment(day)).select_related("user").order_by("pk")


def _lists(ward_id: int, day: datetime.date) -> Any:
    waiting = [BatchState.OPEN, BatchState.CHECKED]
    return Batch.objects.filter(ward=ward_id, state__in=waiting, uploaded_at__lt=_moment(day)).order_by("pk")


def _exports(ward_id: int, day: datetime.date) -> Any:
    return Job.objects.filter(ward=ward_id, ended_at__lt=_moment(day)).exclude(file="").order_by("pk")


def _requests(ward_id: int, day: datetime.date) -> Any:
    rows = PrivacyRequest.objects.filter(ward=ward_id, ended_on__lt=day).exclude(result=MARK)
    return rows.order_by("year", "number")


LOOK_KEPT = "clearance.privacy.look_kept"
ARCHIVE = gettext_lazy("Handed over to the archive; then looked up, and taken out here")
ONE_BY_ONE = gettext_lazy("Person by person: looked up first, then taken out of the files")
RECORDS = (
    Record("keep-file", gettext_lazy("Files of households"), ONE_BY_ONE, _people, _person),
    Record("keep-notes", gettext_lazy("Notes of visits"), ONE_BY_ONE, _noted, _person),
    Record(
        "keep-grievances",
        gettext_lazy("Grievances"),
        ARCHIVE,
        _grievances,
        lambda row: (str(row), row.ended_on),
        clearing.grievances,
        to_archive=True,
    ),
    Record(
        "keep-log",
        gettext_lazy("Access log"),
        ARCHIVE,
        _readings,
        lambda row: (f"{row.user}: {row.get_act_display()}", timezone.localdate(row.at)),
        clearing.log,
        to_archive=True,
    ),
    Record(
        "keep-lists",
        gettext_lazy("Lists from files that nobody took over"),
        gettext_lazy("By the portal after a month; or looked up, and taken out here"),
        _lists,
        lambda row: (str(row), timezone.localdate(row.uploaded_at)),
        clearing.lists,
    ),
    Record(
        "keep-exports",
        gettext_lazy("Files made for somebody"),
        gettext_lazy("By the portal after the hours set for it; or looked up, and taken out here"),
        _exports,
        lambda row: (str(row), timezone.localdate(row.ended_at)),
        clearing.exports,
    ),
    Record(
        "keep-requests",
        gettext_lazy("Privacy requests"),
        ARCHIVE,
        _requests,
        lambda row: (str(row), row.ended_on),
        clearing.requests,
        to_archive=True,
    ),
)


def looked_at(ward_id: int, code: str) -> Job | None:
    """The dry run of today: by tomorrow more may be past its time."""
    rows = Job.objects.filter(ward=ward_id, kind=LOOK_KEPT, arguments__of=code, state=JobState.DONE)
    return rows.filter(ended_at__gte=_moment(today())).order_by("-ended_at").first()


def record_of(code: str) -> Record | None:
    return next((record for record in RECORDS if record.code == code), None)
