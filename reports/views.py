"""Dashboards, a unit's page, today's page, reports, and a ward's public first page with its feed and sitemap."""

import datetime
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import Permission
from accounts.models import Unit, Ward
from accounts.reading import shows_households
from accounts.throttle import address as address_of
from beautification.choices import CleanupState
from beautification.models import Cleanup
from campaigns.forms.campaign import ReasonForm
from campaigns.middleware import year_of_request
from core import ical, lookup, opening, past
from core.dates import WEEKDAYS_SHORT, parse_date
from core.figures import Scope, all_figures
from core.filters import EVERY, nothing_ticked, unticked
from core.http import HouseRequest
from core.jobs import CanNot
from core.listing import hand_over, list_at
from core.models import today
from core.pages import attempt, day_asked, form_page, page_of
from core.periods import MONTHS, Span
from core.text import nfc
from models_registry.choices import UpwardTable
from notifications.kept import kept
from notifications.models import Event, Job
from notifications.querysets import MOST_TOLD
from publicity.models import Article, Posting
from publicity.views.public import FRESH, public_page
from reports import actions, calendar, comparison, dashboards, exports, feeds, narrative, sums, versions
from reports.choices import PERIOD_KINDS, AnnexCode, ReportKind, ReportState
from reports.dashboards import Board
from reports.filters import (
    FIGURES,
    FIGURES_ABOUT,
    REPORTS,
    WORK,
    CalendarFilter,
    FigureFilter,
    PeriodFilter,
    annex_table,
    figure_lines,
    periods_table,
)
from reports.forms import ExportForm, NumberForm, OverrideForm, ReportForm, SendForm, SignForm, WordingForm
from reports.models import CalendarFeed, PeriodRule, Report, ReportOverride, ReportText
from reports.sentences import without

# What of a report's log is told to those alone who write, check and sign.
OF_THE_DESK = [f"reports.report.{step}" for step in ("sent_back", "overruled", "counted_again")]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _board(request: HouseRequest, unit: Unit | None = None) -> Board:
    campaign = year_of_request(request, row_exists=unit is not None)
    return Board(request.user, campaign, dashboards.day_of(campaign, request.GET.get("on", "")), unit)


@require_safe
def overview(request: HouseRequest) -> HttpResponse:
    """The ward's overview; who does not follow the whole ward goes to their own first page."""
    if not access.is_ward_wide(request.user, Permission.WARD_READ):
        return redirect("landing")
    board = _board(request)
    context = {"on": board.on, "may_write": access.can(request.user, Permission.REPORT_EDIT)}
    context |= {"may_remind": actions.can_remind(request.user, board.campaign) and not past.current().is_past}
    if access.can(request.user, Permission.REFERENCE_EDIT):
        context["lacks"] = [lack for step in opening.steps(request.user, request.ward) for lack in step.lacks]
    return render(request, "reports/overview.html", dashboards.ward_board(board) | context)


@require_safe
def work_list(request: HouseRequest) -> HttpResponse:
    """All that the overview says is to deal with; with `of=units` all that units are behind on."""
    access.require(access.can(request.user, Permission.WARD_READ))
    board = _board(request)
    of = request.GET.get("of", "")
    if of not in {"", "units"}:
        raise Http404
    work = dashboards.units_behind(board) if of else dashboards.ward_work(board)
    hand_over(request, work, WORK)
    may_remind = of and actions.can_remind(request.user, board.campaign) and not past.current().is_past
    context = {"work": work, "on": board.on, "of": of, "may_remind": may_remind}
    if may_remind:
        context["open_count"] = sum(item.reminded_on != today() for item in work)
    return render(request, "reports/work_list.html", context)


@require_POST
def work_remind(request: HouseRequest) -> HttpResponse:
    """Remind the units of one thing that they are behind on (`item`), or of all of them."""
    board = _board(request)
    access.require(actions.can_remind(request.user, board.campaign))
    wanted = request.POST.get("item")
    items = [item for item in dashboards.units_behind(board) if item.key and wanted in (None, item.key)]

    def said(count: int) -> str:
        if not count:
            return _("Nothing to remind of: it is done, or the unit was reminded today.")
        return ngettext("Reminded of %(n)d thing.", "Reminded of %(n)d things.", count) % {"n": count}

    attempt(request, actions.remind, said, items=items, campaign=board.campaign)
    if request.POST.get("back") == "overview":
        return redirect("reports:overview")
    return redirect(f"{reverse('reports:work_list')}?of=units")


