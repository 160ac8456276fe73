"""The days off of this year, and from October on of the next."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from deadlines.choices import YearState
from deadlines.models import CalendarYear

OCTOBER = 10


@step("calendar", 70)
def calendar(user: User, ward: Ward) -> Step:
    states = dict(CalendarYear.objects.filter(ward=ward).values_list("year", "state"))
    missing = [year for year in _wanted() if year not in states]
    url = f"{reverse('deadlines:year_new')}?of={missing[0]}" if missing else reverse("deadlines:year_list")
    there = ", ".join(f"{year} ({YearState(state).label})" for year, state in sorted(states.items()))
    return Step(_("Calendar of days off"), url, there, list(_lacks(states)))


def _wanted() -> list[int]:
    day = today()
    return [day.year, day.year + 1] if day.month >= OCTOBER else [day.year]


def _lacks(states: dict[int, str]) -> Iterator[Lack]:
    for year in _wanted():
        if year not in states:
            url = f"{reverse('deadlines:year_new')}?of={year}"
            yield Lack(_("Year %(year)s has no calendar.") % {"year": year}, _("Propose it"), at_step(url, "calendar"))
        elif states[year] == YearState.PROVISIONAL:
            url = reverse("deadlines:year_detail", args=[year])
            said = _("The calendar of %(year)s is only proposed.") % {"year": year}
            yield Lack(said, _("Compare it with the official notice"), at_step(url, "calendar"))
