"""Pages of a superior that follows several wards."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import access
from core.figures import Scope
from core.http import HouseRequest
from core.listing import Column, Table, hand_over, table
from core.models import today
from core.pages import day_asked
from core.periods import MONTHS, Span, span_of
from reports import narrative, wards
from reports.choices import PERIOD_KINDS, ReportState

table("reports:ward_list", gettext_lazy("Wards"))  # its columns are the numbers


@require_safe
def ward_list(request: HouseRequest) -> HttpResponse:
    """A line for each ward with the numbers of its signed report of a period, and their sums; first the last period."""
    access.require(wards.can_read(request.user))
    kind, day = request.GET.get("kind") or "month", day_asked(request, "day")
    if kind not in MONTHS:
        raise Http404(_("The address names no period."))
    span = span_of(kind, day) if day else span_of(kind, today()).before
    lines, labels = wards.lines(request.user, span), wards.labels()
    hand_over(request, lines, _table(labels))
    context: dict[str, Any] = {"span": span, "lines": lines, "labels": labels}
    context |= {"sums": wards.labelled(wards.sums(lines)), "signed_count": sum(bool(line.report) for line in lines)}
    return render(request, "reports/ward_list.html", context | _links(span))


def _table(labels: list[str]) -> Table:
    numbers = (Column(label, of=partial(_value, n)) for n, label in enumerate(labels))
    columns = [Column(_("Ward"), of=lambda line: line.ward.name), Column(_("Report"), of=_title), *numbers]
    return Table("reports:ward_list", _("Wards"), tuple(columns))


def _value(place: int, line: wards.Line) -> int | None:
    return line.numbers[place].value


def _title(line: wards.Line) -> str:
    return capfirst(line.report.title) if line.report else _("no signed report")


def _links(span: Span) -> dict[str, Any]:
    """To the other kinds of periods of the day, and to the periods beside this one, the next as far as it has begun."""

    def address(of: str, one: Span) -> str:
        return f"?{urlencode({'kind': of, 'day': one.last.isoformat()})}"

    return {
        "kinds": [(label, address(of, span), of == span.kind) for of, label in PERIOD_KINDS.items()],
        "before": address(span.kind, span.before),
        "after": address(span.kind, span.after) if span.after.first <= today() else "",
    }


@require_safe
def ward_report(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A signed report as it left the ward, without a way to what stands behind it."""
    access.require(wards.can_read(request.user))
    report = get_object_or_404(wards.signed(request.user).for_list(), ward__slug=slug, pk=pk)
    scope = Scope(ward=report.campaign.ward, campaign=report.campaign)
    paper = narrative.without_sources(narrative.compose(report, scope))
    withdrawn = report.transitions.first() if report.state == ReportState.WITHDRAWN else None
    return render(request, "reports/ward_report.html", {"report": report, "paper": paper, "withdrawn": withdrawn})