@require_safe
def unit_dashboard(request: HouseRequest, slug: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), slug=slug)
    if not access.is_ward_wide(request.user, Permission.WARD_READ):
        access.require(access.can(request.user, Permission.TASK_REPORT, unit=unit))
    board = _board(request, unit)
    context = {"unit": unit, "on": board.on, "may_compare": access.can(request.user, Permission.REPORT_READ)}
    return render(request, "reports/unit_dashboard.html", dashboards.unit_board(board) | context)


@require_safe
def today_page(request: HouseRequest) -> HttpResponse:
    """My work today: what waits for me and what takes place this week."""
    board = _board(request)
    items = board.items(7)
    work = dashboards.mine(board, items)
    events = [item for item in items if item.kind == "event"]
    return render(request, "reports/today.html", {"work": work, "events": events, "on": board.on})


@require_safe
def calendar_page(request: HouseRequest) -> HttpResponse:
    """A month, a week or a year: of one's own work, of a unit, or of the whole ward."""
    campaign, sheet, unit = year_of_request(request), _sheet(request), _unit_asked(request)
    of_ward = not unit and request.GET.get("of") == "ward"
    if of_ward:
        access.require(access.can(request.user, Permission.WARD_READ))
    whose = {"unit": unit.slug} if unit else {"of": "ward"} if of_ward else {}
    show, asked = calendar.of_ward if of_ward else calendar.own, (request.user, campaign, *sheet.grid)
    filters = CalendarFilter(request.GET, Unit.objects.none(), request=request)
    items = filters.narrow(calendar.of_unit(*asked, unit) if unit else show(*asked))
    days = calendar.days_of(sheet, campaign.ward_id, items)
    on = past.current().on or today()
    context = {
        "sheet": sheet,
        "days": days,
        "months": calendar.months(days) if sheet.view == "year" else [],
        "week_names": WEEKDAYS_SHORT,
        "on": on,
        "unit": unit,
        "of_ward": of_ward,
        "filters": filters,
        "links": _calendar_links(request, sheet, whose, filters.narrowing),
        "overdue": [item for item in items if item.is_overdue(on) and item.due_on < sheet.grid[0] <= on],
    }
    return render(request, "reports/calendar.html", context)


def _calendar_links(
    request: HouseRequest, sheet: calendar.Sheet, whose: dict[str, str], narrowed: dict[str, str]
) -> dict[str, Any]:
    """Where the page leads: whose calendar, how much of it, and which days."""

    def address(view: str, day: Any, of: dict[str, str]) -> str:
        return day and f"?{urlencode(of | narrowed | {'view': view, 'day': f'{day:%Y-%m-%d}'})}"

    scopes: list[tuple[Any, dict[str, str]]] = [(_("My own"), {})]
    units = {unit.slug: str(unit) for unit in Unit.objects.visible_to(request.user).of_member(request.user)}
    if asked := whose.get("unit"):
        units.setdefault(asked, str(Unit.objects.visible_to(request.user).get(slug=asked)))
    scopes += [(name, {"unit": slug}) for slug, name in units.items()]
    if access.is_ward_wide(request.user, Permission.WARD_READ):
        scopes.append((_("The whole ward"), {"of": "ward"}))
    return {
        "scopes": [(label, address(sheet.view, sheet.day, of), of == whose) for label, of in scopes],
        "views": [
            (label, address(view, sheet.day, whose), view == sheet.view) for view, label in calendar.VIEWS.items()
        ],
        "before": address(sheet.view, sheet.beside(-1), whose),
        "after": address(sheet.view, sheet.beside(1), whose),
        "today": address(sheet.view, today(), whose),
        "week": f"?{urlencode(whose | narrowed | {'view': 'week'})}&day=",
        "month": f"?{urlencode(whose | narrowed | {'view': 'month'})}&day=",
    }


@never_cache
@require_http_methods(["GET", "POST"])
def calendar_feed(request: HouseRequest) -> HttpResponse:
    """One's own calendar on the phone: a new address, told once."""
    year_of_request(request)
    address = ""
    if request.method == "POST":
        secret = CalendarFeed.begin(by=request.user, ward=request.ward)
        address = ical.address(reverse("reports:public_calendar", args=[request.ward.slug, secret]))
    feed = CalendarFeed.objects.of(request.user, request.ward).first()
    return render(request, "reports/calendar_feed.html", {"feed": feed, "address": address})


