"""What the days off of a year should be: a proposal that an officer confirms.

The ward's own table of exchanged days comes first, then the project's table of decisions, then the `holidays` library,
which knows the Labour Code and the Vietnamese lunar calendar. What the Government decides anew each year (a swap, the
fifth day of Tết, the second of National Day) is a guess of the library while no notice of the year is known.
"""

import datetime
import re
from collections.abc import Collection
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from deadlines.choices import Backing, DayKind
from deadlines.models.swaps import Decision, decisions

if TYPE_CHECKING:
    import holidays

LANGUAGE = "vi"  # the official names of the days are data, whatever the portal's language
SWAPPED_OFF = "Ngày nghỉ (thay cho ngày {})"  # as the library names a day off in exchange for a Saturday worked
SWAPPED_WORKING = "Ngày làm việc (thay cho ngày {})"
LIBRARY = f"holidays {version('holidays')}"
TET_DAYS = 7
TET_ALWAYS = range(-1, 3)  # days from its first: off whichever five days are chosen
CHOSEN = {(9, 1), (9, 3)}  # one of the two goes with National Day (Labour Code, article 112)
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


def proposed_days(year: int, own: Collection[Decision] = ()) -> list[ProposedDay]:
    """The swaps of the ward's own table and of the table of decisions, the holidays of the Labour Code, and swaps that
    the library knows. own: lines of the ward's table; a swap of theirs stands for any other of one of its days."""
    found = _library(year)
    tet = _first_of_tet(found)
    is_known = any(row.year == year for row in decisions())
    days = {day: _lawful(day, name, tet, is_known=is_known) for day, name in found.items()}
    offs, worked = {row.off for row in own}, {row.worked for row in own}
    for day in found.weekend_workdays:
        # The library tells the day that is free for it by that day's name alone.
        off = next((other for other, name in found.items() if f"{day:%d/%m/%Y}" in name), None)
        if day in worked or off in offs:
            days.pop(off, None)  # type: ignore[arg-type]
        elif day.year == year:
            name = SWAPPED_WORKING.format(f"{off:%d/%m/%Y}") if off else _("Worked in exchange")
            days[day] = ProposedDay(day, DayKind.SWAP_WORKING, name, Backing.GUESS, LIBRARY)
    return sorted((days | decided_days(year, own)).values())


def decided_days(year: int, own: Collection[Decision] = ()) -> dict[datetime.date, ProposedDay]:
    """What the ward's own table and the table of decisions say about days of a year."""
    offs, worked = {row.off for row in own}, {row.worked for row in own}
    others = [row for row in decisions() if row.off not in offs and row.worked not in worked]
    found: dict[datetime.date, ProposedDay] = {}
    for backing, rows in ((Backing.DECISION, others), (Backing.OWN, own)):
        for row in rows:
            found |= {day.date: day for day in _swapped(row, backing)}
    return {day: row for day, row in found.items() if day.year == year}


def _swapped(row: Decision, backing: str) -> list[ProposedDay]:
    if row.off is None or row.worked is None:
        return []
    off, worked = f"{row.off:%d/%m/%Y}", f"{row.worked:%d/%m/%Y}"
    return [
        ProposedDay(row.off, DayKind.SWAP_OFF, SWAPPED_OFF.format(worked), backing, str(row)),
        ProposedDay(row.worked, DayKind.SWAP_WORKING, SWAPPED_WORKING.format(off), backing, str(row)),
    ]


def _lawful(day: datetime.date, name: str, tet: datetime.date, *, is_known: bool) -> ProposedDay:
    """is_known: whether a notice of the year is."""
    kind = _kind(day, name, tet)
    is_chosen = (day.month, day.day) in CHOSEN or (kind == DayKind.TET and (day - tet).days not in TET_ALWAYS)
    is_guess = kind == DayKind.SWAP_OFF or (is_chosen and not is_known)
    return ProposedDay(day, kind, name, Backing.GUESS if is_guess else Backing.LIBRARY, LIBRARY)


def _library(year: int) -> "holidays.HolidayBase":
    import holidays

    return holidays.country_holidays("VN", years=year, language=LANGUAGE)


def is_first_of_tet(name: str) -> bool:
    return _FIRST_OF_TET.search(name) is not None


def _first_of_tet(found: "holidays.HolidayBase") -> datetime.date:
    return next(day for day, name in found.items() if is_first_of_tet(name))


def _kind(day: datetime.date, name: str, tet: datetime.date) -> str:
    if name.startswith(SWAPPED_OFF.partition("{")[0]):
        return DayKind.SWAP_OFF
    return DayKind.TET if abs((day - tet).days) <= TET_DAYS else DayKind.HOLIDAY


def source() -> str:
    return _("Proposed by decisions of the Government, the Labour Code and the lunar calendar")
