"""The page of those who keep the sending going: numbers, the switch, and what failed."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Permission, can, require
from core.agenda import lacks
from core.http import HouseRequest
from core.pages import attempt, page_of
from notifications.choices import MessageState
from notifications.filters import FAILURES, STATES, FailureFilter
from notifications.forms.addresses import AddressForm, ReasonForm
from notifications.models import Message, SendingStop
from notifications.operations import acts, vitals
from notifications.querysets import DEAD

TITLES = {
    "": gettext_lazy("Messages that failed"),
    MessageState.FAILED: gettext_lazy("Messages that could not be delivered"),
    MessageState.UNKNOWN: gettext_lazy("Messages of which nobody knows whether they arrived"),
    MessageState.MISSED: gettext_lazy("Messages that came too late"),
    "settled": gettext_lazy("Messages that were settled"),
    "due": gettext_lazy("Messages that are due now"),
    "held": gettext_lazy("Messages held by a worker longer than allowed"),
    "repeated": gettext_lazy("Messages sent to somebody who got the same kind that day"),
}
LEGEND = [
    ("f1", gettext_lazy("sent")),
    ("f3", gettext_lazy("to be tried again")),
    ("f4", gettext_lazy("failed or unknown")),
    ("f5", gettext_lazy("missed")),
]


def overview(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.OPERATE))
    host = vitals.look()
    context = {
        "host": host,
        "troubles": host.troubles(),
        "lacks": lacks(request.ward),
        "numbers": acts.numbers(request.ward, host.now),
        "limits": acts.limits(),
        "chart": acts.chart(hours := acts.hours(request.ward.pk, host.now)),
        "legend": LEGEND,
        "hours": [hour for hour in reversed(hours) if hour.total],
        "stops": SendingStop.objects.visible_to(request.user).select_related("stopped_by", "lifted_by")[:5],
    }
    return render(request, "notifications/operations.html", context)


# ---- the switch ----------------------------------------------------------------------------------
def sending_stop(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.OPERATE))
    if request.method == "GET" and acts.open_stop(request.ward.pk):
        messages.warning(request, _("Sending is stopped already."))
        return redirect("notifications:operations")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        stop = partial(acts.stop, request.ward)
        attempt(request, stop, _("All sending is stopped."), **form.cleaned_data)
        return redirect("notifications:operations")
    waiting = Message.objects.in_ward_of(request.user).filter(state=MessageState.READY).count()
    return render(request, "notifications/sending_stop.html", {"form": form, "waiting": waiting})


def sending_resume(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.OPERATE))
    found = acts.open_stop(request.ward.pk)
    if found is None:
        messages.warning(request, _("Sending is not stopped."))
        return redirect("notifications:operations")
    if request.method == "POST":
        attempt(request, partial(acts.lift, found), _("Sending goes on."))
        return redirect("notifications:operations")
    waiting = Message.objects.in_ward_of(request.user).filter(state=MessageState.READY).count()
    return render(request, "notifications/sending_resume.html", {"stop": found, "waiting": waiting})


# ---- what failed ---------------------------------------------------------------------------------
def failure_list(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.OPERATE))
    filters = FailureFilter(request.GET, request=request)
    page = page_of(request, filters.qs.select_related("user", "rule", "event__by", "settled_by"), table=FAILURES)
    context = {
        "title": TITLES[filters.state_asked],
        "page": page,
        "lines": acts.lines(list(page.object_list), request.user),
        "filters": filters,
        "tabs": _tabs(request, filters),
        "is_open": filters.state_asked in {"", *DEAD},
        "query": _query(request),
    }
    return render(request, "notifications/failure_list.html", context)


def failure_send(request: HouseRequest) -> HttpResponse:
    """All rows of the list's filters, after the number is confirmed."""
    rows = _asked(request)
    if not rows.exists():
        return _settled(request, 0)
    if request.method == "POST":
        return _settled(request, acts.send_again(rows, by=request.user), sent=True)
    unknown = rows.filter(state=MessageState.UNKNOWN).count()
    context = {"count": rows.count(), "unknown": unknown, "back": _list(request)}
    return render(request, "notifications/failure_send.html", context)


