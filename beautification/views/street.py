from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Unit
from beautification import feeds
from beautification.actions import register_street, take_up_street
from beautification.choices import UNFINISHED, CleanupState, CriterionState, Exactness
from beautification.filters import STREETS, StreetFilter
from beautification.forms import SeriesForm, StreetForm
from beautification.models import Cleanup, CleanupSeries, ClosedTurnout, Street
from beautification.models.defects import can_report_defects
from beautification.models.street import can_manage_streets
from beautification.views.drawing import drawn
from campaigns.middleware import year_of_request
from core import past
from core.dates import short_date
from core.http import HouseRequest
from core.models import today
from core.pages import confirm_page, form_page, page_of

LAST, NEXT = 6, 3  # clean-ups on the strip
COLUMNS = 12  # in the chart of the year
DEFECTS = 6


class Count(NamedTuple):
    people: int
    is_nearly: bool


def street_list(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    rows = Street.objects.visible_to(request.user).of_campaign(campaign).for_list(campaign)
    filters = StreetFilter(request.GET, rows, request=request)
    may_manage = can_manage_streets(request.user, campaign)
    context = {
        "page": page_of(request, filters.typed_first(filters.qs), table=STREETS),
        "filters": filters,
        "may_manage": may_manage,
        "others": Street.objects.visible_to(request.user).exclude(undertaking__foci__campaign=campaign)
        if may_manage
        else [],
    }
    return render(request, "beautification/street_list.html", context)


def street_new(request: HouseRequest) -> HttpResponse:
    campaign, home = year_of_request(request), reverse("beautification:street_list")
    require(can_manage_streets(request.user, campaign))
    street = Street(ward=request.ward)
    form = StreetForm(request.POST or None, instance=street, user=request.user, year=campaign.year)

    def register(by: Any, residential_groups: Any, **fields: Any) -> Street:
        return register_street(street, campaign=campaign, by=by, residential_groups=residential_groups)

    words: dict[str, Any] = {"title": _("Register a street"), "done": _("Street registered")}
    return form_page(request, form, register, to=home, up=(_("Streets"), home), **words)


def street_take_up(request: HouseRequest, slug: str) -> HttpResponse:
    campaign, home = year_of_request(request), reverse("beautification:street_list")
    street = get_object_or_404(Street.objects.visible_to(request.user), slug=slug)
    require(can_manage_streets(request.user, campaign))
    return confirm_page(
        request,
        partial(take_up_street, street, campaign=campaign),
        title=_("Take up %(street)s in %(year)s?") % {"street": street, "year": campaign.year},
        consequence=_("Its series of clean-ups goes on in this year. Earlier years stay as they are."),
        action=_("Take up the street"),
        done=_("Street taken up"),
        to=home,
    )


def street_detail(request: HouseRequest, slug: str) -> HttpResponse:
    campaign, street = year_of_request(request), street_of(request, slug)
    strip = _strip(street.cleanups.of_campaign(campaign).for_list())
    context: dict[str, Any] = {
        "street": street,
        "tiles": [_tile(row, strip) for row in strip],
        "undecided": [row for row in strip if row.needs_decision],
        "next": next((row for row in strip if row.state in UNFINISHED and not row.needs_decision), None),
        "year_ends": campaign.closes_on,
        "public_url": reverse("beautification:public_street", args=[request.ward.slug, street.slug]),
        "feed_address": feeds.address(request.ward, street),
        "series": street.series.select_related("lead_unit"),
        "groups": street.groups.select_related("unit"),
        "may_manage": can_manage_streets(request.user, campaign),
    }
    context |= _standing(street) | _defects(request, street)
    context["map"] = drawn(street, context["defects"])
    return render(request, "beautification/street_detail.html", context)


def street_turnout(request: HouseRequest, slug: str) -> HttpResponse:
    """Who came in the year: each clean-up with its units, in the units' order; nobody is ranked."""
    campaign, street = year_of_request(request), street_of(request, slug)
    day = past.current().on or today()
    held = list(street.cleanups.of_campaign(campaign).done_by(day).for_list())
    closed = ClosedTurnout.objects.filter(ward=request.ward, closing__cleanup__in=[row.pk for row in held])
    counts: dict[tuple[int, int | None], Count] = {}
    for cleanup, unit, count, exactness in closed.of_last_closing().values_list(
        "closing__cleanup", "unit", "count", "exactness"
    ):
        found = [Count(count, exactness == Exactness.NEARLY), *filter(None, [counts.get((cleanup, unit))])]
        counts[cleanup, unit] = _sum(found)
    came = {unit for _cleanup, unit in counts}
    units: list[Any] = [*Unit.objects.filter(ward=request.ward, pk__in=[unit for unit in came if unit]).for_list()]
    units += [None] if None in came else []
    keys = [unit.pk if unit else None for unit in units]
    context = {
        "street": street,
        "units": units,
        "rows": [(row, [counts.get((row.pk, key)) for key in keys]) for row in held],
        "total": _sum(counts.values()),
        "sums": [_sum(count for (_cleanup, unit), count in counts.items() if unit == key) for key in keys],
        "columns": [
            {"label": short_date(row.on, today()), "value": row.turnout, "is_nearly": row.is_nearly}
            for row in reversed(held[:COLUMNS])
        ],
    }
    return render(request, "beautification/street_turnout.html", context)


def _sum(counts: Iterable[Count]) -> Count:
    """Nearly, as soon as one of them is."""
    rows = list(counts)
    return Count(sum(row.people for row in rows), any(row.is_nearly for row in rows))


def _defects(request: HouseRequest, street: Street) -> dict[str, Any]:
    """What is wrong on the street now, the last ones first."""
    rows = street.defects.visible_to(request.user).to_mend_on(past.current().on or today())
    url = f"{reverse('beautification:defect_list')}?street={street.slug}"
    shown: list[Any] = list(rows.for_list()[: DEFECTS + 1])
    may_report = can_report_defects(request.user, year_of_request(request))
    more = {"has_more_defects": len(shown) > DEFECTS, "may_report": may_report, "defects_url": url}
    return {"defects": shown[:DEFECTS]} | more


def _standing(street: Street) -> dict[str, Any]:
    """How the street stands to its criteria, and when it is looked at next."""
    last = street.assessments.last_by(past.current().on or today()).with_counts().first()
    lacking = last.results.exclude(state=CriterionState.MET).select_related("criterion") if last else []
    own: Any = Street.objects.filter(pk=street.pk, ward_id=street.ward_id).to_assess_by()
    return {"standing": last, "lacking": lacking, "assess_by": own.values_list("assess_by", flat=True).first()}


def street_edit(request: HouseRequest, slug: str) -> HttpResponse:
    campaign, street = year_of_request(request), street_of(request, slug)
    require(can_manage_streets(request.user, campaign))
    to, name = street.get_absolute_url(), street.name
    form = StreetForm(request.POST or None, instance=street, user=request.user, year=campaign.year)
    words: dict[str, Any] = {"title": _("Edit the street"), "done": _("Street saved")}
    return form_page(request, form, partial(street.edit, campaign=campaign), to=to, up=(name, to), **words)


def series_new(request: HouseRequest, slug: str) -> HttpResponse:
    campaign, street = year_of_request(request), street_of(request, slug)
    require(can_manage_streets(request.user, campaign))
    series = CleanupSeries(ward=request.ward, street=street)
    form = SeriesForm(request.POST or None, instance=series, user=request.user, year=campaign.year)

    def plan(by: Any, turns: Any, **fields: Any) -> None:
        series.plan(campaign=campaign, by=by, turns=turns)

    words: dict[str, Any] = {"title": _("Plan weekly clean-ups"), "done": _("Clean-ups planned")}
    to = street.get_absolute_url()
    return form_page(request, form, plan, to=to, up=(street.name, to), lead=_ahead(), **words)


def series_edit(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    campaign, street = year_of_request(request), street_of(request, slug)
    series = get_object_or_404(street.series.select_related("street__lead_unit", "lead_unit"), pk=pk)
    require(can_manage_streets(request.user, campaign))
    form = SeriesForm(request.POST or None, instance=series, user=request.user, year=campaign.year)
    words: dict[str, Any] = {"title": _("Edit the schedule"), "done": _("Schedule saved")}
    lead = _("Coming clean-ups that nobody has confirmed, moved or decided about follow the new schedule.")
    to = street.get_absolute_url()
    return form_page(
        request, form, partial(series.edit, campaign=campaign), to=to, up=(street.name, to), lead=lead, **words
    )


def street_of(request: HouseRequest, slug: str) -> Street:
    """A street of the year that the person works in."""
    rows = Street.objects.visible_to(request.user).of_campaign(year_of_request(request))
    return get_object_or_404(rows.select_related("lead_unit", "registered_with", "registered_by__kind"), slug=slug)


def _ahead() -> str:
    return _("Clean-ups are made five weeks ahead. On a holiday nothing is held silently.")


def _strip(cleanups: Any) -> list[Cleanup]:
    """The last closed clean-ups and the next ones, oldest first."""
    done = list(cleanups.filter(state=CleanupState.DONE)[:LAST])[::-1]
    coming = list(cleanups.filter(state__in=UNFINISHED).order_by("on", "id")[: NEXT + 1])
    return [*done, *coming[:NEXT]]


def _counted(row: Cleanup) -> int | None:
    return row.turnout if row.state == CleanupState.DONE else None


def _tile(row: Cleanup, strip: list[Cleanup]) -> dict[str, Any]:
    """done: with its number; next: the first one to come; off: a holiday to decide about; plan: the others."""
    tile: dict[str, Any] = {"on": row.on, "url": row.get_absolute_url(), "value": _counted(row)}
    coming = [other for other in strip if other.state in UNFINISHED and not other.needs_decision]
    if row.state == CleanupState.DONE:
        return tile | {"kind": "done", "unit": _("persons"), "is_nearly": row.is_nearly}
    if row.needs_decision:
        return tile | {"kind": "off", "text": _("Holiday?")}
    if row.is_unclosed:
        return tile | {"kind": "off", "text": row.standing.label}
    return tile | {"kind": "next" if row == coming[0] else "plan", "text": str(row.leader)}
