from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.choices import MergerState
from accounts.models import UnitMerger
from accounts.models.mergers import can_merge
from core.agenda import Ask, Item, agenda


@agenda("mergers")
def mergers(ask: Ask) -> Iterator[Item]:
    """Mergers of units that are prepared, for those who carry them out."""
    if ask.unit is not None or not can_merge(ask.user):
        return
    rows = UnitMerger.objects.visible_to(ask.user).filter(state=MergerState.PREPARED, on__lte=ask.end).for_list()
    for row in rows:
        yield Item(
            title=str(row),
            due_on=row.on,
            url=row.get_absolute_url(),
            subject=row,
            action=_("Look at the merger") if row.on <= ask.today else "",
            action_url=row.get_absolute_url() if row.on <= ask.today else "",
        )
