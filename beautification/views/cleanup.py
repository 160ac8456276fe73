import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import require
from beautification.choices import MANUAL, UNFINISHED, CleanupState, Exactness, TurnoutSource
from beautification.figures import reading
from beautification.filters import CLEANUPS, CleanupFilter
from beautification.forms import (
    CancelForm,
    CleanupNewForm,
    CountForm,
    DecideForm,
    PostponeForm,
    ReopenForm,
)
from beautification.models import Cleanup, Street
from beautification.models.street import can_manage_streets
from beautification.reminders import decider_of
from campaigns.middleware import show_year, takes_lists, year_of_request
from core import past
from core.dates import weekday_date
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, day_asked, form_page, page_of
from deadlines.models import calendar_for
from notifications import rules
from notifications.choices import Channel
from notifications.models import Event


def cleanup_list(request: HouseRequest) -> HttpResponse:
    """The year's clean-ups. With `on`: those that were done at the end of that day."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = Cleanup.objects.visible_to(request.user).of_campaign(campaign)
    filters = CleanupFilter(request.GET, rows, request=request, campaign=campaign)
    tab = filters.asked("state") or ("done" if day else "")
    page = page_of(request, _of_tab(filters.qs, tab, day or today()).for_list(), table=CLEANUPS)
    context = {"page": page, "filters": filters, "tab": tab, "day": day, "tabs": _tabs(tab)}
    context["may_import"] = takes_lists(request) and can_manage_streets(request.user, campaign)
    return render(request, "beautification/cleanup_list.html", context)


def cleanup_new(request: HouseRequest, slug: str) -> HttpResponse:
    campaign = year_of_request(request)
    rows = Street.objects.visible_to(request.user).of_campaign(campaign).select_related("lead_unit")
    street = get_object_or_404(rows, slug=slug)
    require(can_manage_streets(request.user, campaign))
    cleanup = Cleanup(ward=request.ward, street=street)
    form = CleanupNewForm(request.POST or None, instance=cleanup, year=campaign.year)

    def plan(by: Any, **fields: Any) -> Cleanup:
        cleanup.plan(by=by)
        return cleanup

    words: dict[str, Any] = {"title": _("Plan one clean-up"), "done": _("Clean-up planned")}
    to = street.get_absolute_url()
    return form_page(request, form, plan, to=to, up=(street.name, to), **words)


def cleanup_detail(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup, user = _cleanup(request, slug, original_on), request.user
    context = {
        "cleanup": cleanup,
        "rows": _counts(cleanup),
        "steps": cleanup.transitions.filter(on__lte=past.current().on or today()).select_related("by"),
        "is_today": cleanup.on <= today(),
        "is_unfinished": cleanup.state in UNFINISHED,
        "may_run": cleanup.can_run(user),
        "may_manage": cleanup.can_manage(user),
        "reading": reading(cleanup),
        "told": _told(cleanup),
        "decider": decider_of(cleanup) if cleanup.decider else "",
        "urls": _urls(cleanup),
    }
    if context["may_run"] and not cleanup.is_unclosed:
        context["to_copy"] = rules.to_copy("beautification.cleanup.coming", cleanup, cleanup.on, request.ward)
    return render(request, "beautification/cleanup_detail.html", context)


@require_POST
def cleanup_confirm(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    attempt(request, cleanup.confirm, _("Clean-up confirmed"))
    return redirect(cleanup)


@require_POST
def cleanup_open(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    attempt(request, cleanup.open, _("Session opened. Count who comes."))
    return redirect(cleanup)


@require_POST
def cleanup_tally(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    """One tap on − or +; the page comes back with the numbers, and htmx takes only these."""
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    name, step = ("more", 1) if "more" in request.POST else ("less", -1)
    units = {str(unit.pk if unit else 0): unit for unit in cleanup.units_to_count()}
    wanted = request.POST.get(name, "")
    if wanted in units:
        attempt(request, lambda by: cleanup.tally(unit=units[wanted], step=step), "")
    return redirect(f"{cleanup.get_absolute_url()}#counts")


def cleanup_count(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    form = CountForm(request.POST or None, cleanup=cleanup, user=request.user)
    words: dict[str, Any] = {"title": _("Enter the numbers"), "done": _("Numbers saved")}

    def write(by: Any, **fields: Any) -> None:
        cleanup.count(**fields)

    return _form(request, cleanup, form, write, **words)


def cleanup_close(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    """Shows what will be written down. A number that changed meanwhile is shown again before it is signed."""
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    total = cleanup.total()
    if request.method == "POST" and request.POST.get("total") == str(total):
        attempt(request, cleanup.close, _("Session closed"))
        return redirect(cleanup)
    if request.method == "POST":
        messages.warning(request, _("The numbers have changed meanwhile. Look at them once more."))
    context = {"cleanup": cleanup, "rows": _counts(cleanup), "total": total, "urls": _urls(cleanup)}
    return render(request, "beautification/cleanup_close.html", context)


def cleanup_reopen(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_manage(request.user))
    words: dict[str, Any] = {"title": _("Take it up again"), "done": _("The clean-up is taken up again.")}
    return _form(request, cleanup, ReopenForm(request.POST or None), cleanup.reopen, **words)


def cleanup_postpone(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    start = {"year": cleanup.on.year, "initial": {"day": _proposal(cleanup)}}
    form = PostponeForm(request.POST or None, cleanup=cleanup, **start)
    words = {"title": _("Move the clean-up to another day"), "done": _("Clean-up moved")}
    return _form(request, cleanup, form, cleanup.postpone, **words)


def cleanup_cancel(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_run(request.user))
    words: dict[str, Any] = {"title": _("Cancel this clean-up?"), "done": _("Clean-up cancelled")}
    lead = _("Everybody who was called is told, with the reason.")
    return _form(request, cleanup, CancelForm(request.POST or None), cleanup.cancel, lead=lead, **words)


def cleanup_decide(request: HouseRequest, slug: str, original_on: datetime.date) -> HttpResponse:
    cleanup = _cleanup(request, slug, original_on)
    require(cleanup.can_manage(request.user))
    start = {"year": cleanup.on.year, "initial": {"day": _proposal(cleanup)}}
    form = DecideForm(request.POST or None, cleanup=cleanup, **start)
    words = {"title": _("Decide about the clean-up on a holiday"), "done": _("Decision saved")}
    lead = _("%(day)s: %(reason)s. Nobody is told before you decide.") % {
        "day": weekday_date(cleanup.on, today()),
        "reason": cleanup.reason.rstrip("."),
    }
    return _form(request, cleanup, form, cleanup.decide, lead=lead, **words)


# ---- parts ------------------------------------------------------------------------------------------
def _cleanup(request: HouseRequest, slug: str, original_on: datetime.date) -> Cleanup:
    rows = Cleanup.objects.visible_to(request.user).for_list().select_related(None)
    joined = rows.select_related("street__lead_unit", "street__undertaking", "series__lead_unit", "closed_by")
    cleanup = get_object_or_404(joined, street__slug=slug, original_on=original_on)
    show_year(request, cleanup.campaign)
    return cleanup


def _form(request: HouseRequest, cleanup: Cleanup, form: Any, act: Any, **words: str) -> HttpResponse:
    to, label = cleanup.get_absolute_url(), str(cleanup)
    return form_page(request, form, act, to=to, up=(label, to), **words)


def _urls(cleanup: Cleanup) -> dict[str, str]:
    verbs = ("confirm", "open", "tally", "count", "close", "reopen", "postpone", "cancel", "decide")
    return {verb: cleanup.url_of(verb) for verb in verbs}


def _proposal(cleanup: Cleanup) -> datetime.date | None:
    if cleanup.campaign is None:
        return None
    return cleanup.proposed_day(cleanup.campaign, calendar_for(cleanup.ward_id, cleanup.on, cleanup.on))


def _told(cleanup: Cleanup) -> list[str] | None:
    """Who was told of the last change of plan, by name; None when nothing was to tell."""
    kinds = [f"beautification.cleanup.{what}" for what in ("postponed", "cancelled", "restored")]
    events = Event.objects.about(cleanup).filter(kind__in=kinds)
    if (event := events.order_by("-pk").first()) is None:
        return None
    rows = event.messages.filter(channel=Channel.IN_APP, ward_id=cleanup.ward_id).select_related("user")
    return sorted({str(row.user) for row in rows})


def _counts(cleanup: Cleanup) -> list[dict[str, Any]]:
    """A line per unit: how many, and where the number comes from. Only numbers of the spot can be tapped."""
    lines = []
    rows = list(cleanup.counts().select_related("unit"))
    for unit in cleanup.units_to_count():
        own = [row for row in rows if row.unit_id == (unit.pk if unit else None)]
        by_hand = next((row for row in own if row.source in MANUAL), None)
        scans = sum(row.count for row in own if row.source == TurnoutSource.SCAN)
        lines.append(
            {
                "name": str(unit.pk if unit else 0),
                "label": unit.name if unit else _("Not by unit"),
                "count": by_hand.count if by_hand else 0,
                "total": (by_hand.count if by_hand else 0) + scans,
                "is_known": bool(own),
                "is_nearly": any(row.exactness == Exactness.NEARLY for row in own),
                "note": ", ".join(row.get_source_display() for row in own),
                "may_tap": by_hand is None or by_hand.source == TurnoutSource.HAND,
            }
        )
    return lines


def _of_tab(rows: Any, tab: str, day: datetime.date) -> Any:
    if tab == "done":
        return rows.done_by(day)
    if tab == "coming":
        return rows.coming().filter(on__gte=today())
    if tab == "unclosed":
        return rows.unfinished().filter(on__lt=today())
    return rows.filter(state=CleanupState.CANCELLED) if tab == "cancelled" else rows


def _tabs(current: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "coming": _("Coming"),
        "unclosed": _("Not closed yet"),
        "done": _("Closed sessions"),
        "cancelled": _("Cancelled"),
    }
    return [{"label": label, "code": code, "is_current": code == current} for code, label in labels.items()]
