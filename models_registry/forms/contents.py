"""Rows of a registration: targets, milestones, people who register together, units that take part."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.dates import full_date
from core.forms import DateField, TargetField
from models_registry.choices import ParticipationRole
from models_registry.forms.rows import RowForm


class DueRowForm(RowForm):
    """What is there by a day, which is a day of the year's work."""

    def ask_for(self, sentences: dict[str, str], first: datetime.date, last: datetime.date) -> None:
        """The row is about to be sent: it must be whole and its day in the year's work."""
        days = {"first": full_date(first), "last": full_date(last)}
        sentences = sentences | {"due_on": gettext("Choose a day from %(first)s to %(last)s") % days}
        due_on = self.cleaned_data.get("due_on")
        for name, sentence in sentences.items():
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, sentence)
        if due_on and not first <= due_on <= last:
            self.add_error("due_on", sentences["due_on"])


class TargetForm(DueRowForm):
    blank_is_text = ("name", "unit_of_measure")

    name = forms.CharField(label=_("What"), max_length=150, required=False)
    target = TargetField(label=_("How many"), required=False)
    unit_of_measure = forms.CharField(label=_("Counted in"), max_length=30, required=False)
    due_on = DateField(label=_("By"), required=False)

    def ask_for_rest(self, first: datetime.date, last: datetime.date) -> None:
        said = {"name": gettext("Enter what the target counts"), "target": gettext("Enter how many")}
        self.ask_for(said, first, last)


class MilestoneForm(DueRowForm):
    blank_is_text = ("name",)

    name = forms.CharField(label=_("What is done by then"), max_length=150, required=False)
    due_on = DateField(label=_("By"), required=False)

    def ask_for_rest(self, first: datetime.date, last: datetime.date) -> None:
        self.ask_for({"name": gettext("Enter what is done by that day")}, first, last)


class FellowForm(RowForm):
    name = forms.CharField(label=_("Full name"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"


class ParticipationForm(RowForm):
    blank_is_text = ("name", "part")
    always_set = ("role",)

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit of the ward"), required=False)
    name = forms.CharField(label=_("or body outside the ward"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ParticipationRole, required=False)
    part = forms.CharField(label=_("What it does"), max_length=200, required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units  # read once for all rows
        self.fields["unit"].queryset = units.all()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["role"] = values.get("role") or ParticipationRole.COOPERATES
        if not self.has_text() or self.errors:
            return values
        if values.get("unit") and values.get("name"):
            self.add_error("name", gettext("Choose a unit of the ward or write a name, not both"))
        elif not values.get("unit") and not values.get("name"):
            self.add_error("unit", gettext("Choose the unit that takes part, or write its name"))
        return values

    @property
    def who(self) -> Any:
        """The unit or the name; None while it is not usable."""
        return None if self.errors else self.cleaned_data.get("unit") or self.cleaned_data.get("name") or None
