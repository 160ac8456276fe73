"""The ward's decision, and steps that need a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import full_date
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
)
from core.models import today
from deadlines.forms import AsksDayOff
from models_registry.choices import (
    Verdict,
)
from models_registry.models import MobilizationModel


class ModelReviewForm(AsksDayOff, HouseForm):
    submit_label = _("Send the decision")
    asked_by_clean = ["message"]

    verdict = forms.ChoiceField(label=_("The ward's decision"), widget=ChoiceBoxes(columns=1))
    message = forms.CharField(
        label=_("Message to the unit"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you ask for more or do not approve"),
    )
    first_due_on = DateField(label=_("First step, leadership resolution, due on"), required=False)

    def __init__(self, data: Any = None, *, registration: MobilizationModel, **kwargs: Any) -> None:
        self.registration = registration
        super().__init__(data, year=registration.campaign.year, **kwargs)
        offered = [Verdict.ACCEPT, Verdict.RETURN, Verdict.REJECT]
        self.initial.setdefault("first_due_on", registration.planned_steps(today())[0][1])
        self.fields["verdict"].choices = [(v.value, v.label) for v in offered]
        self.fields["verdict"].widget.hints = {
            Verdict.ACCEPT: gettext("Lays out 5 steps, tells %(unit)s") % {"unit": registration.unit},
            Verdict.RETURN: gettext("Goes back with what has to be added"),
            Verdict.REJECT: gettext("Needs a reason"),
        }

    @property
    def ward_id(self) -> int:
        return self.registration.ward_id

    @property
    def due_days(self) -> tuple[str, ...]:  # type: ignore[override]
        """The first step's day counts only when the model is approved."""
        return ("first_due_on",) if self.cleaned_data.get("verdict") == Verdict.ACCEPT else ()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        verdict, message = values.get("verdict"), values.get("message")
        if verdict == Verdict.RETURN and not message:
            self.add_error("message", gettext("Write what the unit has to add"))
        if verdict == Verdict.REJECT and not message:
            self.add_error("message", gettext("Write why the model is not approved"))
        day = values.get("first_due_on")
        if verdict == Verdict.ACCEPT and day:
            last = self.registration.step_days(today())[1]
            if not today() <= day <= last:
                span = {"first": full_date(today()), "last": full_date(last)}
                self.add_error("first_due_on", gettext("Choose a day from %(first)s to %(last)s") % span)
        return values


class ReasonForm(HouseForm):
    """A step that needs to be explained."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ModelCorrectForm(HouseForm):
    submit_label = _("Correct the decision")
    verdict = forms.ChoiceField(label=_("The right decision"), widget=ChoiceBoxes(columns=1))
    reason = forms.CharField(
        label=_("Reason for the correction"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, verdicts: Iterable[Verdict], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = [(verdict.value, verdict.label) for verdict in verdicts]
