import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Branch
from accounts.models import Unit
from clearance.actions import NewHousehold
from clearance.forms.pasted import PastedHouseholds, read_households
from clearance.models import Household, Party, Project
from clearance.validators import no_personal_number
from core.forms import DateField, HouseForm, HouseModelForm, WholeNumberField
from core.models import today
from core.stale import KeepsWhatOthersSaved


def groups_of(ward_id: int) -> Any:
    """Residential groups of the ward, which a household may belong to."""
    rows = Unit.objects.filter(ward_id=ward_id, branch=Branch.RESIDENTIAL)
    return rows.valid_on(today()).order_by("sort_key")


def teams_of(ward_id: int) -> Any:
    """Units of the ward that can visit households."""
    return Unit.objects.filter(ward_id=ward_id).inside().valid_on(today()).order_by("sort_key")


class HouseholdForm(HouseForm):
    """A new household. A number, once given, stays: it stands on papers."""

    submit_label = _("Save the household")

    number = WholeNumberField(label=_("Household number"), min_value=1, max_value=999999)
    name = forms.CharField(label=_("Representative's full name"), max_length=120, validators=[no_personal_number])
    address_line = forms.CharField(label=_("Home address"), max_length=200, validators=[no_personal_number])
    residential_group = forms.ModelChoiceField(
        label=_("Residential group"), queryset=Unit.objects.none(), required=False
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["residential_group"].queryset = groups_of(project.ward_id)
        self.fields["team"].queryset = teams_of(project.ward_id)

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if self.project.households.filter(number=number).exists():
            raise ValidationError(gettext("This project already has a household with this number."))
        return number

    def new_household(self) -> NewHousehold:
        return NewHousehold(**{name: value for name, value in self.cleaned_data.items() if name != "team"})


class HouseholdEditForm(KeepsWhatOthersSaved, HouseModelForm):
    """What of a household may be corrected.

    Who represents it is said by two other acts: RepresentativeCorrectForm for the same person whose name was written
    wrong, RepresentativeNewForm for somebody else from a day on.
    """

    submit_label = _("Save the household")

    class Meta:
        model = Household
        fields = ["address_line", "residential_group", "arrived_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["residential_group"].queryset = groups_of(self.instance.ward_id)


class HouseholdNewManyForm(HouseForm):
    """A table pasted from a list. All or none are saved, so that nobody has to sort out what went in."""

    submit_label = _("Check the lines")

    lines = forms.CharField(
        label=_("Households, one a line"),
        help_text=_(
            "number; representative; address; residential group (the group may be left out). Or copy the rows of a "
            "spreadsheet, best with their heading."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    team = forms.ModelChoiceField(
        label=_("Team for all of them"), queryset=Unit.objects.none(), required=False, empty_label=_("No team yet")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["team"].queryset = teams_of(project.ward_id)
        self.read = PastedHouseholds()

    def clean_lines(self) -> str:
        text = self.cleaned_data["lines"]
        self.read = read_households(text, project=self.project, groups=groups_of(self.project.ward_id))
        if self.read.bad:
            raise ValidationError(gettext("Correct the lines named below. Nothing was saved."))
        return text


class HouseholdAssignForm(HouseForm):
    """The team of one household, or one team for several."""

    submit_label = _("Assign the team")

    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Unit.objects.none(), required=False, empty_label=_("No team: end the assignment")
    )

    def __init__(self, *args: Any, ward_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams_of(ward_id)


class RepresentativeCorrectForm(HouseForm):
    submit_label = _("Correct the name")

    name = forms.CharField(label=_("Representative's full name"), max_length=120, validators=[no_personal_number])


class RepresentativeNewForm(HouseForm):
    submit_label = _("Save the new representative")

    party = forms.ModelChoiceField(
        label=_("Who represents the household"),
        queryset=Party.objects.none(),
        required=False,
        empty_label=_("Somebody not yet in the file"),
    )
    name = forms.CharField(
        label=_("Representative's full name"), required=False, max_length=120, validators=[no_personal_number]
    )
    relation = forms.CharField(
        label=_("Relation to the household"),
        required=False,
        max_length=60,
        validators=[no_personal_number],
        help_text=_("For example: wife, heir, holds a power of attorney"),
    )
    on = DateField(label=_("From the day on"))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
        self.household = household
        members = Party.objects.filter(ward=household.ward_id, households__household=household)
        if household.representative:
            members = members.exclude(pk=household.representative.pk)
        self.fields["party"].queryset = members.order_by("sort_key")
        if not members.exists():
            del self.fields["party"]
            self.fields["name"].required = True

    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        if day > today():
            raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
        present = self.household.represented[-1:]
        if present and present[0].valid_from >= day:
            raise ValidationError(self.household.represented_since(present[0]))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("party") and not data.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("Write the name of the new representative."))
        return data

    def facts(self) -> dict[str, Any]:
        return {"party": None} | self.cleaned_data


class HouseholdPauseForm(HouseForm):
    submit_label = _("Pause the visits")

    reason = forms.CharField(label=_("What the household asked for"), max_length=200, validators=[no_personal_number])
