from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.models import Campaign, Document
from clearance.choices import HANDED_OVER, DialogueState, InvitationState
from clearance.forms.visits import moment_of
from clearance.models import Dialogue, DialogueChanges, Household, Invitation, ProcedureStep, Project
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, TimeField, UploadField
from core.models import today
from core.questions import Question
from core.stale import KeepsWhatOthersSaved
from deadlines.forms import AsksDayOff


class DialogueForm(KeepsWhatOthersSaved, AsksDayOff, HouseModelForm):
    """Plan or edit. Moving a dialogue that households know of is asked about: they have to be told anew."""

    submit_label = _("Save the dialogue")
    event_days = ("held_on",)

    is_same_place = forms.BooleanField(
        label=_("The same place, only written better: nobody has to be told anew"), required=False
    )

    class Meta:
        model = Dialogue
        fields = ["host", "held_on", "starts_at", "place", "step_code", "minutes"]

    def __init__(self, *args: Any, project: Project, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.ward_id, self.instance.project = project.ward_id, project
        self.fields["host"].queryset = Unit.objects.filter(ward_id=project.ward_id).order_by("sort_key")
        self.fields["minutes"].queryset = documents
        self.fields["step_code"] = self._steps(project)
        if self.instance.pk is None:
            del self.fields["minutes"]
        is_planned = self.instance.pk and self.instance.state == DialogueState.PLANNED
        self.told = self.instance.told().count() if is_planned else 0
        self.was = self.instance.when_and_where
        if not self.told:
            del self.fields["is_same_place"]

    def _steps(self, project: Project) -> forms.ChoiceField:
        """The steps of the procedure; what was typed before them stays possible where it stands."""
        known = dict(ProcedureStep.objects.filter(ward=project.ward_id).order_by("order").values_list("code", "name"))
        typed = self.instance.step_code
        choices = [("", _("No step")), *((code, f"{code}. {name}") for code, name in known.items())]
        if typed and typed not in known:
            choices.append((typed, typed))
        field: Any = Dialogue._meta.get_field("step_code")
        return forms.ChoiceField(label=str(field.verbose_name).capitalize(), choices=choices, required=False)

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        if self.told and self.changes.moves:
            sentence = ngettext(
                "%(count)d household was told: %(was)s. It gets a new invitation, and its answer is asked for anew.",
                "%(count)d households were told: %(was)s. They get a new invitation, and their answers are asked for "
                "anew.",
                self.told,
            )
            yield Question("", sentence % {"count": self.told, "was": self.was})

    @property
    def changes(self) -> DialogueChanges:
        fields = tuple(name for name in self.changed_data if name in (self._meta.fields or ()))
        return DialogueChanges(fields, bool(self.cleaned_data.get("is_same_place")))


class DialogueInviteForm(HouseForm):
    """Ticks at the households that are shown and have no invitation to the day and place as they are now."""

    submit_label = _("Make invitations for the ticked ones")

    households = forms.ModelMultipleChoiceField(
        label=_("Households"),
        queryset=Household.objects.none(),
        error_messages={"required": _("Tick at least one household.")},
    )

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        self.fields["households"].queryset = rows
        self.ticked = set(self["households"].value() or []) if self.is_bound else set()


class DialogueHoldForm(HouseForm):
    submit_label = _("Record that it was held")

    on = DateField(label=_("Held on"))
    minutes = forms.ModelChoiceField(
        label=_("Minutes"), queryset=Document.objects.none(), required=False, empty_label=_("Not yet in the register")
    )

    def __init__(self, *args: Any, dialogue: Dialogue, campaign: Campaign, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": dialogue.held_on or today()}, **kwargs)
        self.dialogue, self.campaign = dialogue, campaign
        self.fields["minutes"].queryset = documents

    def clean_on(self) -> Any:
        self.dialogue.project.check_day(self.campaign, self.cleaned_data["on"])
        return self.cleaned_data["on"]


class DialogueCancelForm(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=200, validators=[no_personal_number])


class InvitationDeliverForm(HouseForm):
    submit_label = _("Record the delivery")

    outcome = forms.ChoiceField(
        label=_("How was it delivered?"),
        choices=[(state.value, state.label) for state in HANDED_OVER],
        widget=ChoiceBoxes(columns=2),
    )
    on = DateField(label=_("Day"))
    time = TimeField(label=_("Time"))
    receiver = forms.CharField(
        label=_("Who received it"), required=False, max_length=100, validators=[no_personal_number]
    )
    witness = forms.CharField(
        label=_("Witness"),
        required=False,
        max_length=100,
        validators=[no_personal_number],
        help_text=_("Needed when the paper was received and not signed."),
    )
    photo = UploadField(
        label=_("Photo of the paper"),
        required=False,
        accept_kinds=".jpg,.jpeg,.png",
        help_text=_("Photograph the paper, not people or their home."),
    )

    def __init__(self, *args: Any, invitation: Invitation, campaign: Campaign, **kwargs: Any) -> None:
        now = timezone.localtime()
        super().__init__(*args, initial={"on": now.date(), "time": now.time()}, **kwargs)
        self.invitation, self.campaign = invitation, campaign

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo and photo.mime != "image/jpeg":
            raise ValidationError(gettext("Choose a photo: JPG or PNG."))
        return photo

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") == InvitationState.UNSIGNED_WITNESSED and not data.get("witness"):
            self.add_error("witness", gettext("Name the witness of a paper that was not signed."))
        if data.get("on") and data.get("time"):
            data["at"] = moment_of(data["on"], data["time"])
            if data["at"] > timezone.now():
                self.add_error("on", gettext("This moment is still to come."))
            else:
                self._clean_day(data["on"])
        return data

    def _clean_day(self, day: Any) -> None:
        try:
            self.invitation.household.project.check_day(self.campaign, day)
        except ValidationError as error:
            self.add_error("on", error)

    def facts(self) -> dict[str, Any]:
        names = ("at", "outcome", "receiver", "witness", "photo")
        return {name: self.cleaned_data[name] for name in names}
