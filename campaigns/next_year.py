"""Undertakings go on into the new year: what each year is about is a row of its own, the undertaking is the same."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import CampaignFocus, Undertaking
from core.models import save_all
from core.next_year import Turn, part


def _foci(turn: Turn) -> QuerySet:
    there = CampaignFocus.objects.filter(ward=turn.new.ward_id, campaign=turn.new).values("undertaking")
    living = Undertaking.objects.filter(ward=turn.old.ward_id).valid_on(turn.new.opens_on)
    rows = CampaignFocus.objects.filter(ward=turn.old.ward_id, campaign=turn.old, undertaking__in=living)
    return rows.exclude(undertaking__in=there).select_related("undertaking")


def _carry(turn: Turn, rows: QuerySet) -> list[int]:
    made = [
        CampaignFocus(ward_id=row.ward_id, campaign=turn.new, undertaking_id=row.undertaking_id, label=row.label)
        for row in rows
    ]
    save_all(made)
    return [row.pk for row in made]


part(
    "undertakings",
    _("Undertakings that go on"),
    order=10,
    rows=_foci,
    carry=_carry,
    hint=_(
        "Clearance projects, streets and other works with all that belongs to them; those that have ended stay behind."
    ),
    say=lambda row: f"{row.undertaking}: {row.label}" if row.label else row.undertaking,
)
