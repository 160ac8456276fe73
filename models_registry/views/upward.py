"""Tables for the superior: as pages, as sheets, and as they were sent."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.access import Permission, require
from accounts.models import Unit
from campaigns.middleware import show_year, year_of_request
from core import past
from core.figures import address
from core.filters import DayFilter, ListFilter
from core.http import HouseRequest
from core.listing import Column, Row, Rows, Table, table
from core.models import today
from core.pages import form_page, page_of
from core.text import within_quotes
from models_registry import upward
from models_registry.choices import SETTLED, UpwardTable
from models_registry.forms.upward import ColumnsForm, ProposalForm, SendTableForm
from models_registry.models import MobilizationModel, Proposal, SentTable, TableLayout
from models_registry.upward import Ask, Body, Head
from models_registry.views.funnel import funnel_of, last_day
from models_registry.views.shared import ask_reason, fetch
from notifications.kept import kept

get_or_post = require_http_methods(["GET", "POST"])
UPWARD = "models_registry:upward_table"
SENT = "models_registry:sent_table"
NAMED = 30  # lines that differ from what was sent are named up to here, and counted beyond
table(UPWARD, gettext_lazy("Tables for the superior"))  # its columns are those of the layout in force
table(SENT, gettext_lazy("Table as it was sent"))


class UpwardFilter(ListFilter):
    """As of which day the table is read."""

    kept = ["year", "known"]
    on = DayFilter(label=gettext_lazy("As of the day"), method="as_asked")

    def as_asked(self, rows: Any, _name: str, _day: datetime.date) -> Any:
        return rows


def _table(code: str) -> UpwardTable:
    if code not in UpwardTable.values:
        raise Http404
    return UpwardTable(code)


@require_safe
def upward_list(request: HouseRequest) -> HttpResponse:
    """The four tables, by which paper each is laid out, and when each left last."""
    require(access.can(request.user, Permission.WARD_READ))
    campaign = year_of_request(request)
    on = last_day(campaign)
    layouts = {row.table: row for row in TableLayout.objects.visible_to(request.user).valid_on(on)}
    sent: dict[str, SentTable] = {}
    for row in SentTable.objects.visible_to(request.user).filter(campaign=campaign).defer("kept").order_by("pk"):
        sent[row.table] = row
    rows = [
        {"code": code, "label": label, "layout": layouts.get(code), "sent": sent.get(code)}
        for code, label in UpwardTable.choices
    ]
    return render(
        request, "models_registry/upward_list.html", {"rows": rows, "on": on} | funnel_of(request, campaign, on)
    )


@require_safe
def upward_table(request: HouseRequest, code: str) -> HttpResponse:
    require(access.can(request.user, Permission.WARD_READ))
    wanted, campaign = _table(code), year_of_request(request)
    usual = last_day(campaign)
    if usual != today() and not request.GET.get("on"):
        return redirect(address(reverse(UPWARD, args=[wanted]), usual, campaign))
    data = QueryDict("", mutable=True)
    data.update({"on": f"{usual:%d/%m/%Y}"} | request.GET.dict())
    filters = UpwardFilter(data, TableLayout.objects.none(), request=request)
    on = filters.asked("on") or usual
    ask = Ask(campaign, on, request.user)
    layout = TableLayout.of(campaign.ward_id, wanted, on)
    added = _kept(ask, layout, "added_up", lambda: upward.add_up(ask, layout))
    body, checked = upward.body(ask, layout, added), added.check
    page = page_of(request, body.rows, table=_as_sheet(UPWARD, body))
    context = {
        "table": wanted,
        "filters": filters,
        "on": on,
        "layout": body.layout,
        "page": page,
        **_shown(body, body.lines(list(page.object_list), page.start_index())),
        "check": checked,
        "blocking": [odd for odd in checked.odd if odd.blocks],
        "hints": [odd for odd in checked.odd if not odd.blocks],
        "sent": _sent(ask, layout),
        "may_send": SentTable.can_send(campaign, request.user),
        "may_lay_out": access.can_in_ward(request.user, Permission.MODEL_DECIDE),
    }
    return render(request, "models_registry/upward_table.html", context)


def _kept(ask: Ask, layout: TableLayout, name: str, compute: Callable[[], Any], *of: object) -> Any:
    """Of one table as of its day, until the ward's next event; a table that is sent or goes out is read anew."""
    whose = ask.campaign.pk, ask.on, today(), layout.table, layout.pk
    return kept(f"models.upward.{name}", ask.user, compute, *whose, *of)