@require_POST
def calendar_feed_end(request: HouseRequest) -> HttpResponse:
    if CalendarFeed.objects.of(request.user, request.ward).end():
        messages.success(request, _("The address is ended. Phones that know it get nothing any more."))
    return redirect("reports:calendar_feed")


@login_not_required
@require_safe
def public_calendar(request: HouseRequest, ward: str, secret: str) -> HttpResponse:
    """A person's calendar, for whoever knows its address: the person's phone."""
    if ical.asked_too_often(address_of(request)):
        return ical.wait()
    place = get_object_or_404(Ward, slug=ward)
    live = CalendarFeed.objects.filter(ward=place).live().select_related("user", "ward")
    feed = get_object_or_404(live, secret_hash=CalendarFeed.hashed(secret))
    if not feeds.may_read(feed):
        raise Http404
    return ical.response(request, feeds.calendar_of(feed), "lich", is_public=False)


@require_safe
def search_page(request: HouseRequest) -> HttpResponse:
    """One search over everything that the person may see."""
    words = nfc(request.GET.get("q", "")).strip()[:100]
    is_short = len(words) < lookup.SHORTEST
    groups = [] if is_short else lookup.search(lookup.Ask(request.user, request.campaign or None, words))
    shows_households(request)
    near = "”, “".join(dict.fromkeys(group.words for group in groups if group.is_near))
    context = {"words": words, "is_short": is_short, "groups": groups, "near": near}
    return render(request, "reports/search.html", context)


def _sheet(request: HouseRequest) -> calendar.Sheet:
    """What the address asks for; without a day today, or the nearest day of the year that one works in."""
    view, text, year = request.GET.get("view") or "month", request.GET.get("day", ""), year_of_request(request)
    day = parse_date(text, year.year) if text else min(max(today(), year.opens_on), year.closes_on)
    if view not in calendar.VIEWS or day is None:
        raise Http404(_("The address names no day."))
    return calendar.Sheet(view, day)


def _unit_asked(request: HouseRequest) -> Unit | None:
    """The unit of the address: any for those who follow the whole ward, else one's own."""
    if not request.GET.get("unit"):
        return None
    unit = get_object_or_404(Unit.objects.visible_to(request.user), slug=request.GET["unit"])
    if unit.pk not in access.grants(request.user).unit_ids:
        access.require(access.can(request.user, Permission.WARD_READ))
    return unit


@require_safe
def figure_list(request: HouseRequest) -> HttpResponse:
    """Every figure of the year: its definition, its value on the day, and the way to its rows."""
    access.require(access.can(request.user, Permission.REPORT_READ))
    board = _board(request)
    is_wide = access.is_ward_wide(request.user, Permission.WARD_READ)
    scope = board.scope if is_wide else replace(board.scope, user=None)  # sums of the ward, as reports tell them
    filters = FigureFilter(request.GET, Unit.objects.none(), request=request)
    figures = {key: figure for key, figure in all_figures().items() if key in filters.keys}

    def values() -> dict[str, Any]:
        told = {key: figure.value(scope, board.on) for key, figure in figures.items()}
        return {"as_of": timezone.now(), "values": told}

    about = tuple(filters.narrowing.values())
    found = kept("figures", request.user, values, scope.campaign.pk, board.on, board.alone, about, filters.refused)
    rows = [(figure, found["values"][key]) for key, figure in figures.items()]
    if not is_wide:
        rows = [(figure, narrative.without_address(value)) for figure, value in rows]
    hand_over(request, figure_lines(rows), FIGURES)
    context = {"rows": rows, "on": board.on, "filters": filters, "as_of": found["as_of"]}
    return render(request, "reports/figure_list.html", context)


