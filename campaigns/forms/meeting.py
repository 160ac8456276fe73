from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Membership, Unit, User
from campaigns.choices import Absence, MeetingKind
from campaigns.models import Document, Meeting, MeetingInvitee, MeetingOutcome
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, ManyChoiceBoxes
from core.models import today
from core.paste import read_lines
from deadlines.forms import AsksDayOff

MOST_LETTERS = 150  # of a group that is invited


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


class PeopleField(forms.ModelMultipleChoiceField):
    """Some of the people who hold a role in the ward, by their units, which fold."""

    is_grouped = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), *args, widget=ManyChoiceBoxes(columns=2), **kwargs)

    def offer(self, ward_id: int, *, without: int | None = None, but: Collection[int] = ()) -> None:
        """without: the unit whose people are not asked, nor those of units outside the ward. but: nor these people."""
        held = Membership.objects.valid_on(today()).filter(ward=ward_id, user__is_active=True)
        if without:
            held = held.filter(unit__is_outside=False).exclude(user__in=held.filter(unit=without).values("user"))
        held = held.exclude(user__in=but) if but else held
        self.queryset = User.objects.filter(pk__in=held.values("user"))
        units: dict[str, dict[int, str]] = {}
        rows = held.select_related("user", "unit").order_by("unit__kind__order", "unit__sort_key", "user__sort_key")
        for row in rows:
            said = f"{row.user.full_name}, {row.position or row.get_role_display()}"
            units.setdefault(str(row.unit), {}).setdefault(row.user_id, said)
        self.choices = [(f"{unit} ({len(people)})", list(people.items())) for unit, people in units.items()]


class InviteForm(HouseForm):
    """Several at once: units by kind, people by name, and whoever is neither, one a line."""

    submit_label = _("Invite them")

    units = UnitsField(Unit.objects.none(), label=_("Units"), required=False)
    people = PeopleField(label=_("People by name"), required=False)
    groups = forms.CharField(
        label=_("Others"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, for example: heads of schools; Mr An, head of the residents' board."),
    )

    def __init__(self, *args: Any, user: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, year=meeting.campaign.year, **kwargs)
        self.fields["units"].queryset = Unit.objects.visible_to(user).inside().valid_on(today()).for_list()
        self.fields["people"].offer(meeting.ward_id)

    def clean_groups(self) -> list[str]:
        groups = list(dict.fromkeys(read_lines(self.cleaned_data["groups"])))
        for group in groups:
            if len(group) > MOST_LETTERS:
                said = _("Shorten this line to %(most)d letters: %(line)s …")
                raise forms.ValidationError(said, params={"most": MOST_LETTERS, "line": group[:40]})
        return groups

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not (data["units"] or data["people"] or data["groups"]):
            raise forms.ValidationError(_("Choose at least one unit or person, or name a group."))
        return data


class _Attendance(HouseModelForm):
    """Who came, who did not and why, and who was told afterwards."""

    def clean(self) -> dict:
        data = super().clean()
        present, absence = data.get("present"), data.get("absence", "")
        if present and not absence:
            absence = data["absence"] = Absence.PRESENT
        if absence == Absence.ABSENT and present:
            self.add_error("absence", _("Somebody came, so they were not absent."))
        if absence == Absence.RE_BRIEFED and not data.get("re_briefed_on"):
            self.add_error("re_briefed_on", _("Enter the day on which they were informed."))
        elif absence != Absence.RE_BRIEFED:
            data["re_briefed_on"] = None
        if data.get("re_briefed_on") and data["re_briefed_on"] > today():
            self.add_error("re_briefed_on", _("Choose a day up to today."))
        if absence not in (Absence.ABSENT, Absence.RE_BRIEFED):
            data["reason"] = ""
        return data


class InviteeForm(_Attendance):
    submit_label = _("Save the invited group")

    class Meta:
        model = MeetingInvitee
        fields = ["unit", "group", "invited", "present", "absence", "reason", "re_briefed_on"]
        labels = {"re_briefed_on": _("Informed afterwards on")}
        help_texts = {"group": _("When it is not a unit, for example school heads.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, year=kwargs["instance"].meeting.campaign.year, **kwargs)
        if self.instance.person_id:
            for name in ("unit", "group", "invited", "present"):
                del self.fields[name]
        else:
            self.fields["unit"].queryset = Unit.objects.visible_to(user).inside().for_list()

    def clean(self) -> dict:
        data = super().clean()
        if "unit" in self.fields and not data.get("unit") and not data.get("group"):
            self.add_error("unit", _("Choose a unit or name the group."))
        return data


class AttendanceRow(_Attendance):
    class Meta:
        model = MeetingInvitee
        fields = ["present", "absence", "reason", "re_briefed_on"]

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, year=year, **kwargs)
        if self.instance.person_id:
            del self.fields["present"]
        self.fields["absence"].choices = [("", _("not written down")), *Absence.choices]
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} form-control".strip()
            if name == "absence":
                field.widget.attrs["class"] = "form-select"


AttendanceRows = forms.modelformset_factory(MeetingInvitee, form=AttendanceRow, extra=0)


class OutcomeForm(HouseModelForm):
    submit_label = _("Save the outcome")

    class Meta:
        model = MeetingOutcome
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"text": _("One decision. Tasks are given from it.")}