def _shown(body: Body, lines: list[upward.Line]) -> dict[str, Any]:
    return {
        "heads": body.heads,
        "head_rows": body.head_rows,
        "lines": lines,
        "total": body.total,
    }


@dataclass(frozen=True)
class LaidOut(Table):
    """The whole table as it goes out."""

    body: Body | None = None

    def cells(self, rows: Rows, request: HttpRequest, *, full: bool = False) -> Iterator[list[Row]]:
        body, first = self.body, 1
        assert body

        def dress(chunk: list[Any], _request: Any) -> list[upward.Line]:
            nonlocal first
            lines = body.lines(chunk, first)
            first += len(lines)
            return lines

        return Table(self.name, self.title, self.columns, dress=dress).cells(rows, request)


def _as_sheet(name: str, body: Body) -> Table:
    return LaidOut(name, body.layout.title, _columns(body.heads), body=body)


def _columns(heads: list[Head]) -> tuple[Column, ...]:
    return tuple(Column(head.flat, of=partial(_value, n)) for n, head in enumerate(heads))


def _value(place: int, line: upward.Line) -> Any:
    return line.cells[place].value


def _sent(ask: Ask, layout: TableLayout) -> list[SentTable]:
    """What left, the newest first, each with `now`: how many the same table of the same day tells of today."""
    rows = SentTable.objects.visible_to(ask.user).filter(campaign=ask.campaign, table=layout.table).defer("kept")[:10]
    days = sorted({row.on for row in rows})
    numbers = _kept(ask, layout, "now", lambda: {day: _count_on(ask, layout.table, day) for day in days}, *days)
    for row in rows:
        row.now = numbers[row.on]
    return list(rows)


def _count_on(ask: Ask, table: str, day: datetime.date) -> int:
    with past.reading(on=day):
        return upward.count(Ask(ask.campaign, day, ask.user), table)


@get_or_post
def table_send(request: HouseRequest, code: str) -> HttpResponse:
    wanted, campaign = _table(code), year_of_request(request)
    require(SentTable.can_send(campaign, request.user))
    asked = UpwardFilter(request.GET, TableLayout.objects.none(), request=request).asked("on")
    on = min(asked or last_day(campaign), today())
    form = SendTableForm(request.POST or None, campaign=campaign, table=wanted, on=on)

    def keep(by: Any, **fields: Any) -> SentTable:
        row = form.row()
        upward.send(row, by=by)
        return row

    to = reverse(UPWARD, args=[wanted])
    return form_page(
        request,
        form,
        keep,
        title=_("Record that the table was sent"),
        done=_("Kept the table as it was sent"),
        to=to,
        up=(str(wanted.label), to),
        lead=_("The portal keeps the whole table of this day. Later changes leave it as it is and stand beside it."),
    )


@require_safe
def sent_table(request: HouseRequest, pk: int) -> HttpResponse:
    """A table as it left, and what the same table of the same day says now."""
    require(access.can(request.user, Permission.WARD_READ))
    sent = get_object_or_404(SentTable.objects.visible_to(request.user).select_related("campaign", "by"), pk=pk)
    show_year(request, sent.campaign)
    body = upward.thawed(sent)
    page = page_of(request, body.rows, table=_as_sheet(SENT, body))
    ask = Ask(sent.campaign, sent.on, request.user)
    context = {
        "sent": sent,
        "page": page,
        **_shown(body, body.lines(list(page.object_list), page.start_index())),
        **_kept(ask, body.layout, "since", lambda: _since(ask, sent, body), sent.pk),
    }
    return render(request, "models_registry/sent_table.html", context)