@require_safe
def figure_compare(request: HouseRequest) -> HttpResponse:
    """Every figure of a period, of the ward or of a unit, beside the period before and the same one a year earlier."""
    access.require(access.can(request.user, Permission.REPORT_READ))
    unit = _unit_asked(request)
    board, kind = _board(request, unit), request.GET.get("kind") or "month"
    if kind not in MONTHS:
        raise Http404(_("The address names no period."))
    may_open = unit is not None or access.is_ward_wide(request.user, Permission.WARD_READ)
    scope = board.scope if may_open else replace(board.scope, user=None)
    spans = comparison.periods(kind, board.on, PeriodRule.objects.closes_on(request.ward.pk, board.on))
    filters = PeriodFilter(request.GET, Unit.objects.none(), request=request)
    keys, about = filters.keys, filters.narrowing

    def values() -> dict[str, Any]:
        return {"as_of": timezone.now(), "columns": [comparison.told(scope, span, board.on, keys) for span in spans]}

    found = kept("compared", request.user, values, scope.campaign.pk, board.on, kind, board.alone, about, len(keys))
    lines = list(comparison.lines(found["columns"], keys))
    if unit is not None:  # much is counted of the ward alone
        lines = [line for line in lines if any(value.value is not None for value in line.values)]
    if not may_open:
        lines = [replace(line, values=list(map(narrative.without_address, line.values))) for line in lines]
    hand_over(request, lines, periods_table(spans))
    parts = [(label, [line for line in lines if line.figure.about == of]) for of, label in FIGURES_ABOUT.items()]
    context = {"lines": lines, "spans": spans, "on": board.on, "is_running": board.on < spans[0].last, "unit": unit}
    context |= {"parts": [(label, found) for label, found in parts if found], "filters": filters}
    links = _period_links(board, kind, spans[0], about)
    return render(request, "reports/figure_compare.html", context | links | {"as_of": found["as_of"]})


def _period_links(board: Board, kind: str, span: Span, about: dict[str, str]) -> dict[str, Any]:
    """To the other kinds of periods of the day, and to the periods beside this one, the next as far as it has begun."""

    def address(of: str, on: datetime.date) -> str:
        return f"?{urlencode({'year': board.campaign.year, 'kind': of, 'on': on.isoformat()} | about)}"

    last = min(today(), board.campaign.closes_on)
    return {
        "kinds": [(PERIOD_KINDS[of], address(of, board.on), of == kind) for of in MONTHS],
        "before": address(kind, span.before.last),
        "after": address(kind, min(span.after.last, last)) if span.after.first <= last else "",
    }


@require_safe
def figure_rows(request: HouseRequest, key: str) -> HttpResponse:
    """The rows that fell into the days from `first=` to `on=`: what a period's number counts, and nothing else."""
    access.require(access.can(request.user, Permission.REPORT_READ))
    unit = _unit_asked(request)
    if unit is None:
        access.require(access.can_in_ward(request.user, Permission.WARD_READ))
    figure, first, last = all_figures().get(key), day_asked(request, "first"), day_asked(request)
    if figure is None or not figure.is_flow or first is None or last is None or first > last:
        raise Http404
    scope = Scope(ward=request.ward, campaign=year_of_request(request), unit=unit, user=request.user)
    value = narrative.ask(key, scope, last, Span("free", first, last))
    code = request.GET.get("part", "")
    if code and code not in (value.parts or {}):
        raise Http404
    value = value.parts[code] if code and value.parts else value
    if value.value is not None and (not value.url or value.rows is None):
        raise Http404  # it has no way to its rows
    rows: Any = [] if value.rows is None or not value.url else value.rows.order_by("pk")
    page = page_of(request, rows)
    context = {"figure": figure, "value": value, "rows": page, "first": first, "last": last, "unit": unit}
    context["is_sum"] = value.value != page.paginator.count  # minutes or pieces, of fewer rows
    return render(request, "reports/figure_rows.html", context)


@require_safe
def annex_list(request: HouseRequest) -> HttpResponse:
    """The tables that go up with a report, 01 to 07."""
    access.require(access.can_in_ward(request.user, Permission.WARD_READ))
    year_of_request(request)
    return render(request, "reports/annex_list.html", {"rows": [(code, annex_url(code)) for code in AnnexCode]})


def annex_url(code: AnnexCode) -> str:
    of_models = "models_registry:upward_table" if code in UpwardTable.values else ""
    return reverse(of_models or "reports:annex_detail", args=[code.value])


@require_safe
def annex_detail(request: HouseRequest, code: str) -> HttpResponse:
    """A table of a day: 05, 06 or 07. Those of the models have their own pages."""
    access.require(access.can_in_ward(request.user, Permission.WARD_READ))
    if code not in AnnexCode.values or code in UpwardTable.values:
        raise Http404
    board = _board(request)
    scope = Scope(ward=request.ward, campaign=board.campaign, user=request.user)
    table = narrative.annex_of(AnnexCode(code), scope, board.on)
    hand_over(request, table.all_lines, annex_table(table))
    context = {"annex": table, "on": board.on, "label": AnnexCode(code).label}
    return render(request, "reports/annex_detail.html", context)


