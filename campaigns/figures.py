"""Numbers of the campaign: sessions, resolutions, tasks. All as of a business day."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.choices import MeetingKind, TaskState
from campaigns.models import DocumentRecipient, Meeting, Task
from core.figures import FigureValue, Scope, address, figure


def _of(model: Any, scope: Scope) -> Any:
    rows = model.objects.visible_to(scope.user) if scope.user else model.objects.all()
    return rows.filter(ward=scope.ward)


@figure("campaigns.dissemination_sessions", label=_("Dissemination sessions"), unit=_("sessions"), flow=True)
def dissemination_sessions(scope: Scope, on: datetime.date) -> FigureValue:
    """Dissemination sessions held on the day or before. No data while no session is entered."""
    sessions = _of(Meeting, scope).filter(campaign=scope.campaign, kind=MeetingKind.DISSEMINATION)
    if not sessions.exists():
        return FigureValue(None)
    rows = sessions.held_by(on)
    url = address(reverse("campaigns:meeting_list"), on, scope.campaign, kind=MeetingKind.DISSEMINATION.value)
    return FigureValue(rows.count(), rows=rows, url=url)


def _recipients(scope: Scope, on: datetime.date) -> Any:
    rows = _of(DocumentRecipient, scope).filter(document__campaign=scope.campaign).expected(on)
    return rows.filter(unit=scope.unit) if scope.unit else rows


@figure("campaigns.resolutions", label=_("Units with their own resolution"), unit=_("units"))
def resolutions(scope: Scope, on: datetime.date) -> FigureValue:
    """Recipients asked for a resolution of their own whose resolution was in force on the day.

    No data while nobody is asked.
    """
    expected = _recipients(scope, on)
    if not expected.exists():
        return FigureValue(None)
    rows = expected.answered(on)
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("campaigns:resolution_list"), on, scope.campaign, state="answered", unit=unit)
    return FigureValue(rows.count(), rows=rows, url=url)


@figure("campaigns.resolutions.expected", label=_("Units asked for a resolution"), unit=_("units"))
def resolutions_expected(scope: Scope, on: datetime.date) -> FigureValue:
    """Recipients, of plans in force on the day, that must issue a resolution of their own. No data without one."""
    rows = _recipients(scope, on)
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("campaigns:resolution_list"), on, scope.campaign, unit=unit)
    return FigureValue(rows.count() or None, rows=rows, url=url)


def _tasks(scope: Scope, on: datetime.date) -> Any:
    rows = _of(Task, scope).filter(campaign=scope.campaign)
    if scope.unit:
        rows = rows.filter(lead_unit=scope.unit)
    return rows.as_of(on).exclude(state_then=TaskState.CANCELLED)


def _count(scope: Scope, on: datetime.date, assigned: Any, rows: Any, tab: str) -> FigureValue:
    """None while no task was assigned, so that nobody reads 0 overdue where nothing was ever asked."""
    value = rows.count()
    if not value and not assigned.exists():
        return FigureValue(None)
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("campaigns:task_list"), on, scope.campaign, state=tab, unit=unit)
    return FigureValue(value, rows=rows, url=url)


@figure("campaigns.tasks", label=_("Tasks assigned"), unit=_("tasks"))
def tasks(scope: Scope, on: datetime.date) -> FigureValue:
    """Tasks assigned on the day or before and not cancelled by then."""
    assigned = _tasks(scope, on)
    return _count(scope, on, assigned, assigned, "all")


@figure("campaigns.tasks.done", label=_("Tasks done"), unit=_("tasks"), flow=True)
def tasks_done(scope: Scope, on: datetime.date) -> FigureValue:
    """Tasks accepted on the day or before."""
    assigned = _tasks(scope, on)
    return _count(scope, on, assigned, assigned.filter(state_then=TaskState.DONE), "done")


@figure("campaigns.tasks.submitted", label=_("Tasks waiting for the ward's acceptance"), unit=_("tasks"))
def tasks_submitted(scope: Scope, on: datetime.date) -> FigureValue:
    """Tasks reported as done by the day and not yet accepted or sent back: the ward's turn, not the unit's."""
    assigned = _tasks(scope, on)
    return _count(scope, on, assigned, assigned.waiting_then(), "submitted")


@figure("campaigns.tasks.overdue", label=_("Tasks overdue"), unit=_("tasks"))
def tasks_overdue(scope: Scope, on: datetime.date) -> FigureValue:
    """Tasks past their due day and not reported as done by the day."""
    assigned = _tasks(scope, on)
    return _count(scope, on, assigned, assigned.overdue_then(on), "late")
