"""What the days off of a year should be: a proposal that an officer confirms.

The project's table of decisions comes first, then the `holidays` library, which knows the Labour Code and the
Vietnamese lunar calendar but not every swap.
"""

import datetime
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from deadlines.choices import Backing, DayKind
from deadlines.models.swaps import decisions

if TYPE_CHECKING:
    import holidays

LANGUAGE = "vi"  # the official names of the days are data, whatever the portal's language
SWAPPED_OFF = "Ngày nghỉ (thay cho ngày {})"  # as the library names a day off in exchange for a Saturday worked
SWAPPED_WORKING = "Ngày làm việc (thay cho ngày {})"
LIBRARY = f"holidays {version('holidays')}"
TET_DAYS = 7
_FIRST_OF_TET = re.compile(r"(^|; )Tết Nguyên Đán( \(|;|$)")  # not its eve, nor the days after it


class ProposedDay(NamedTuple):
    date: datetime.date
    kind: str
    name: str
    backing: str
    source: str


def lunar_new_year(year: int) -> datetime.date:
    """The first day of Tết, by the Vietnamese lunar calendar (the Chinese one is a day off in some years)."""
    return _first_of_tet(_library(year))


def proposed_days(year: int) -> list[ProposedDay]:
    """The swaps that the table of decisions has, the holidays of the Labour Code, and swaps that the library knows."""
    found = _library(year)
    tet = _first_of_tet(found)
    days = {day: ProposedDay(day, _kind(day, name, tet), name, Backing.LIBRARY, LIBRARY) for day, name in found.items()}
    for day in found.weekend_workdays:
        if day.year == year:
            # The library tells the day that is free for it by that day's name alone.
            off = next((other for other, name in found.items() if f"{day:%d/%m/%Y}" in name), None)
            name = SWAPPED_WORKING.format(f"{off:%d/%m/%Y}") if off else _("Worked in exchange")
            days[day] = ProposedDay(day, DayKind.SWAP_WORKING, name, Backing.LIBRARY, LIBRARY)
    return sorted((days | decided_days(year)).values())


def decided_days(year: int) -> dict[datetime.date, ProposedDay]:
    """What the table of decisions says about days of a year."""
    found = {}
    for row in decisions():
        if row.off is None or row.worked is None:
            continue
        off, worked = f"{row.off:%d/%m/%Y}", f"{row.worked:%d/%m/%Y}"
        facts = (Backing.DECISION, str(row))
        found[row.off] = ProposedDay(row.off, DayKind.SWAP_OFF, SWAPPED_OFF.format(worked), *facts)
        found[row.worked] = ProposedDay(row.worked, DayKind.SWAP_WORKING, SWAPPED_WORKING.format(off), *facts)
    return {day: row for day, row in found.items() if day.year == year}


def _library(year: int) -> "holidays.HolidayBase":
    import holidays

    return holidays.country_holidays("VN", years=year, language=LANGUAGE)


def _first_of_tet(found: "holidays.HolidayBase") -> datetime.date:
    return next(day for day, name in found.items() if _FIRST_OF_TET.search(name))


def _kind(day: datetime.date, name: str, tet: datetime.date) -> str:
    if name.startswith(SWAPPED_OFF.partition("{")[0]):
        return DayKind.SWAP_OFF
    return DayKind.TET if abs((day - tet).days) <= TET_DAYS else DayKind.HOLIDAY


def source() -> str:
    return _("Proposed by decisions of the Government, the Labour Code and the lunar calendar")