@require_safe
def report_list(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REPORT_READ))
    reports = Report.objects.visible_to(request.user).filter(campaign=year_of_request(request)).for_list()
    hand_over(request, reports, REPORTS)
    return render(
        request,
        "reports/report_list.html",
        {"reports": reports, "may_write": _may_write(request), "may_see_texts": _may_see_texts(request)}
        | {"may_see_tables": access.can_in_ward(request.user, Permission.WARD_READ)},
    )


def _may_write(request: HouseRequest) -> access.Decision:
    return access.can(request.user, Permission.REPORT_EDIT) and request.campaign.can_change()


@require_http_methods(["GET", "POST"])
def report_new(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REPORT_EDIT))
    campaign = year_of_request(request)
    access.require(campaign.can_change())
    day = min(today(), campaign.closes_on)
    kind = request.GET.get("kind") or ReportKind.MONTH
    if kind not in ReportKind.values:
        raise Http404
    report = Report.objects.following(campaign, day, kind, PeriodRule.objects.closes_on(campaign.ward_id, day))
    return _edit(request, report, _("Write a report"))


@require_http_methods(["GET", "POST"])
def report_edit(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_edit(request.user))
    return _edit(request, report, _("Change the wording"))


def _edit(request: HouseRequest, report: Report, title: str, words_of: Report | None = None) -> HttpResponse:
    back = report.get_absolute_url() if report.pk else ""
    shown: dict[str, Any] = {"words_of": words_of or report, "cancel_url": back}
    form = ReportForm(request.POST or None, instance=report, campaign=report.campaign, **shown)
    if form.is_valid():
        write = partial(form.instance.write, words=form.words)
        if attempt(request, write, _("Wording saved"), form=form):
            return redirect(form.instance)
    return render(request, "reports/report_edit.html", {"form": form, "report": report, "page": title})


