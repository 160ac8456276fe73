import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from beautification.choices import COMING, MANUAL, UNFINISHED, CleanupState, Exactness, TurnoutSource
from beautification.figures import reading
from beautification.filters import CLEANUPS, CleanupFilter
from beautification.forms import (
    CancelForm,
    CleanupNewForm,
    CloseForm,
    CountForm,
    DecideForm,
    PaperForm,
    PostponeForm,
    ReopenForm,
)
from beautification.models import Cleanup, Street
from beautification.models.calls import calls, missing
from beautification.models.checkin import repeated
from beautification.models.cleanup import Slot
from beautification.models.street import can_manage_streets
from beautification.reminders import decider_of, spoken
from campaigns.middleware import show_year, takes_lists, year_of_request
from core import past
from core.dates import weekday_date
from core.http import HouseRequest
from core.models import StateChanged, today
from core.pages import attempt, day_asked, form_page, page_of
from core.qr import drawn
from core.text import number
from deadlines.models import calendar_for
from notifications import rules
from notifications.choices import Channel
from notifications.models import Event

PAPER_DAYS = datetime.timedelta(days=14)


def cleanup_list(request: HouseRequest) -> HttpResponse:
    """The year's clean-ups. With `on`: those that were done at the end of that day."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = Cleanup.objects.visible_to(request.user).of_campaign(campaign)
    filters = CleanupFilter(request.GET, rows, request=request, campaign=campaign)
    tab = filters.asked("state") or ("done" if day else "")
    listed = _of_tab(filters.qs, tab, day or today()).for_list()
    page = page_of(request, listed.order_by("on", "id") if tab == "undecided" else listed, table=CLEANUPS)
    context = {"page": page, "filters": filters, "tab": tab, "day": day, "tabs": _tabs(tab)}
    context["may_enter"] = tab == "unclosed" and may_enter_paper(request.user, campaign)
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


def cleanup_detail(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup, user = cleanup_of(request, slug, slot), request.user
    may_run = cleanup.can_run(user)
    lines = calls(cleanup) if cleanup.state in COMING else []
    context = {
        "cleanup": cleanup,
        "rows": _counts(cleanup),
        "steps": cleanup.transitions.filter(on__lte=past.current().on or today()).select_related("by"),
        "is_today": cleanup.on <= today(),
        "is_unfinished": cleanup.state in UNFINISHED,
        "is_coming": cleanup.state in COMING,
        "may_answer": may_answer(user, cleanup),
        "may_run": may_run,
        "code": _code(cleanup) if may_run else None,
        "calls": lines,
        "missing": missing(lines),
        "pairs": cleanup.photo_pairs.prefetch_related("photos"),
        "may_manage": cleanup.can_manage(user),
        "reading": reading(cleanup),
        "told": _told(cleanup),
        "decider": decider_of(cleanup) if cleanup.decider else "",
        "urls": _urls(cleanup),
    }
    if may_run and not cleanup.is_unclosed and not cleanup.needs_decision:
        context |= _texts(cleanup)
    return render(request, "beautification/cleanup_detail.html", context)


@require_POST
def cleanup_confirm(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    attempt(request, cleanup.confirm, _("Clean-up confirmed"))
    return redirect(cleanup)


@require_POST
def cleanup_open(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    attempt(request, cleanup.open, _("Session opened. Count who comes."))
    return redirect(cleanup)


@require_POST
def cleanup_tally(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    """One tap on − or +; the page comes back with the numbers, and htmx takes only these."""
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    name, step = ("more", 1) if "more" in request.POST else ("less", -1)
    units = {str(unit.pk if unit else 0): unit for unit in cleanup.units_to_count()}
    wanted = request.POST.get(name, "")
    if wanted in units:
        attempt(request, lambda by: cleanup.tally(unit=units[wanted], step=step), "")
    return redirect(f"{cleanup.get_absolute_url()}#counts")


def cleanup_count(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    if away := too_late(request, cleanup, [CleanupState.OPEN]):
        return away
    form = CountForm(request.POST or None, cleanup=cleanup, user=request.user)
    words: dict[str, Any] = {"title": _("Enter the numbers"), "done": _("Numbers saved")}

    def write(by: Any, **fields: Any) -> None:
        cleanup.count(**fields)

    return _form(request, cleanup, form, write, **words)


def cleanup_close(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    """Shows what will be written down. A number that changed meanwhile is shown again before it is signed."""
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    if away := too_late(request, cleanup, [CleanupState.OPEN]):
        return away
    total = cleanup.total()
    start = {"total": total, "waste_kg": cleanup.waste_kg, "works": cleanup.works}
    facts: dict[str, Any] = {"count": total, "is_nearly": cleanup.is_nearly, "cancel_url": cleanup.get_absolute_url()}
    form = CloseForm(request.POST or None, initial=start, **facts)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data.pop("total") == str(total):
            attempt(request, cleanup.close, _("Session closed"), **form.cleaned_data)
            return redirect(cleanup)
        messages.warning(request, _("The numbers have changed meanwhile. Look at them once more."))
        form = CloseForm(initial=start | form.cleaned_data, **facts)
    context = {"cleanup": cleanup, "rows": _counts(cleanup), "total": total, "urls": _urls(cleanup), "form": form}
    context |= {"sources": _sources(cleanup), "repeated": repeated(cleanup)}
    context |= {"pairs": cleanup.photo_pairs.prefetch_related("photos")}
    return render(request, "beautification/cleanup_close.html", context)


def cleanup_reopen(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_manage(request.user))
    words: dict[str, Any] = {"title": _("Take it up again"), "done": _("The clean-up is taken up again.")}
    return _form(request, cleanup, ReopenForm(request.POST or None), cleanup.reopen, **words)


def cleanup_postpone(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    if away := too_late(request, cleanup, UNFINISHED):
        return away
    start = {"year": cleanup.on.year, "initial": {"day": _proposal(cleanup), "why": request.GET.get("why")}}
    form = PostponeForm(request.POST or None, cleanup=cleanup, **start)
    words = {"title": _("Move the clean-up to another day"), "done": _("Clean-up moved")}
    return _form(request, cleanup, form, cleanup.postpone, **words)


def cleanup_cancel(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    if away := too_late(request, cleanup, UNFINISHED):
        return away
    words: dict[str, Any] = {"title": _("Cancel this clean-up?"), "done": _("Clean-up cancelled")}
    lead = _("Everybody who was called is told, with the reason.")
    return _form(request, cleanup, CancelForm(request.POST or None), cleanup.cancel, lead=lead, **words)


def cleanup_decide(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_manage(request.user))
    start = {"year": cleanup.on.year, "initial": {"day": _proposal(cleanup)}}
    form = DecideForm(request.POST or None, cleanup=cleanup, **start)
    words = {"title": _("Decide about the clean-up on a holiday"), "done": _("Decision saved")}
    lead = _("%(day)s: %(reason)s. Nobody is told before you decide.") % {
        "day": weekday_date(cleanup.on, today()),
        "reason": cleanup.reason.rstrip("."),
    }
    return _form(request, cleanup, form, cleanup.decide, lead=lead, **words)


def may_answer(user: Any, cleanup: Cleanup) -> access.Decision:
    """Say how many of a unit come: its head or its team, for all units the officer."""
    if cleanup.campaign is None:
        return access.denied(_("On this day the street belongs to no campaign year."))
    own = access.units_for(user, Permission.CLEANUP_RUN)
    if own is not None and not own:
        return access.denied(_("Who comes is said by the head of a unit, or by somebody of its team."))
    return cleanup.campaign.can_change()


def _code(cleanup: Cleanup) -> dict[str, Any] | None:
    """The code that people scan or type, with its picture; None where nobody checks in now."""
    if cleanup.state != CleanupState.OPEN or cleanup.on != today():
        return None
    code = cleanup.codes.filter(ended_at=None).first()
    if code is None:
        return None
    return {
        "digits": code.digits,
        "qr": drawn(code.address),
        "page": f"{settings.BASE_URL}{reverse('beautification:checkin_find')}",
    }


def _texts(cleanup: Cleanup) -> dict[str, str]:
    """For the group and for the loudspeaker: what takes place, or what has changed and why."""
    if cleanup.state == CleanupState.CANCELLED and cleanup.on >= today():
        line = rules.line("beautification.cleanup.cancelled", cleanup)
        to_copy = rules.text_to_copy(line, cleanup.get_absolute_url(), cleanup.ward)
    else:
        to_copy = rules.to_copy("beautification.cleanup.coming", cleanup, cleanup.on, cleanup.ward)
    return {"to_copy": to_copy, "spoken": spoken(cleanup)} if to_copy else {}


def cleanup_paper(request: HouseRequest) -> HttpResponse:
    """On Monday: the paper lists of the last days in one grid. Closing stays an act of its own, with its question."""
    campaign = year_of_request(request)
    rows = Cleanup.objects.visible_to(request.user).of_campaign(campaign).unfinished().decided()
    recent = rows.filter(on__range=(today() - PAPER_DAYS, today())).for_list().order_by("on", "pk")
    cleanups = [cleanup for cleanup in recent if cleanup.can_run(request.user)]
    require(may_enter_paper(request.user, campaign))
    form = PaperForm(request.POST or None, cleanups=cleanups)
    if request.method == "POST" and form.is_valid():
        written = [cleanup for cleanup in cleanups if _write_paper(request, form, cleanup)]
        if written:
            messages.success(request, _("Numbers saved. Look at each sum, then close the session."))
        return redirect(f"{reverse('beautification:cleanup_list')}?state=unclosed")
    return render(request, "beautification/cleanup_paper.html", {"form": form, "cleanups": cleanups})


def may_enter_paper(user: Any, campaign: Any) -> access.Decision:
    return campaign.can_change() and access.can(user, Permission.CLEANUP_RUN)


def _write_paper(request: HouseRequest, form: PaperForm, cleanup: Cleanup) -> bool:
    counts = form.counts_of(cleanup)
    if not counts:
        return False

    def write(by: Any) -> None:
        with transaction.atomic():
            if cleanup.state != CleanupState.OPEN:
                cleanup.open(by=by)
            cleanup.count(counts=counts, source=TurnoutSource.PAPER)

    return attempt(request, write, "")


# ---- parts ------------------------------------------------------------------------------------------
def cleanup_of(request: HouseRequest, slug: str, slot: Slot) -> Cleanup:
    rows = Cleanup.objects.visible_to(request.user).for_list().select_related(None)
    joined = rows.select_related(
        "street__lead_unit", "street__undertaking", "series__lead_unit", "lead_unit", "closed_by"
    )
    cleanup = get_object_or_404(joined, street__slug=slug, original_on=slot.original_on, part=slot.part)
    show_year(request, cleanup.campaign)
    return cleanup


def too_late(request: HouseRequest, cleanup: Cleanup, states: Collection[str]) -> HttpResponse | None:
    """Away from the form of a step that is not possible any more: the clean-up's page says why. What was typed before
    somebody else took the step is refused by the verb, beside it."""
    if request.method == "POST" or cleanup.state in states:
        return None
    messages.error(request, str(StateChanged(cleanup, cleanup.state)))
    return redirect(cleanup)


def _form(request: HouseRequest, cleanup: Cleanup, form: Any, act: Any, **words: str) -> HttpResponse:
    to, label = cleanup.get_absolute_url(), str(cleanup)
    return form_page(request, form, act, to=to, up=(label, to), **words)


def _urls(cleanup: Cleanup) -> dict[str, str]:
    verbs = [
        "confirm",
        "open",
        "tally",
        "count",
        "close",
        "reopen",
        "postpone",
        "cancel",
        "decide",
        "needs",
        "reply",
        "lead",
        "code",
        "scans",
        "sheet",
        "photo",
    ]
    return {verb: cleanup.url_of(verb) for verb in verbs}


def _proposal(cleanup: Cleanup) -> datetime.date | None:
    if cleanup.campaign is None:
        return None
    return cleanup.proposed_day(cleanup.campaign, calendar_for(cleanup.ward_id, cleanup.on, cleanup.on))


def _told(cleanup: Cleanup) -> dict[str, list[str]] | None:
    """Who was told of the last change of plan, by name, and by what; None when nothing was to tell."""
    kinds = [f"beautification.cleanup.{what}" for what in ("postponed", "cancelled", "restored")]
    events = Event.objects.about(cleanup).filter(kind__in=kinds)
    if (event := events.order_by("-pk").first()) is None:
        return None
    told: dict[str, set[str]] = {}
    for row in event.messages.filter(ward_id=cleanup.ward_id).select_related("user").order_by("channel"):
        told.setdefault(str(Channel(row.channel).label), set()).add(str(row.user))
    return {channel: sorted(names) for channel, names in told.items()}


def _sources(cleanup: Cleanup) -> list[tuple[str, int]]:
    """How many by each way of counting; they are never mixed."""
    rows = cleanup.counts().values_list("source").annotate(total=Sum("count")).order_by("source")
    found = dict(rows)
    return [(str(label), found[source]) for source, label in TurnoutSource.choices if source in found]


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
                "count": (by_hand.count if by_hand else 0) + scans,
                "total": (by_hand.count if by_hand else 0) + scans,
                "is_known": bool(own),
                "is_nearly": any(row.exactness == Exactness.NEARLY for row in own),
                "note": ", ".join(_source(row, is_only=len(own) == 1) for row in own),
                "is_late": any(row.entered_on and row.entered_on > cleanup.on for row in own),
                "may_tap": by_hand is None or by_hand.source == TurnoutSource.HAND,
            }
        )
    return lines


def _source(row: Any, *, is_only: bool) -> str:
    """How a number was counted; with the number itself where a unit has two."""
    label = str(row.get_source_display())
    return label if is_only and row.source != TurnoutSource.SCAN else f"{number(row.count)} {label}"


def _of_tab(rows: Any, tab: str, day: datetime.date) -> Any:
    if tab == "done":
        return rows.done_by(day)
    if tab == "coming":
        return rows.coming().filter(on__gte=today())
    if tab == "undecided":
        return rows.undecided()
    if tab == "unclosed":
        return rows.unfinished().filter(on__lt=today())
    return rows.filter(state=CleanupState.CANCELLED) if tab == "cancelled" else rows


def _tabs(current: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "coming": _("Coming"),
        "undecided": _("To decide"),
        "unclosed": _("Not closed yet"),
        "done": _("Closed sessions"),
        "cancelled": _("Cancelled"),
    }
    return [{"label": label, "code": code, "is_current": code == current} for code, label in labels.items()]
