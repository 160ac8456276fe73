"""One form for what became of a model, whichever of the four it is."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.forms import ChoiceBoxes, DateField, HouseForm
from core.models import today
from models_registry.choices import HonourKind, Level
from models_registry.forms.progress import not_later
from models_registry.models import HONOURS, Honour, MobilizationModel, Replication

DECIDED = ("level", "decided_by", "number")
NEEDS = {  # kind -> fields that it has beside the day and the note
    HonourKind.RECOGNITION: DECIDED,
    HonourKind.COMMENDATION: (*DECIDED, "praise"),
    HonourKind.PLAQUE: DECIDED,
    HonourKind.REPLICATION: ("unit",),
}
PRAISE = ["Giấy khen", "Bằng khen", "Biểu dương"]  # as papers call it, whatever the portal's language


class HonourForm(HouseForm):
    submit_label = _("Save it")
    asked_by_clean = ["praise", "level", "decided_by", "number", "unit"]
    kind = forms.ChoiceField(label=_("What became of the model"), choices=HonourKind, widget=ChoiceBoxes(columns=2))
    praise = forms.CharField(label=_("Form of praise"), required=False, max_length=60)
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[("", "---------"), *Level.choices])
    decided_by = forms.CharField(label=_("Decided by"), required=False, max_length=150)
    number = forms.CharField(label=_("Number of the decision document"), required=False, max_length=50)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit that takes it up"), required=False)
    decided_on = DateField(label=_("On"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, registration: MobilizationModel, user: Any, **kwargs: Any) -> None:
        self.registration = registration
        super().__init__(*args, year=registration.campaign.year, **kwargs)
        self.initial.setdefault("decided_on", today())
        units = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        self.fields["unit"].queryset = units.exclude(pk=registration.unit_id)
        self.fields["unit"].empty_label = gettext("None")
        self.fields["praise"].help_text = gettext("Of a commendation, for example: %(words)s") % {
            "words": ", ".join(PRAISE)
        }
        self.fields["unit"].help_text = gettext("Of a model that is taken up elsewhere")
        self.fields["level"].help_text = gettext(
            "Not of a replication. The ward’s own recognition is its decision after the appraisal."
        )

    def clean_decided_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["decided_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in NEEDS.get(values.get("kind", ""), ()):
            if not values.get(name):
                self.add_error(
                    name, gettext("Fill this in for: %(kind)s.") % {"kind": HonourKind(values["kind"]).label}
                )
        return values

    def row(self) -> Honour:
        kind, said = HonourKind(self.cleaned_data["kind"]), self.cleaned_data
        fields = {name: said[name] for name in (*NEEDS[kind], "number", "decided_on", "note")}
        return HONOURS[kind](ward_id=self.registration.ward_id, mobilization_model=self.registration, **fields)


class TakenUpForm(HouseForm):
    """Of the unit's registrations, the one that takes the model up."""

    submit_label = _("Save it")
    registration = forms.ModelChoiceField(
        MobilizationModel.objects.none(), label=_("Registration of the unit"), required=False
    )

    def __init__(self, *args: Any, replication: Replication, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["registration"]
        field.queryset = replication.candidates(user).order_by("-code")
        field.empty_label = gettext("Not registered yet")
        field.label_from_instance = lambda row: f"{row.code}, {row}"
        field.help_text = gettext("What %(unit)s registered after this model.") % {"unit": replication.unit}
        self.initial.setdefault("registration", replication.taken_up_as_id)