@require_safe
def report_detail(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    user = request.user
    paper = narrative.compose(report, _scope(request, report))
    if not access.is_ward_wide(user, Permission.WARD_READ):
        paper = narrative.without_sources(paper)
    may = ["edit", "hand_in", "check", "send_back", "sign", "number", "send", "withdraw", "replace"]
    context: dict[str, Any] = {"report": report, "paper": paper, "way": versions.way_of(report)}
    context["may"] = {name: getattr(report, f"can_{name}")(user) for name in may}
    if report.is_signed and (now := narrative.changes(report, _whole(report))):
        context |= {"now": now, "paper": narrative.beside(paper, now)}
    context["texts"] = narrative.texts_of(report) if context["may"]["edit"] else []
    context["may_read_register"] = access.can(user, Permission.DOCUMENT_READ)
    if context["may"]["check"] or context["may"]["sign"]:
        context["odd"] = sums.odd_sums(narrative.freeze(report, _whole(report))[1])
        context["is_added_up"] = True
    context["by_hand"] = _by_hand(report) if access.is_ward_wide(user, Permission.WARD_READ) else []
    sent_back = report.versions.defer("paper").last()
    drafts = report.can_read_drafts(user)
    context |= {"has_versions": bool(drafts and (report.replaces or sent_back)), "replacement": None}
    told = Event.objects.about(report)
    context["events"] = told[: MOST_TOLD + 1] if drafts else told.exclude(kind__in=OF_THE_DESK)[: MOST_TOLD + 1]
    if report.state == ReportState.DRAFT:
        context["returned"] = sent_back
    elif report.state == ReportState.WITHDRAWN:
        context["replacement"] = Report.objects.visible_to(user).filter(replaces=report).first()
    return render(request, "reports/report_detail.html", context)


def _by_hand(report: Report) -> list[Any]:
    """Numbers that somebody entered, each with what it is of."""
    rows: Any = report.figures.exclude(reason="") if report.is_signed else report.overrides.all()
    found: list[Any] = list(rows.select_related("by"))
    for row in found:
        figure = narrative.counted(report, _whole(report), row.key)
        row.words = figure.label if figure else row.key
    return found


@require_http_methods(["GET", "POST"])
def report_wording(request: HouseRequest, pk: int, code: str) -> HttpResponse:
    """The sentences of one section, for this report alone."""
    report = _report(request, pk)
    access.require(report.can_edit(request.user))
    text = next((text for text in narrative.texts_of(report) if text.code == code), None)
    if text is None:
        raise Http404
    form = WordingForm(request.POST if request.method == "POST" else None, initial={"lines": text.lines})

    def reword(by: Any, lines: str, as_usual: bool) -> None:
        report.reword(by=by, code=code, lines=None if as_usual else lines.splitlines())

    words: dict[str, Any] = {"title": str(text), "done": _("Wording saved")}
    return form_page(request, form, reword, **_at(report), **words)


@require_POST
def report_leave_out(request: HouseRequest, pk: int) -> HttpResponse:
    """Leave a sentence out of this report: the one of a gap."""
    report = _report(request, pk)
    access.require(report.can_edit(request.user))
    code, _colon, mark = request.POST.get("sentence", "").partition(":")
    text = next((text for text in narrative.texts_of(report) if text.code == code), None)
    if text is None:
        raise Http404
    if (left := without(text.sentences, mark)) is None:
        messages.info(request, _("The sentence does not stand in this report any more."))
    else:
        attempt(request, report.reword, _("The sentence is left out of this report."), code=code, lines=left)
    return redirect(report)


@require_http_methods(["GET", "POST"])
def report_number_own(request: HouseRequest, pk: int, key: str) -> HttpResponse:
    """Another number than the computed one, for this report alone."""
    report = _report(request, pk)
    access.require(report.can_edit(request.user))
    if (counted := narrative.counted(report, _whole(report), key)) is None:
        raise Http404
    own = report.overrides.filter(key=key).first() or ReportOverride(ward=request.ward, report=report, key=key)
    own.computed = counted.value
    form = OverrideForm(request.POST or None, instance=own)

    def overrule(by: Any, as_computed: bool = False, **_fields: Any) -> None:
        if as_computed:
            report.count_again(by=by, key=key)
        else:
            report.overrule(form.instance, by=by)

    number = _("no number yet") if counted.value is None else narrative.two_digits(counted.value)
    lead = _(
        "The portal counts: %(number)s. What you enter stands on the paper; on screen what was counted, who and why."
    )
    words: dict[str, Any] = {
        "title": _("Another number: %(figure)s") % {"figure": counted.label},
        "lead": lead % {"number": number},
        "done": _("Number saved"),
    }
    return form_page(request, form, overrule, **_at(report), **words)


@require_safe
def report_texts(request: HouseRequest) -> HttpResponse:
    """The sentences of all reports, and the facts that may stand in them."""
    access.require(_may_see_texts(request))
    texts = ReportText.objects.in_force(request.ward.pk, today())
    context: dict[str, Any] = {"texts": texts, "is_own": any(text.pk for text in texts)}
    context["figures"] = list(all_figures().values())
    context["may_keep"] = access.can(request.user, Permission.REFERENCE_EDIT)
    return render(request, "reports/report_texts.html", context)


@require_POST
def report_texts_enter(request: HouseRequest) -> HttpResponse:
    """Take the shipped sentences into the ward's own list, to be changed there."""
    access.require(access.can(request.user, Permission.REFERENCE_EDIT))
    ReportText.objects.propose(request.ward.pk)
    messages.success(request, _("The sentences are the ward's own now."))
    return redirect("reports:report_texts")


def _may_see_texts(request: HouseRequest) -> access.Decision:
    may = access.can(request.user, Permission.REPORT_EDIT)
    return may or access.can(request.user, Permission.REFERENCE_EDIT)


@require_POST
def report_hand_in(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_hand_in(request.user))
    attempt(request, report.hand_in, _("Handed in. Whoever checks it is told."))
    return redirect(report)


@require_POST
def report_check(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_check(request.user))
    attempt(request, report.pass_check, _("Checked. Whoever signs it is told."))
    return redirect(report)


@require_http_methods(["GET", "POST"])
def report_send_back(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_send_back(request.user))
    form = ReasonForm(request.POST or None, submit_label=_("Send back"))
    paper = narrative.compose(report, _whole(report))

    def send_back(by: Any, reason: str) -> None:
        report.send_back(by=by, reason=reason, paper=paper)

    lead = _("Say what is to be changed. The text of today is kept beside the changed one.")
    words: dict[str, Any] = {
        "title": _("Send the report back"),
        "lead": lead,
        "done": _("Sent back. Whoever wrote it is told."),
    }
    return form_page(request, form, send_back, **_at(report), **words)


@require_http_methods(["GET", "POST"])
def report_sign(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_sign(request.user))
    paper, figures = narrative.freeze(report, _whole(report))
    odd = [one.sentence for one in sums.odd_sums(figures)]
    form = SignForm(request.POST if request.method == "POST" else None, gaps=len(paper.missing), odd=odd)

    def sign(by: Any) -> None:
        report.sign(by=by, paper=paper, figures=figures)

    lead = _("From then on every word and every figure stays as it is. The records clerk gives the number.")
    words: dict[str, Any] = {
        "title": _("Sign the report?"),
        "lead": lead,
        "done": _("Signed. The records clerk is told."),
    }
    return form_page(request, form, sign, **_at(report), **words)


@require_http_methods(["GET", "POST"])
def report_number(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_number(request.user))
    form = NumberForm(request.POST or None, report=report)
    lead = _("The report goes into the register of documents with this number and this day.")
    words: dict[str, Any] = {"title": _("Give the number"), "lead": lead, "done": _("Number given")}
    return form_page(request, form, report.give_number, **_at(report), **words)


@require_http_methods(["GET", "POST"])
def report_send(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_send(request.user))
    form = SendForm(request.POST or None, report=report)
    lead = _("Send the signed paper to its recipients first, then write down the day.")
    words: dict[str, Any] = {"title": _("The report was sent"), "lead": lead, "done": _("Report recorded as sent")}
    return form_page(request, form, report.send, **_at(report), **words)


@require_http_methods(["GET", "POST"])
def report_withdraw(request: HouseRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    access.require(report.can_withdraw(request.user))
    form = ReasonForm(request.POST or None, submit_label=_("Withdraw the report"), danger=True)
    lead = _("It stays to be read, as withdrawn and with the reason. Whoever wrote it can write one that replaces it.")
    words: dict[str, Any] = {"title": _("Withdraw the report?"), "lead": lead, "done": _("Report withdrawn")}
    return form_page(request, form, report.withdraw, **_at(report), **words)


@require_http_methods(["GET", "POST"])
def report_replace(request: HouseRequest, pk: int) -> HttpResponse:
    """Another report in the place of a withdrawn one, beginning with its words."""
    old = _report(request, pk)
    access.require(old.can_replace(request.user))
    return _edit(request, Report.objects.in_place_of(old), _("Write the report that replaces it"), words_of=old)


@require_safe
def report_versions(request: HouseRequest, pk: int) -> HttpResponse:
    """Every text that was kept of it, and in words what changed from one to the next."""
    report = _report(request, pk)
    access.require(report.can_read_drafts(request.user))
    steps = versions.steps_of(report, narrative.compose(report, _whole(report)))
    return render(request, "reports/report_versions.html", {"report": report, "steps": steps})


def _report(request: HouseRequest, pk: int) -> Report:
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _at(report: Report) -> dict[str, Any]:
    here = report.get_absolute_url()
    return {"to": here, "up": (report.title, here)}


def _whole(report: Report) -> Scope:
    """The ward's own numbers, whoever asks."""
    return Scope(ward=report.campaign.ward, campaign=report.campaign)


@require_safe
def report_export(request: HouseRequest, pk: int, kind: str) -> HttpResponse:
    """The paper as a file: .docx, or .pdf with its letters embedded."""
    report = _report(request, pk)
    paper = narrative.compose(report, _scope(request, report))
    if kind == "pdf":
        from core.pdf import paper_to_pdf

        content, mime = paper_to_pdf(paper), "application/pdf"
    else:
        from core.word import to_docx

        content, mime = to_docx(paper), DOCX
    name = f"bao-cao-{report.on:%Y-%m-%d}.{kind}"
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _scope(request: HouseRequest, report: Report) -> Scope:
    return Scope(ward=report.campaign.ward, campaign=report.campaign, user=request.user)


# ---- lists go out -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request: HouseRequest) -> HttpResponse:
    """Ask for a file of the list whose address is `?list=`: the same rows, in the same order."""
    path, _mark, query = request.GET.get("list", "").partition("?")
    asked = exports.whole(QueryDict(query))
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the rows first."))
        return redirect(f"{path}?{unticked(request.GET).urlencode()}" if list_at(path) else "/")
    if "ticked" in request.GET:
        asked = unticked(request.GET)
        asked.setlist("row", [] if EVERY in request.GET else request.GET.getlist("row"))
    if request.campaign:
        asked.setdefault("year", str(request.campaign.year))
    back = f"{path}?{asked.urlencode()}"
    try:
        table, count = exports.ask(
            path, asked.urlencode(), request.user, lambda found, _r: (found.table, found.count())
        )
    except CanNot as no:
        raise Http404(str(no)) from no
    form = ExportForm(request.POST or None, names=table.has_names and exports.may_name(request.user))
    words = {
        "title": _("Export: %(list)s") % {"list": table.title},
        "lead": _("%(count)s rows, as the list shows them: narrowed and ordered in the same way.") % {"count": count},
        "done": "",
    }

    def order(by: Any, kind: str, reason: str = "", **_names: Any) -> Job:
        return Job.ask("reports.export", by=by, path=path, query=asked.urlencode(), kind=kind, reason=reason)

    return form_page(request, form, order, to=back, up=(str(table.title), back), **words)


# ---- what everybody may read ------------------------------------------------------------------------
SHOWN, IN_FEED, IN_SITEMAP = 5, 30, 5000
COMING = datetime.timedelta(days=14)
STILL_ON = (CleanupState.PLANNED, CleanupState.CONFIRMED, CleanupState.OPEN)


def _articles(ward: Ward) -> Any:
    rows = Article.objects.filter(ward=ward).public(timezone.now()).select_related("category")
    return rows.order_by("-published_at", "-id")


def _postings(ward: Ward) -> Any:
    return Posting.objects.filter(ward=ward).public(today()).order_by("-starts_on", "-id")


def _to_spread(ward: Ward) -> Any:
    """What names people is read on the board and on its own page, and is spread by nothing."""
    return _postings(ward).filter(names_people=False)


@public_page
def public_home(request: HttpRequest, ward: Ward) -> HttpResponse:
    cleanups = Cleanup.objects.filter(ward=ward, state__in=STILL_ON, on__range=(today(), today() + COMING))
    context = {
        "ward": ward,
        "postings": _postings(ward)[:SHOWN],
        "articles": _articles(ward)[:SHOWN],
        "cleanups": cleanups.select_related("street").order_by("on", "starts_at", "id")[:SHOWN],
    }
    return render(request, "reports/public_home.html", context)


@public_page
def public_feed(request: HttpRequest, ward: Ward) -> HttpResponse:
    """Articles and postings as an Atom feed, newest first."""
    home = ical.address(reverse("reports:public_home", args=[ward.slug]))
    own = ical.address(request.path)
    feed = Atom1Feed(title=str(ward), link=home, description="", feed_url=own, language="vi", feed_guid=own)
    for when, title, text, path, about in sorted(_entries(ward), reverse=True)[:IN_FEED]:
        link = ical.address(path)
        summary = escape(Truncator(text).words(60))  # a feed takes it for HTML
        moments = {"pubdate": when, "updateddate": when}
        feed.add_item(title=title, link=link, description=summary, unique_id=link, categories=about, **moments)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _entries(ward: Ward) -> Any:
    """When, title, text, address and categories of each."""
    for article in _articles(ward)[:IN_FEED]:
        article.ward = ward
        about = [str(article.category)] if article.category else []
        yield article.published_at, article.title, article.body, article.get_public_url(), about
    for posting in _to_spread(ward)[:IN_FEED]:
        posting.ward = ward
        begun = timezone.make_aware(datetime.datetime.combine(posting.starts_on, datetime.time()))
        title = _("On public display: %(title)s") % {"title": posting.title}
        yield begun, title, posting.text, posting.get_public_url(), []


@public_page
def public_sitemap(request: HttpRequest, ward: Ward) -> HttpResponse:
    lists = ["reports:public_home", "publicity:public_posting_list", "publicity:public_article_list"]
    fixed = ((ical.address(reverse(name, args=[ward.slug])), None) for name in lists)
    articles = _articles(ward).values_list("slug", "published_at")[:IN_SITEMAP]
    read = ((reverse("publicity:public_article", args=[ward.slug, slug]), at) for slug, at in articles)
    postings = _to_spread(ward).values_list("token", "starts_on")[:IN_SITEMAP]
    shown = ((reverse("publicity:public_posting", args=[ward.slug, token]), on) for token, on in postings)
    addresses = chain(fixed, ((ical.address(path), changed) for path, changed in chain(read, shown)))
    return render(request, "reports/sitemap.xml", {"addresses": addresses}, content_type="application/xml")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the wards' public pages and nothing else."""
    wards = Ward.objects.valid_on(today()).order_by("slug").values_list("slug", flat=True)
    maps = [f"Sitemap: {ical.address(reverse('reports:public_sitemap', args=[slug]))}" for slug in wards]
    lines = ["User-agent: *", "Allow: /p/", "Allow: /static/", "Disallow: /", *maps, ""]
    headers = {"Cache-Control": f"public, max-age={FRESH}"}
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8", headers=headers)
