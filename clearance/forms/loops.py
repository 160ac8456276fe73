import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.forms.file import _OnDay
from clearance.models import LoopMinutes, MobilisationLoop, SetDay
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, TimeField, UploadField
from core.models import today
from deadlines.forms import KeepsClosedTimes


class LoopForm(HouseModelForm):
    submit_label = _("Open the mobilisation")

    class Meta:
        model = MobilisationLoop
        fields = ["kind", "words", "opened_on", "ward_body", "front_body", "unit_body"]
        widgets = {"kind": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = MobilisationLoop.kind.field.choices
        self.fields["words"].widget.attrs["rows"] = 3
        self.fields["words"].help_text = _("As the household said it. No opinion about the family.")
        self.fields["front_body"].help_text = _("All three take part, as the law orders.")

    def clean_opened_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["opened_on"])


class MinutesForm(_OnDay):
    submit_label = _("Save the minutes")

    scan = UploadField(label=_("Scan or photo of the signed paper"), required=False)

    class Meta:
        model = LoopMinutes
        fields = [
            "on",
            "of_ward",
            "of_front",
            "of_unit",
            "of_household",
            "said",
            "signed",
            "witness",
            "second_witness",
            "paper",
        ]
        widgets = {"signed": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed"].choices = LoopMinutes.signed.field.choices
        self.fields["said"].widget.attrs["rows"] = 3
        self.fields["of_ward"].help_text = _("Name and office. Empty where nobody was there.")
        self.fields["second_witness"].help_text = _("Two witnesses where the household did not sign.")
        self.fields["paper"].help_text = _("For example: file 12 of the records office")


class LoopEndForm(HouseForm):
    submit_label = _("The household cooperates")

    on = DateField(label=_("On the day"))
    note = forms.CharField(
        label=_("What shows it"),
        max_length=200,
        validators=[no_personal_number],
        help_text=_("For example: let the plot be measured, minutes of 12/05/2026"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today()}} | kwargs)

    def clean_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["on"])


class LoopMistakeForm(LoopEndForm):
    submit_label = _("It was opened in error")
    submit_is_danger = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Why it was an error")
        self.fields["note"].help_text = ""


class LoopDecisionForm(HouseForm):
    submit_label = _("Record that a decision exists")

    number = forms.CharField(
        label=_("Number and symbol of the decision"), max_length=60, validators=[no_personal_number]
    )
    on = DateField(label=_("Day of the decision"))

    def clean_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["on"])


class SetDayForm(KeepsClosedTimes, HouseModelForm):
    submit_label = _("Save the day")
    set_days = {"on": "at"}

    on = DateField(label=_("On the day"))
    at = TimeField(label=_("Hour"), required=False)

    class Meta:
        model = SetDay
        fields = ["kind", "on", "at", "place"]
        widgets = {"kind": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = SetDay.kind.field.choices

    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        if day < today():
            raise ValidationError(gettext("This day is over. Choose today or a later day."))
        return day


def _not_to_come(day: datetime.date) -> datetime.date:
    if day > today():
        raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
    return day
