"""Which units merge, when, and who goes on."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Membership, Unit, UnitMerger
from core.forms import DateField, HouseForm, ManyChoiceBoxes
from core.models import today


class MergerForm(HouseForm):
    submit_label = _("Show what goes over")

    units = UnitsField(
        label=_("Units that merge"),
        queryset=Unit.objects.none(),
        error_messages={"required": _("Choose at least two different units.")},
    )
    into = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Which unit goes on"),
        required=False,
        empty_label=_("a new unit, named below"),
        help_text=_("One of the units above takes the others in and keeps its name, or a new unit begins."),
    )
    new_name = forms.CharField(label=_("Name of the new unit"), max_length=120, required=False)
    on = DateField(
        label=_("First day of the merged unit"),
        help_text=_("The units that are taken in are valid until the day before."),
    )
    decision_symbol = forms.CharField(label=_("By decision"), max_length=50, required=False)
    decision_on = DateField(label=_("Decision of"), required=False)

    def __init__(self, *args: Any, merger: UnitMerger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(ward=merger.ward_id).inside()
        typed: Any = self.data
        picked = [key for key in typed.getlist("units") if key.isdecimal()] if self.is_bound else []
        kept = [unit.pk for unit in merger.units] if merger.pk else []
        # What has ended meanwhile is told by its own sentence, and not as a choice that does not exist.
        offered = rows.filter(Q(pk__in=rows.valid_on(today())) | Q(pk__in=[*picked, *kept])).for_list()
        self.fields["units"].queryset = self.fields["into"].queryset = offered
        if merger.pk:
            names = ("into", "new_name", "on", "decision_symbol", "decision_on")
            self.initial = {"units": kept} | {name: getattr(merger, name) for name in names} | self.initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        into, new_name = cleaned.get("into"), cleaned.get("new_name")
        if "into" in cleaned and "new_name" in cleaned and bool(into) == bool(new_name):
            self.add_error("new_name", _("Either choose the unit that goes on, or write the name of a new one."))
        return cleaned


class CarryOutForm(HouseForm):
    """Looked at: exactly these numbers; and whose role ends with the former unit."""

    submit_label = _("Merge the units")

    staying = forms.MultipleChoiceField(
        label=_("Who goes on"),
        required=False,
        widget=ManyChoiceBoxes(columns=1),
        help_text=_("Take out the tick of whoever's role ends with the former unit."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, merger: UnitMerger, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part, seats = merger.rows_of("people") or (None, Membership.objects.none())
        self.now_seen = seen
        self.people = list(seats.select_related("user", "unit").order_by("unit__sort_key", "user__sort_key"))
        field: Any = self.fields["staying"]
        field.choices = [(str(seat.pk), f"{part.say(seat) if part else seat} ({seat.unit})") for seat in self.people]
        self.initial = {"staying": [key for key, _label in field.choices], "seen": seen}
        if not self.people:
            del self.fields["staying"]

    @property
    def leaving(self) -> list[int]:
        staying = set(self.cleaned_data.get("staying", ()))
        return [seat.pk for seat in self.people if str(seat.pk) not in staying]

    def look_again(self) -> None:
        """After a refusal the numbers of this page are what is looked at."""
        typed: Any = self.data
        self.data = fresh = typed.copy()
        fresh["seen"] = self.now_seen
