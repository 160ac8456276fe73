from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Unit
from campaigns.choices import Absence, MeetingKind
from campaigns.models import Document, Meeting, MeetingInvitee
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm
from core.models import today
from deadlines.forms import AsksDayOff


class MeetingForm(AsksDayOff, HouseModelForm):
    """`instance` brings the ward and the campaign."""

    submit_label = _("Save the session")
    event_days = ("held_on",)

    class Meta:
        model = Meeting
        fields = ["kind", "title", "held_on", "starts_at", "place", "chair", "document"]
        widgets = {"kind": ChoiceBoxes(columns=3)}
        labels = {"held_on": _("Day")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, year=kwargs["instance"].campaign.year, **kwargs)
        documents = Document.objects.visible_to(user).filter(campaign=self.instance.campaign)
        self.fields["document"].queryset = documents.select_related("kind")
        self.fields["kind"].choices = MeetingKind.choices


class MeetingNewForm(MeetingForm):
    units = UnitsField(Unit.objects.none(), label=_("Invited units"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["units"].queryset = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()


class MeetingHoldForm(HouseForm):
    submit_label = _("Save as held")

    held_on = DateField(label=_("Held on"))
    minutes = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Minutes"),
        required=False,
        help_text=_("A document of the register. You can add it later."),
    )

    def __init__(self, *args: Any, user: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, year=meeting.campaign.year, **kwargs)
        documents = Document.objects.visible_to(user).filter(campaign=meeting.campaign)
        self.fields["minutes"].queryset = documents.select_related("kind")
        self.fields["held_on"].initial = meeting.held_on or today()

    def clean_held_on(self) -> Any:
        if self.cleaned_data["held_on"] > today():
            raise forms.ValidationError(_("Choose a day up to today."))
        return self.cleaned_data["held_on"]


class MeetingEditForm(MeetingForm):
    class Meta(MeetingForm.Meta):
        fields = [*MeetingForm.Meta.fields, "minutes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].queryset = self.fields["document"].queryset
        if self.instance.state == "held":
            self.fields["held_on"].required = True

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if self.instance.state == "held" and day and day > today():
            raise forms.ValidationError(_("Choose a day up to today."))
        return day


class InviteeForm(HouseModelForm):
    submit_label = _("Save the invited group")

    class Meta:
        model = MeetingInvitee
        fields = ["unit", "group", "invited", "present", "absence", "re_briefed_on"]
        labels = {"re_briefed_on": _("Informed afterwards on")}
        help_texts = {"group": _("When it is not a unit, for example school heads.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, year=kwargs["instance"].meeting.campaign.year, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(user).inside().for_list()

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("unit") and not data.get("group"):
            self.add_error("unit", _("Choose a unit or name the group."))
        if data.get("absence") == Absence.RE_BRIEFED and not data.get("re_briefed_on"):
            self.add_error("re_briefed_on", _("Enter the day on which they were informed."))
        elif data.get("absence") != Absence.RE_BRIEFED:
            data["re_briefed_on"] = None
        return data
