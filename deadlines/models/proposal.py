"""What the days off of a year should be by law: a proposal that an officer confirms."""

import datetime

import holidays
import vnlunar
from django.utils.translation import gettext as _

from deadlines.choices import DayKind

LANGUAGE = "vi"  # the official names of the days are data, whatever the portal's language
SWAPPED = "Ngày nghỉ (thay cho"  # so the library names a day off in exchange for a Saturday worked
TET_DAYS = 7


def lunar_new_year(year: int) -> datetime.date:
    """The first day of Tết, by the Vietnamese lunar calendar (the Chinese one is a day off in some years)."""
    day, month, solar_year = vnlunar.convert_lunar_to_solar(1, 1, year)
    return datetime.date(solar_year, month, day)


def proposed_days(year: int) -> list[tuple[datetime.date, str, str]]:
    """Day, kind and name: the holidays of the Labour Code and the swaps that are announced so far."""
    found = holidays.country_holidays("VN", years=year, language=LANGUAGE)
    tet = lunar_new_year(year)
    off = [(day, _kind(day, name, tet), name) for day, name in found.items()]
    worked = [day for day in found.weekend_workdays if day.year == year]
    return sorted([*off, *((day, DayKind.SWAP_WORKING, _("Worked in exchange")) for day in worked)])


def _kind(day: datetime.date, name: str, tet: datetime.date) -> str:
    if name.startswith(SWAPPED):
        return DayKind.SWAP_OFF
    return DayKind.TET if abs((day - tet).days) <= TET_DAYS else DayKind.HOLIDAY


def source() -> str:
    return _("Proposed by the Labour Code and the lunar calendar")
