"""Steps done and results reached."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import full_date
from core.forms import (
    DateField,
    HouseForm,
    TargetField,
    UploadsField,
)
from core.models import today
from core.personal import no_personal_number
from core.text import number
from deadlines.forms import AsksDayOff
from models_registry.models import MobilizationModel, ModelStep


def not_later(day: datetime.date | None) -> datetime.date | None:
    if day and day > today():
        raise forms.ValidationError(gettext("Choose a day up to today, %(today)s") % {"today": full_date(today())})
    return day


class StepReportForm(HouseForm):
    submit_label = _("Report the step done")
    on = DateField(label=_("Done on"))
    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=2000,
        validators=[no_personal_number],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = UploadsField(label=_("Evidence"), required=False)

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])


class StepRescheduleForm(AsksDayOff, HouseForm):
    submit_label = _("Change the due day")
    due_days = ("due_on",)
    due_on = DateField(label=_("New due day"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, step: ModelStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step

    @property
    def ward_id(self) -> int:
        return self.step.ward_id

    def clean_due_on(self) -> datetime.date:
        day, last = self.cleaned_data["due_on"], self.step.mobilization_model.campaign.closes_on
        if not today() <= day <= last:
            span = {"first": full_date(today()), "last": full_date(last)}
            raise forms.ValidationError(gettext("Choose a day from %(first)s to %(last)s") % span)
        return day


class ProgressNewForm(HouseForm):
    """The totals reached so far, one number for each target; a target left empty is not reported."""

    submit_label = _("Record the results")
    is_sticky = True
    on = DateField(label=_("As of"))
    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=2000,
        validators=[no_personal_number],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = UploadsField(label=_("Photos or papers"), required=False)

    def __init__(self, *args: Any, registration: MobilizationModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[Any] = list(registration.targets.with_reached())
        for target in self.rows:
            reached = gettext("so far %(reached)s of %(target)s %(unit)s")
            facts = {
                "reached": number(target.reached or 0),
                "target": number(target.target or 0),
                "unit": target.unit_of_measure,
            }
            self.fields[f"target_{target.pk}"] = TargetField(
                label=target.name, help_text=reached % facts, min_value=0, required=False
            )
        self.order_fields([*(f"target_{target.pk}" for target in self.rows), "evidence", "note", "on"])

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not self.reached() and not values.get("note"):
            self.add_error(None, gettext("Enter a number for at least one target, or write what was done"))
        return values

    def reached(self) -> dict[Any, Decimal]:
        found = {target: self.cleaned_data.get(f"target_{target.pk}") for target in self.rows}
        return {target: value for target, value in found.items() if value is not None}


class SelfAssessForm(ProgressNewForm):
    """The unit's own assessment with its last totals, which are there already where they were recorded."""

    submit_label = _("Hand in the self-assessment")
    note = forms.CharField(
        label=_("What was reached and what was hard"),
        max_length=4000,
        validators=[no_personal_number],
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for target in self.rows:
            self.initial[f"target_{target.pk}"] = target.reached
        self.asked_by_clean = [f"target_{target.pk}" for target in self.rows]
        self._mark_as_needed(True)

    def reached(self) -> dict[Any, Decimal]:
        """What differs from what was recorded last."""
        return {target: value for target, value in super().reached().items() if value != target.reached}
