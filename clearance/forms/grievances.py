"""What comes in at the desk or by the public page, how it is sorted, and each step after."""

import datetime
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from clearance.models import Grievance, Household, Project
from clearance.tracks import MOVES, Door, Finding, Step, Track, WithdrawnAt
from clearance.validators import no_personal_number
from core.codes import LENGTH, plain_code
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, UploadsField, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from core.search import in_order

SHOWN_AT = signing.TimestampSigner(salt="clearance.grievance")
LONGEST = 5000  # signs of what somebody tells
SOONEST = datetime.timedelta(seconds=3)  # nobody reads and fills the form in less


class GrievanceForm(AsksFirst, HouseModelForm):
    submit_label = _("Save and give a number")

    class Meta:
        model = Grievance
        fields = ["text", "name", "address_line", "door", "received_on"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "door": ChoiceBoxes(columns=2)}
        help_texts = {
            "text": _("Write it as it was said and read it back. Leave out phone and identity numbers."),
            "name": _("May stay empty for feedback. A complaint needs name and address."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["door"].choices = [(code, label) for code, label in Door.choices if code != Door.PORTAL]
        self.fields["text"].required = True

    def questions(self) -> Iterator[Question]:
        if (day := self.cleaned_data["received_on"]).year < today().year:
            sentence = gettext(
                "This day lies in %(year)s: the receipt gets a number of that year, and clocks run from it."
            )
            yield Question("received_on", sentence % {"year": day.year})


class GrievancePapersForm(HouseForm):
    submit_label = _("Keep the papers")

    papers = UploadsField(label=_("Papers that the person brought"), accept_kinds=".jpg,.jpeg,.png,.pdf")


class PublicGrievanceForm(HouseModelForm):
    """Filled in by anybody. A program that sends forms sends too soon."""

    submit_label = _("Send to the ward")

    shown_at = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Grievance
        fields = ["text", "name", "address_line"]
        widgets = {"text": forms.Textarea(attrs={"rows": 7})}
        labels = {"text": _("What do you want to tell the ward?")}
        help_texts = {
            "text": _("Leave out phone and identity numbers: the answer comes by the receipt code."),
            "name": _("May stay empty. A complaint about a decision needs name and address."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].validators.append(MaxLengthValidator(LONGEST))
        self.initial["shown_at"] = SHOWN_AT.sign("form")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        try:
            SHOWN_AT.unsign(values.get("shown_at") or "", max_age=datetime.timedelta(days=1))
        except signing.BadSignature:
            renewed = cast(QueryDict, self.data).copy()
            renewed["shown_at"] = SHOWN_AT.sign("form")  # else the next try would be refused for the same age
            self.data = renewed
            raise ValidationError(gettext("The form was open for too long. Please send it once more.")) from None
        if self._is_too_soon(values["shown_at"]):
            raise ValidationError(gettext("That was very quick. Read it once more and send it again."))
        return values

    @staticmethod
    def _is_too_soon(shown_at: str) -> bool:
        try:
            SHOWN_AT.unsign(shown_at, max_age=SOONEST)
        except signing.SignatureExpired:
            return False
        return True


class GrievanceSortForm(HouseForm):
    submit_label = _("Sort it")

    track = forms.ChoiceField(label=_("What kind is it?"), widget=ChoiceBoxes(columns=1))
    summary = forms.CharField(
        label=_("What it is about"),
        max_length=150,
        required=False,
        validators=[no_personal_number],
        help_text=_("One line without names: it stands in the list. Only a denunciation has none."),
    )
    about = forms.ModelChoiceField(label=_("Whose act it is about"), queryset=Unit.objects.none(), required=False)
    project = forms.ModelChoiceField(label=_("Clearance project"), queryset=Project.objects.none(), required=False)
    number = WholeNumberField(label=_("Household number"), min_value=1, required=False)
    body = forms.CharField(
        label=_("Body that takes the denunciation"),
        max_length=150,
        required=False,
        help_text=_("For a denunciation alone. Hand the paper over first: afterwards nothing of it is left here."),
    )

    def __init__(self, *args: Any, grievance: Grievance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grievance = grievance
        hints = {
            Track.FEEDBACK: gettext("a question, a wish, something seen"),
            Track.COMPLAINT: gettext("against a decision or an act that touches the person's own right"),
            Track.DISPUTE: gettext("between people, such as over a plot"),
            Track.DENUNCIATION: gettext("of a wrong done by somebody: only number, day and who takes it are kept"),
        }
        self.fields["track"].choices = [(track.value, f"{track.label}: {hint}") for track, hint in hints.items()]
        self.fields["about"].queryset = (
            Unit.objects.filter(ward_id=grievance.ward_id).valid_on(today()).order_by("sort_key")
        )
        self.fields["project"].queryset = Project.objects.filter(ward_id=grievance.ward_id).order_by(in_order("name"))
        for name in ("about", "project"):
            self.fields[name].empty_label = gettext("None")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        track = values.get("track")
        if track == Track.DENUNCIATION and not values.get("body"):
            self.add_error("body", gettext("Write which body takes it."))
        if track and track != Track.DENUNCIATION and not values.get("summary"):
            self.add_error("summary", gettext("Write in one line what it is about."))
        if track == Track.COMPLAINT and not (self.grievance.name and self.grievance.address_line):
            self.add_error("track", gettext("A complaint needs the name and the address of the person who complains."))
        values["household"] = self._household(values)
        return values

    def _household(self, values: dict[str, Any]) -> Household | None:
        project, number = values.pop("project", None), values.pop("number", None)
        if project and number:
            found = project.households.filter(number=number).first()
            if found is None:
                self.add_error("number", gettext("This project has no household with this number."))
            return found
        if project or number:
            missing = "number" if project else "project"
            self.add_error(missing, gettext("Give both the project and the household number, or neither."))
        return None


def _text(label: Any, rows: int = 3, **kwargs: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, validators=[no_personal_number], max_length=LONGEST, **kwargs)


_REASON = {
    Step.ASK_MORE: _("What is missing, and until when"),
    Step.ASK_WITHDRAWAL: _("What is withdrawn, all or a part"),
    Step.CONFIRM_WITHDRAWAL: _("How you made sure that it is the person's own wish"),
    Step.SUSPEND: _("Ground of the suspension"),
    Step.EXTEND: _("Why the matter is complex"),
}


class GrievanceStepForm(HouseForm):
    """The fields of one step."""

    on = DateField(label=_("On"))

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today()}, **kwargs)
        self.submit_label = step.label
        known = {
            "reason": _text(_REASON.get(step, _("Reason"))),
            "body": forms.CharField(label=_("Passed on to"), max_length=150),
            "place": forms.ChoiceField(
                label=_("Where was it signed?"), choices=WithdrawnAt.choices, widget=ChoiceBoxes(columns=1)
            ),
            "finding": forms.ChoiceField(
                label=_("The complaint is"), choices=Finding.choices, widget=ChoiceBoxes(columns=3)
            ),
            "decision": forms.CharField(label=_("Number of the settlement decision"), max_length=60),
            "reply": _text(_("What the person is answered"), rows=6),
        }
        for name in MOVES[step].asks:
            self.fields[name] = known[name]
        if step == Step.SETTLE:
            self.fields["remedy"] = _text(_("What is put right"), required=False)
        if step == Step.CLOSE:
            said = [("yes", _("Yes")), ("no", _("No")), ("", _("Did not say"))]
            self.fields["satisfied"] = forms.ChoiceField(
                label=_("Does the person consider it answered?"),
                choices=said,
                required=False,
                widget=ChoiceBoxes(columns=3),
            )

    def clean_satisfied(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["satisfied"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("finding") in (Finding.RIGHT, Finding.PARTLY) and not values.get("remedy"):
            self.add_error("remedy", gettext("Write what is put right."))
        return values


class CaseFindForm(HouseForm):
    submit_label = pgettext_lazy("card", "Open the file")

    code = forms.CharField(
        label=_("Code of the card"),
        max_length=20,
        help_text=_("Ten letters and digits, in capitals or not."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        code = plain_code(self.cleaned_data["code"])
        if len(code) != LENGTH:
            raise ValidationError(self._wrong())
        return code

    def say_wrong(self) -> None:
        """No card has this code, which is said in the same words as of one that can be none."""
        if "code" not in self.errors:
            self.add_error("code", self._wrong())

    @staticmethod
    def _wrong() -> str:
        return gettext("This code opens nothing. Compare it with the card, or ask for a new card.")
