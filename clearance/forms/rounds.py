import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Unit, User
from accounts.seats import Seats
from campaigns.models import Campaign
from clearance.choices import Purpose
from clearance.models import Project, RoundTeam, VisitRound
from clearance.validators import no_personal_number
from core.forms import DateField, HouseForm, HouseModelForm, ManyChoiceBoxes, TimeField
from core.models import today
from deadlines.forms import KeepsClosedTimes


class RoundForm(HouseModelForm):
    submit_label = _("Save the round")

    class Meta:
        model = VisitRound
        fields = ["purpose", "from_on", "to_on", "note"]

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.fields["purpose"].choices = VisitRound.purpose.field.choices

    def clean_from_on(self) -> datetime.date:
        day = self.cleaned_data["from_on"]
        if day < today():
            raise ValidationError(gettext("A round begins today or later."))
        return day

    def clean_to_on(self) -> datetime.date:
        day = self.cleaned_data["to_on"]
        if day > self.campaign.closes_on:
            raise ValidationError(gettext("The year ends before that day."))
        return day


class RoundTeamForm(HouseForm):
    """Whom the unit sends, two at least; guests of other bodies by name."""

    submit_label = _("Save the team")

    people = forms.ModelMultipleChoiceField(
        label=_("People of the unit"), queryset=User.objects.none(), required=False, widget=ManyChoiceBoxes(columns=2)
    )
    guests = forms.CharField(
        label=_("Others who go along"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_personal_number],
        help_text=_("One name a line: of another body, or without an account. Nobody visits alone."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [user.pk for user in Seats(unit.ward_id).in_units(Permission.VISIT_RECORD, [unit.pk])]
        self.fields["people"].queryset = User.objects.filter(pk__in=keys).order_by("sort_key")

    def clean_guests(self) -> list[str]:
        return [line.strip()[:120] for line in self.cleaned_data["guests"].splitlines() if line.strip()]


class HouseholdsPlanForm(KeepsClosedTimes, HouseForm):
    """A day that brings a notice or a decision to a door keeps the times that the law closes."""

    submit_label = _("Plan these visits")

    team = forms.ModelChoiceField(label=_("Round and team"), queryset=RoundTeam.objects.none())
    on = DateField(label=_("On the day"))
    at = TimeField(label=_("Time"), required=False, help_text=_("Empty: the team agrees it"))

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        still = {"round__project": project, "round__handed_out_on": None, "round__closed_on": None}
        teams = RoundTeam.objects.filter(ward=project.ward_id, **still).select_related("round", "unit")
        self.fields["team"].queryset = teams
        self.fields["team"].label_from_instance = lambda team: f"{team.round} · {team}"

    @property
    def ward_id(self) -> int:
        return self.project.ward_id

    def clean(self) -> dict[str, Any]:
        team: RoundTeam | None = self.cleaned_data.get("team")
        if team and team.round.purpose == Purpose.DELIVER_PAPER:
            self.set_days = {"on": "at"}
        data = super().clean()
        if not self.fields["team"].queryset.exists():
            raise ValidationError(gettext("No round is being planned. Plan one on the page of rounds, with its teams."))
        return data
