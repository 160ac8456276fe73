from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.actions import NewPlot, since_list
from clearance.models import Household, LandKind, Party, Plot, PlotPart, Project
from clearance.models.land import plot_code
from clearance.validators import no_personal_number
from core.forms import DateField, HouseForm, HouseModelForm, NumberField
from core.models import today
from core.stale import KeepsWhatOthersSaved
from core.text import number


def kinds_of(ward_id: int) -> Any:
    return LandKind.objects.filter(ward_id=ward_id).valid_on(today()).order_by("code")


class _CodeField(forms.CharField):
    def clean(self, value: Any) -> str:
        code = plot_code(super().clean(value))
        if not code:
            raise ValidationError(gettext("Write the number as the map has it, for example 45 or 45A."))
        return code


def _code(label: Any) -> _CodeField:
    return _CodeField(
        label=label, max_length=20, widget=forms.TextInput(attrs={"class": "dv-w-s", "autocomplete": "off"})
    )


def _area(label: Any, help_text: Any = "") -> NumberField:
    limits = {"max_digits": 12, "decimal_places": 2, "required": False}
    return NumberField(label=label, help_text=help_text, **limits)


class PlotNewForm(HouseForm):
    """A plot that a household holds. Of a plot that another household holds already, sheet and number are enough."""

    submit_label = _("Save the plot")

    map_sheet = _code(_("Map sheet"))
    number = _code(_("Plot number"))
    kind = forms.ModelChoiceField(label=_("Kind of land"), queryset=LandKind.objects.none(), required=False)
    area = _area(_("Whole plot, m²"))
    area_recovered = _area(_("To be recovered, m²"), _("Leave areas blank that nobody has measured yet."))
    party = forms.ModelChoiceField(
        label=_("Who of the household holds it"),
        queryset=Party.objects.none(),
        required=False,
        empty_label=_("The household together"),
    )
    on = DateField(label=_("Holds it since"), help_text=_("As far as it is known; the first day of the list will do."))
    note = forms.CharField(label=_("Note"), required=False, max_length=200, validators=[no_personal_number])

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": since_list(household.project)})
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = kinds_of(household.ward_id)
        people = Party.objects.filter(ward=household.ward_id, households__household=household).order_by("sort_key")
        self.fields["party"].queryset = people

    def clean_on(self) -> Any:
        if (day := self.cleaned_data["on"]) > today():
            raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
        return day

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        who = {"party": data.pop("party"), "on": data.pop("on")}
        return {"plot": NewPlot(**data), **who}


class PlotEditForm(KeepsWhatOthersSaved, HouseModelForm):
    submit_label = _("Save the plot")

    map_sheet = _code(_("Map sheet"))
    number = _code(_("Plot number"))

    class Meta:
        model = Plot
        fields = ["map_sheet", "number", "kind", "area", "area_recovered", "note"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = kinds_of(project.ward_id)


class PlotPartForm(HouseModelForm):
    """A part of the plot that is handed over while the rest is not."""

    submit_label = _("Save the part")

    class Meta:
        model = PlotPart
        fields = ["area", "on", "paper"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole, parts = self.instance.plot.to_hand_over, self.instance.plot.handed_in_parts()
        if whole is not None:
            words = gettext("Of %(whole)s m², %(parts)s m² are handed over in parts so far.")
            self.fields["area"].help_text = words % {"whole": number(whole, 2), "parts": number(parts, 2)}


class PlotRemoveForm(HouseForm):
    submit_label = _("Take it off the list")
    submit_is_danger = True

    reason = forms.CharField(
        label=_("Why it leaves the list"),
        max_length=200,
        validators=[no_personal_number],
        help_text=_("For example: the boundary of the project was changed, or it was entered by mistake."),
    )


class HoldingEndForm(HouseForm):
    submit_label = _("Save the last day")

    on = DateField(label=_("Last day on which the household holds it"))


class LandKindForm(HouseModelForm):
    submit_label = _("Save the kind of land")

    class Meta:
        model = LandKind
        fields = ["code", "name", "group", "source", "valid_from", "valid_to"]

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).upper()
