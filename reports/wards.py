"""What a superior reads of several wards at once: the numbers of the reports that they signed, and their sums.

Nothing is counted here: each number stands in a signed report, and leads to it. Rows, drafts and people of a ward stay
behind its own door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Decision
from accounts.choices import Role
from accounts.models import Ward
from core.figures import get_figure
from core.periods import Span
from core.search import in_order
from reports.choices import IN_FORCE_STATES, SIGNED_STATES
from reports.models import Report, ReportFigure
from reports.querysets import ReportQuerySet

# What wards are read for, in the order of the reports' own sections. Only what adds up over wards.
COLUMNS = (
    "campaigns.resolutions",
    "publicity.broadcasts",
    "models.registered",
    "models.recognised",
    "clearance.households.by_project",
    "clearance.households_visited.by_project",
    "clearance.households_handed_over.by_project",
    "beautification.cleanups",
    "contest.sent",
)


@dataclass(frozen=True)
class Number:
    """value: None where no report says one. wards: of a sum, how many wards told theirs."""

    value: int | None
    is_nearly: bool = False
    wards: int = 0


_NOTHING = [Number(None)] * len(COLUMNS)


@dataclass(frozen=True)
class Line:
    """A ward with what its report of the period says; without one it has no numbers."""

    ward: Ward
    report: Report | None
    numbers: list[Number]

    @property
    def labelled(self) -> list[tuple[str, Number]]:
        return labelled(self.numbers)


def can_read(user: Any) -> Decision:
    if access.wards_as(user, Role.SUPERIOR_VIEWER):
        return access.ALLOWED
    return access.denied(_("This is the work of: %(roles)s.") % {"roles": Role.SUPERIOR_VIEWER.label})


def read_by(user: Any) -> "QuerySet[Ward]":
    """The wards that the person follows for a superior, by name: an order by numbers would be a ranking."""
    return Ward.objects.filter(pk__in=access.wards_as(user, Role.SUPERIOR_VIEWER)).order_by(in_order("name"))


def signed(user: Any) -> ReportQuerySet:
    """The reports that they signed, those withdrawn since among them."""
    followed = access.wards_as(user, Role.SUPERIOR_VIEWER)
    return Report.objects.filter(ward__in=followed, state__in=SIGNED_STATES)


def labels() -> list[str]:
    return [str(get_figure(key).label) for key in COLUMNS]


def labelled(numbers: Sequence[Number]) -> list[tuple[str, Number]]:
    return list(zip(labels(), numbers, strict=True))


def lines(user: Any, span: Span) -> list[Line]:
    """Each ward with its newest report whose last day lies in the period, whatever day the ward closes a month on."""
    of_period = signed(user).filter(kind=span.kind, on__range=(span.first, span.last), state__in=IN_FORCE_STATES)
    newest = of_period.defer("snapshot").order_by("ward", "-on", "-id").distinct("ward")
    reports = {report.ward_id: report for report in newest}
    told = _told(reports)
    return [Line(ward, reports.get(ward.pk), told.get(ward.pk) or _NOTHING) for ward in read_by(user)]


def _told(reports: dict[int, Report]) -> dict[int, list[Number]]:
    """Of each ward the numbers of its report, a breakdown added up."""
    kept = ReportFigure.objects.filter(ward__in=reports, report__in=[report.pk for report in reports.values()])
    by_ward: dict[int, dict[str, list[ReportFigure]]] = {}
    for row in kept.exclude(value=None).defer("row_ids"):
        by_ward.setdefault(row.ward_id, {}).setdefault(row.key.partition(":")[0], []).append(row)
    return {
        ward: [_added([Number(row.value, row.is_nearly) for row in rows.get(key, ())]) for key in COLUMNS]
        for ward, rows in by_ward.items()
    }


def sums(found: Sequence[Line]) -> list[Number]:
    """Over the wards that told a number; the others are not taken for 0."""
    return [_added([line.numbers[place] for line in found]) for place in range(len(COLUMNS))]


def _added(numbers: Sequence[Number]) -> Number:
    known = [number for number in numbers if number.value is not None]
    if not known:
        return Number(None)
    return Number(sum(one.value or 0 for one in known), any(one.is_nearly for one in known), len(known))