def _since(ask: Ask, sent: SentTable, body: Body) -> dict[str, Any]:
    """now: how many the same table of the same day tells of today. since: in which words which lines differ."""
    with past.reading(on=sent.on):
        now = upward.count(ask, sent.table)
        since = upward.since(sent, upward.frozen(upward.body(ask, body.layout)))
        shown = [keys[:NAMED] for keys in (since.added, since.gone, since.changed)]
        names = _names(ask.user, [key for keys in shown for key in keys])
    told = [
        {"words": words, "rows": [names.get(key, (key, "")) for key in keys[:NAMED]], "more": len(keys[NAMED:])}
        for words, keys in [
            (_("came since"), since.added),
            (_("are gone since"), since.gone),
            (_("say something else now"), since.changed),
        ]
        if keys
    ]
    return {"now": now, "since": told}


def _names(user: Any, keys: list[str]) -> dict[str, tuple[str, str]]:
    """Of each line that differs, what it is about and where that is: a model, or in table 02 a unit."""
    codes = {key: key.partition("/")[0] for key in keys}
    rows = MobilizationModel.objects.visible_to(user).filter(code__in=set(codes.values()))
    models = {row.code: (str(row), row.get_absolute_url()) for row in rows}
    units = {row.slug: (str(row), row.get_absolute_url()) for row in _units(user, set(codes.values()) - set(models))}
    found = models | units
    return {key: found[code] for key, code in codes.items() if code in found}


def _units(user: Any, slugs: set[str]) -> Any:
    return Unit.objects.visible_to(user).filter(slug__in=slugs) if slugs else []


@get_or_post
def table_columns(request: HouseRequest, code: str) -> HttpResponse:
    wanted, ward = _table(code), year_of_request(request).ward
    require(access.can_in_ward(request.user, Permission.MODEL_DECIDE))
    to = reverse(UPWARD, args=[wanted])
    return form_page(
        request,
        ColumnsForm(request.POST or None, ward_id=ward.pk, table=wanted),
        partial(TableLayout.put_in_force, ward, table=wanted),
        title=_("Columns of the table"),
        done=_("Put the columns in force"),
        to=to,
        up=(str(wanted.label), to),
        lead=_("Columns that were in force before end the day before. What was sent in them stays as it was."),
    )


# ---- proposals ------------------------------------------------------------------------------------------
def proposals_of(registration: MobilizationModel, user: Any) -> list[tuple[Proposal, str]]:
    """Those that hold, each with the address that takes it back."""
    if registration.state not in SETTLED:
        return []
    rows = registration.proposals.filter(taken_back_on=None)
    back = "models_registry:proposal_take_back"
    may = registration.can_honour(user)
    return [(row, reverse(back, args=[registration.key, row.pk]) if may else "") for row in rows]


@get_or_post
def proposal_new(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(Proposal.can_enter(registration, request.user))
    form = ProposalForm(request.POST or None, registration=registration)

    def enter(by: Any, **fields: Any) -> None:
        form.row().enter(by=by)

    return form_page(
        request,
        form,
        enter,
        title=_("Propose the model"),
        done=_("Proposed the model"),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=f"{registration}, {registration.unit}",
    )


@get_or_post
def proposal_take_back(request: HouseRequest, key: str, pk: int) -> HttpResponse:
    registration = fetch(request, key)
    row = get_object_or_404(registration.proposals.all(), pk=pk)
    page: dict[str, Any] = {
        "question": _("Take back the proposal “%(what)s”?") % {"what": within_quotes(row)},
        "consequence": _("It leaves the table of proposals from today on, and stays in the history."),
        "label": _("Take the proposal back"),
    }
    return ask_reason(
        request, registration, row.can_take_back(request.user), row.take_back, _("Took the proposal back"), page
    )
