import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from clearance.forms.visits import answer_due_day
from clearance.models import Dialogue, Household, Question
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, DateField, HouseForm, WholeNumberField
from core.models import today
from deadlines.forms import AsksDayOff

_ACCEPTED = {"yes": True, "no": False}


def _legal_basis() -> forms.CharField:
    return forms.CharField(
        label=_("Legal basis of the answer"),
        required=False,
        max_length=200,
        help_text=_("The article or decision that the answer rests on, where there is one."),
    )


def _accepted() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Does the household consider the question answered?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Did not say"))],
        required=False,
        widget=ChoiceBoxes(columns=3),
    )


class QuestionNewForm(AsksDayOff, HouseForm):
    """A question asked at a dialogue."""

    submit_label = _("Save the question")
    due_days = ("due_on",)

    number = WholeNumberField(label=_("Household number"), min_value=1)
    text = forms.CharField(
        label=_("Question, in the household's words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_personal_number],
    )
    owner = forms.ModelChoiceField(label=_("Who answers"), queryset=Unit.objects.none())
    due_on = DateField(label=_("Answer due on"))
    answer = forms.CharField(
        label=_("Answered at once in the hall"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_personal_number],
        help_text=_("Leave it empty when the answer comes later: the ward then owes it."),
    )
    legal_basis = _legal_basis()
    accepted = _accepted()

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        due_on = answer_due_day(dialogue.ward_id)
        super().__init__(*args, initial={"due_on": due_on, "owner": dialogue.host}, **kwargs)
        self.dialogue = dialogue
        self.fields["owner"].queryset = Unit.objects.filter(ward_id=dialogue.ward_id).order_by("sort_key")

    @property
    def ward_id(self) -> int:
        return self.dialogue.ward_id

    def clean_number(self) -> Household:
        household = self.dialogue.project.households.filter(number=self.cleaned_data["number"]).first()
        if household is None:
            raise ValidationError(gettext("This project has no household with this number."))
        return household

    def clean_due_on(self) -> datetime.date:
        if self.cleaned_data["due_on"] < self.dialogue.held_on:
            raise ValidationError(gettext("The answer can not be due before the question was asked."))
        return self.cleaned_data["due_on"]

    @property
    def answered(self) -> dict[str, Any] | None:
        """What was answered in the hall, if anything was."""
        data = self.cleaned_data
        return {name: data[name] for name in ("answer", "legal_basis", "accepted")} if data["answer"] else None

    def clean(self) -> dict[str, Any]:
        data: Any = super().clean()
        if not data.get("answer") and (data.get("legal_basis") or data.get("accepted") is not None):
            self.add_error("answer", gettext("Write down what was answered, or leave the rest empty, too."))
        return data

    def clean_accepted(self) -> bool | None:
        return _ACCEPTED.get(self.cleaned_data["accepted"])

    def question(self) -> Question:
        data = self.cleaned_data
        asked_on: Any = self.dialogue.held_on  # the form opens for a dialogue that was held
        return Question(
            ward_id=self.dialogue.ward_id,
            household=data["number"],
            dialogue=self.dialogue,
            asked_on=asked_on,
            text=data["text"],
            owner=data["owner"],
            due_on=data["due_on"],
        )


class _DayForm(HouseForm):
    """A day from `first` to today."""

    def __init__(self, *args: Any, first: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today()}, **kwargs)
        self.first = first

    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        if not self.first <= day <= today():
            raise ValidationError(gettext("Write a day from %(first)s to today.") % {"first": f"{self.first:%d/%m/%Y}"})
        return day


class QuestionAnswerForm(_DayForm):
    submit_label = _("Save the answer")

    answer = forms.CharField(
        label=_("Answer"), widget=forms.Textarea(attrs={"rows": 4}), validators=[no_personal_number]
    )
    legal_basis = _legal_basis()
    on = DateField(label=_("Answered on"))


class QuestionTellForm(_DayForm):
    submit_label = _("Record that the household knows")

    on = DateField(label=_("Household informed on"))
    accepted = _accepted()

    def clean_accepted(self) -> bool | None:
        return _ACCEPTED.get(self.cleaned_data["accepted"])
