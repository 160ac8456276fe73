import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.figures import FigureValue, Scope, address, figure
from deadlines.models import Deadline


@figure("deadlines.overdue", label=_("Deadlines by law overdue"), unit=_("deadlines"))
def overdue(scope: Scope, on: datetime.date) -> FigureValue:
    """Deadlines of what is in force whose last day has passed by the day, neither met nor paused then; of all years.

    No data while none was ever counted.
    """
    if scope.unit is not None:
        return FigureValue(None)
    seen = Deadline.objects.visible_to(scope.user) if scope.user else Deadline.objects.all()
    rows = seen.filter(ward=scope.ward).overdue(on)
    value = rows.count()
    if not value and not Deadline.objects.filter(ward=scope.ward).exists():
        return FigureValue(None)
    return FigureValue(
        value, rows=rows, url=address(reverse("deadlines:deadline_list"), on, scope.campaign, state="overdue")
    )