def failure_drop(request: HouseRequest) -> HttpResponse:
    rows, form = _asked(request), ReasonForm(request.POST or None)
    if not rows.exists():
        return _settled(request, 0)
    if form.is_valid():
        return _settled(request, acts.drop(rows, by=request.user, **form.cleaned_data), sent=False)
    context = {"count": rows.count(), "form": form, "back": _list(request)}
    return render(request, "notifications/failure_drop.html", context)


def message_send(request: HouseRequest, pk: int) -> HttpResponse:
    row = _message(request, pk)
    if not row.is_dead:
        return _settled(request, 0)
    if request.method == "POST":
        return _settled(request, acts.send_again(_only(row), by=request.user), sent=True)
    unknown = int(row.state == MessageState.UNKNOWN)
    context = {"count": 1, "unknown": unknown, "row": row, "back": _list(request)}
    return render(request, "notifications/failure_send.html", context)


def message_drop(request: HouseRequest, pk: int) -> HttpResponse:
    row, form = _message(request, pk), ReasonForm(request.POST or None)
    if not row.is_dead:
        return _settled(request, 0)
    if form.is_valid():
        return _settled(request, acts.drop(_only(row), by=request.user, **form.cleaned_data), sent=False)
    context = {"count": 1, "form": form, "row": row, "back": _list(request)}
    return render(request, "notifications/failure_drop.html", context)


def message_mend(request: HouseRequest, pk: int) -> HttpResponse:
    row = _message(request, pk)
    if not row.is_dead:
        return _settled(request, 0)
    require(acts.can_mend(request.user, row))
    form = AddressForm(request.POST or None, person=row.user, channel=row.channel, cancel_url=_list(request))
    if form.is_valid():
        count = acts.mend(row, by=request.user, **form.cleaned_data)
        if count == 0 and row.user.new_email:
            messages.success(
                request, _("The address counts once %(person)s agrees. Send again then.") % {"person": row.user}
            )
            return redirect(_list(request))
        return _settled(request, count, sent=True)
    return render(request, "notifications/message_mend.html", {"row": row, "form": form, "back": _list(request)})


def _message(request: HouseRequest, pk: int) -> Message:
    rows = Message.objects.in_ward_of(request.user).select_related("user", "rule", "event")
    row = get_object_or_404(rows, pk=pk)
    require(can(request.user, Permission.OPERATE))
    return row


def _only(row: Message) -> Any:
    return Message.objects.filter(pk=row.pk, ward_id=row.ward_id)


def _asked(request: HouseRequest) -> Any:
    require(can(request.user, Permission.OPERATE))
    return FailureFilter(request.GET, request=request).qs.dead()


def _settled(request: HouseRequest, count: int, *, sent: bool = True) -> HttpResponse:
    if not count:
        messages.warning(request, _("Somebody else has settled this already."))
    elif sent:
        words = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", count)
        messages.success(request, words % {"n": count})
    else:
        words = ngettext("%(n)d message is dropped.", "%(n)d messages are dropped.", count)
        messages.success(request, words % {"n": count})
    return redirect(_list(request))


def _list(request: HouseRequest) -> str:
    return reverse("notifications:failure_list") + _query(request)


def _query(request: HouseRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}" if kept else ""


def _tabs(request: HouseRequest, filters: FailureFilter) -> list[dict[str, Any]]:
    """The states of failures with their numbers; the others are reached from the page of operations."""
    counts = acts.dead_counts(request.ward.pk)
    shown = ["", *DEAD, "settled"]
    if filters.state_asked not in shown:
        shown.append(filters.state_asked)
    return [
        {
            "label": STATES[state],
            "query": f"state={state}",
            "is_current": state == filters.state_asked,
            "count": _count(counts, state),
        }
        for state in shown
    ]


def _count(counts: dict[tuple[str, str], int], state: str) -> int | None:
    if state and state not in DEAD:
        return None
    return sum(n for (of_state, _channel), n in counts.items() if state in {"", of_state})
