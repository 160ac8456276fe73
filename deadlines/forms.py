from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import ChoiceBoxes, HouseForm, HouseModelForm, WholeNumberField
from deadlines.models import FIRST_YEAR, LAST_YEAR, CalendarDay


class DayForm(HouseModelForm):
    submit_label = _("Save the day")

    class Meta:
        model = CalendarDay
        fields = ["date", "kind", "name", "source"]
        widgets = {"kind": ChoiceBoxes()}
        help_texts = {
            "name": _("For example: Hùng Kings' day"),
            "source": _("The notice or decision that says so"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.date = cleaned.get("date") or self.instance.date
        if cleaned.get("date"):
            self.instance.require_year()
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"ward"}


class YearNewForm(HouseForm):
    submit_label = _("Propose the calendar")
    year = WholeNumberField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class YearConfirmForm(HouseForm):
    submit_label = _("Confirm the calendar")
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("The official notice that you have compared the days with, with its number and day"),
    )

    def clean_source(self) -> str:
        source = self.cleaned_data["source"].strip()
        if not source:
            raise ValidationError(self.fields["source"].error_messages["required"])
        return source
