"""On which day periods of reports close."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User, Ward
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step
from reports.models import LAST_DAY, PeriodRule


@step("reports", 98)
def closing_day(user: User, ward: Ward) -> Step:
    url, title = reverse("reports:closing_days"), _("Closing day of reports")
    closes = PeriodRule.objects.closes_on(ward.pk, today())
    if closes is None:
        said = _("It is not decided on which day the periods of reports close.")
        return Step(title, url, "", [Lack(said, _("Decide it"), at_step(url, "reports"))])
    there = _("the last day of the month") if closes == LAST_DAY else _("day %(day)s of the month") % {"day": closes}
    return Step(title, url, there)
