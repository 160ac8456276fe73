"""What no other app counts: the size of the ward, as other bodies told it."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from core.dates import full_date
from core.figures import FigureValue, Scope, address, figure
from reports.models import WardNumber


@figure("reports.ward_numbers", label=_("Numbers of the ward"), unit=_("as told"), kind="breakdown")
def ward_numbers(scope: Scope, on: datetime.date) -> FigureValue:
    """Of each number that the ward keeps about itself the newest of the day or before, as its source told it. They are
    of different things, so nothing is added up."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = WardNumber.objects.filter(ward=scope.ward).latest_on(on)
    may_open = scope.user is None or access.can(scope.user, Permission.REPORT_READ)
    here = reverse("reports:ward_number_list") if may_open else ""
    parts = {
        row.code: FigureValue(
            row.value,
            WardNumber.objects.filter(ward=scope.ward, pk=row.pk),
            here and address(here, on, scope.campaign, code=row.code),
            label=row.label,
            beside=full_date(row.on),
        )
        for row in rows
    }
    return FigureValue(None, parts=parts)
