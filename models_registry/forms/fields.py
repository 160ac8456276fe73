import csv
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from core.forms import HouseForm
from core.paste import read_rows
from models_registry.models import ThemeField

TABLE = Path(__file__).parent.parent / "data" / "fields.csv"


@cache
def proposed() -> tuple[tuple[str, str], ...]:
    """Fields as the superior's summaries name them, with the usual ones of a theme: (field, official field)."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return tuple((row["field"], row["official"]) for row in csv.DictReader(rows))


class FieldsForm(HouseForm):
    """One field a line, with the official field after a semicolon."""

    submit_label = _("Add these fields")
    lines = forms.CharField(
        label=_("Fields of the theme"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: field of the year; official field that it counts for in the superior's summary."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].initial = "\n".join(f"{field}; {official}" for field, official in self._offered(campaign))

    def _offered(self, campaign: Campaign) -> Any:
        """Nothing where the year has fields, else those of the last year that had some, else the project's own."""
        rows = ThemeField.objects.filter(ward_id=campaign.ward_id)
        if rows.filter(campaign=campaign).exists():
            return ()
        last = rows.filter(campaign__year__lt=campaign.year).order_by("-campaign__year").first()
        if last is None:
            return proposed()
        return rows.filter(campaign=last.campaign_id).values_list("label", "official_field__label")

    def clean_lines(self) -> str:
        self.pairs: list[tuple[str, str]] = []
        for row in read_rows(self.cleaned_data["lines"]):
            cells = [cell for cell in row.cells if cell]
            if len(cells) != 2 or any(len(cell) > 120 for cell in cells):
                told = gettext("Line %(line)d: write the field; then its official field, each of at most 120 letters.")
                raise ValidationError(told % {"line": row.line})
            self.pairs.append((cells[0], cells[1]))
        return self.cleaned_data["lines"]
