"""Streets and clean-ups for tests. Everything is invented."""

import datetime
from itertools import count
from typing import Any

from accounts.models import Unit
from beautification.actions import register_street
from beautification.choices import CleanupState, CriterionState, Decider, TurnoutSource
from beautification.models import (
    Cleanup,
    CleanupSeries,
    CleanupTurnout,
    CriteriaSet,
    Defect,
    DefectKind,
    Street,
    StreetAssessment,
)
from beautification.models.series import weekly_rule
from campaigns.models import Campaign
from core.models import today
from tests.world import World

_number = count(7001)  # far from the numbers that tests type
SATURDAY = 5


def days(n: int) -> datetime.date:
    return today() + datetime.timedelta(days=n)


def saturdays(n: int) -> list[datetime.date]:
    """Those from today to n days ahead, both included."""
    return [day for day in map(days, range(n + 1)) if day.weekday() == SATURDAY]


def street(world: World, *, campaign: Campaign | None = None, groups: tuple[Unit, ...] = (), **fields: Any) -> Street:
    """A street led by the world's cell."""
    defaults = {"name": f"Phố Thử {next(_number)}", "lead_unit": world.cell}
    row = Street(**{"ward": world.ward} | defaults | fields)
    return register_street(row, campaign=campaign or world.campaign, by=None, residential_groups=groups)


def series(street: Street, *, weekdays: list[int] | None = None, every: int = 1, **fields: Any) -> CleanupSeries:
    """Saturday mornings, not generated yet."""
    defaults = {
        "rrule": weekly_rule(weekdays or [SATURDAY], every),
        "starts_at": datetime.time(7),
        "duration": datetime.timedelta(hours=2),
        "first_on": days(-60),
    }
    return CleanupSeries.objects.create(**{"ward": street.ward, "street": street} | defaults | fields)


def cleanup(street: Street, on: datetime.date | None = None, **fields: Any) -> Cleanup:
    """A planned clean-up, today unless told otherwise, in an open campaign or not."""
    on = on or today()
    row = Cleanup(**{"ward": street.ward, "street": street, "on": on, "original_on": on} | fields)
    if row.state in (CleanupState.POSTPONED, CleanupState.CANCELLED):
        row.decider = row.decider or Decider.PERSON
    row.start(by=None, on=min(on, today()))
    return row


def turnout(cleanup: Cleanup, number: int, unit: Unit | None = None, **fields: Any) -> CleanupTurnout:
    defaults = {"source": TurnoutSource.HAND, "count": number, "unit": unit}
    return CleanupTurnout.objects.create(**{"ward": cleanup.ward, "cleanup": cleanup} | defaults | fields)


def done(street: Street, on: datetime.date, number: int = 64, **fields: Any) -> Cleanup:
    """A clean-up that was held and closed on its day with so many people."""
    row = cleanup(street, on, state=CleanupState.OPEN)
    turnout(row, number, **fields)
    row.close(by=None)
    return row


def correct(cleanup: Cleanup, by: Any) -> Cleanup:
    """Taken up again, for other numbers; close it afterwards."""
    cleanup.reopen(by=by, reason="Đếm thiếu")
    return cleanup


def criteria(world: World, *texts: str, **fields: Any) -> CriteriaSet:
    """An edition of criteria, in force since the beginning of last year."""
    defaults = {"version": f"Bộ {next(_number)}", "legal_ref": "12-KH/ĐU", "source": "Thử"}
    first = days(0).replace(month=1, day=1, year=days(0).year - 1)
    row = CriteriaSet(**{"ward": world.ward, "valid_from": first} | defaults | fields)
    row.enter(by=None, criteria=texts or ["Vỉa hè thông thoáng", "Rác đúng giờ", "Dây gọn gàng"])
    return row


def assessment(street: Street, on: datetime.date | None = None, met: int = 1, **fields: Any) -> StreetAssessment:
    """Of the first criteria so many are met, the others not yet; the edition of the day."""
    edition = CriteriaSet.of(street.ward_id, on or today())
    row = StreetAssessment(ward=street.ward, street=street, criteria_set=edition, on=on or today(), **fields)
    said = {
        criterion: (CriterionState.MET if n < met else CriterionState.NOT_YET, "")
        for n, criterion in enumerate(edition.criteria.all())
    }
    row.enter(by=None, said=said)
    return row


def defect(street: Street, on: datetime.date | None = None, *, kind: str = "Rác tồn đọng", **fields: Any) -> Defect:
    row = Defect(ward=street.ward, street=street, reported_on=on or today())
    row.kind, _new = DefectKind.objects.get_or_create(ward=street.ward, name=kind)
    for name, value in ({"place": f"Trước số {next(_number)}"} | fields).items():
        setattr(row, name, value)
    return row.report(by=None)


def as_shown(page: Any) -> dict[str, Any]:
    """What a browser sends of the form on a page that nobody has touched."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        name: list(value) if isinstance(value, list | tuple) else str(value) for name, value in values.items() if value
    }
