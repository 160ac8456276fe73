from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clearance.choices import PrivacyKind, PrivacyOutcome
from clearance.models import Breach, PrivacyRequest
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm
from core.models import today


class PrivacyRequestForm(HouseModelForm):
    submit_label = _("Save and give a number")

    class Meta:
        model = PrivacyRequest
        fields = ["kind", "name", "text", "received_on"]
        widgets = {
            "kind": ChoiceBoxes(columns=2),
            "name": forms.TextInput(),
            "text": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"name": _("Name and words are sealed."), "text": _("What the person asks, as it was said.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [pair for pair in PrivacyKind.choices if pair[0] != PrivacyKind.TIME_UP]
        for name, most in (("name", 120), ("text", 2000)):
            self.fields[name].validators = [*self.fields[name].validators, no_personal_number]
            self.fields[name].max_length = most


class PrivacyAnswerForm(HouseForm):
    submit_label = _("Record the answer")

    checked_how = forms.CharField(
        label=_("How was it checked who asks?"),
        max_length=200,
        validators=[no_personal_number],
        help_text=_("For example: came to the counter and showed the card. Never copy the card or its number."),
    )
    on = DateField(label=_("Answered on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)


class PrivacyEndForm(HouseForm):
    submit_label = _("End the request")

    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=PrivacyOutcome.choices, widget=ChoiceBoxes(columns=3)
    )
    result = forms.CharField(
        label=_("What was done, or why not"),
        max_length=1000,
        validators=[no_personal_number],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = DateField(label=_("On the day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)


class PersonFindForm(HouseForm):
    submit_label = _("Find the person")

    words = forms.CharField(
        label=_("Name, or the whole phone or identity number"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ClearForm(HouseForm):
    submit_label = _("Begin, for a second person to confirm")

    paper = forms.CharField(
        label=_("Record of the hand-over to the archive"),
        max_length=150,
        validators=[no_personal_number],
        help_text=_("Its number and day."),
    )

    def __init__(self, *args: Any, to_archive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not to_archive:
            del self.fields["paper"]


class BreachForm(HouseModelForm):
    submit_label = _("Save the breach")

    class Meta:
        model = Breach
        fields = ["noticed_on", "what", "whom", "measures"]
        widgets = {"what": forms.Textarea(attrs={"rows": 3}), "measures": forms.Textarea(attrs={"rows": 3})}


class BreachReportForm(HouseForm):
    submit_label = _("Record the report")

    told = forms.CharField(label=_("To whom was it reported?"), max_length=200)
    on = DateField(label=_("Reported on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
