"""The days off of this year, and from October on of the next; and the legal numbers of days."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from deadlines.choices import YearState
from deadlines.models import CalendarYear, DeadlineRule

OCTOBER = 10


@step("calendar", 70)
def calendar(user: User, ward: Ward) -> Step:
    states = dict(CalendarYear.objects.filter(ward=ward).values_list("year", "state"))
    missing = [year for year in _wanted() if year not in states]
    url = f"{reverse('deadlines:year_new')}?of={missing[0]}" if missing else reverse("deadlines:year_list")
    there = ", ".join(f"{year} ({YearState(state).label})" for year, state in sorted(states.items()))
    return Step(_("Calendar of days off"), url, there, list(_lacks(states)))


@step("deadlines", 75)
def rules(user: User, ward: Ward) -> Step:
    verified = DeadlineRule.objects.filter(ward=ward).values_list("verified_on", flat=True)
    entered, left = len(verified), list(verified).count(None)
    url = reverse("deadlines:rule_list")
    lacks = []
    if not entered:
        lacks = [Lack(_("No legal number of days is entered."), _("Enter the known rules"), at_step(url, "deadlines"))]
    elif left:
        words = ngettext("%(count)d rule is not verified.", "%(count)d rules are not verified.", left) % {"count": left}
        lacks = [Lack(words, _("Compare them with the law"), at_step(url, "deadlines"))]
    there = ngettext("%(count)d rule", "%(count)d rules", entered) % {"count": entered} if entered else ""
    return Step(_("Deadlines by law"), url, there, lacks)


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
