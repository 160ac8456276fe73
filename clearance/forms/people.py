from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import plain_phone
from clearance.forms.file import _OnDay
from clearance.models import Asset, Authorisation, Member, Need, PartyDetails
from clearance.models.people import DETAILS
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, DateField, HouseForm, ManyChoiceBoxes, WholeNumberField
from core.models import today


def identity_number(text: str) -> str:
    """As it stands on the card: 12 digits, or 9 of the former one; raises ValidationError for anything else."""
    digits = "".join(text.split()).replace(".", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (9, 12)):
        raise ValidationError(gettext("An identity number has 12 digits, one of the former card 9."))
    return digits


def phone_number(text: str) -> str:
    plain = plain_phone(text)
    if not plain:
        raise ValidationError(gettext("Write the phone number in digits, for example 0912 345 678."))
    return plain


class PartyDetailsForm(HouseForm):
    """What is kept already is not shown: a blank field leaves it as it is."""

    submit_label = _("Save")

    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    identity_number = forms.CharField(label=_("Identity number"), required=False, max_length=30)
    permanent_address = forms.CharField(label=_("Permanent address"), required=False, max_length=200)
    taken_away = forms.MultipleChoiceField(label=_("No longer kept"), required=False, widget=ManyChoiceBoxes(columns=3))

    def __init__(self, *args: Any, details: PartyDetails, parts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [name for name in parts if details.sealed(name)]
        for name in DETAILS:
            if name not in parts:
                del self.fields[name]
            else:
                self.fields[name].widget.attrs["autocomplete"] = "off"
        for name in kept:
            words = {"now": details.sealed(name).masked}
            self.fields[name].help_text = gettext("Now: %(now)s. Leave it blank to keep that.") % words
        self.fields["taken_away"].choices = [(name, self.fields[name].label) for name in kept]
        if not kept:
            del self.fields["taken_away"]

    def clean_phone(self) -> str:
        return phone_number(text) if (text := self.cleaned_data["phone"]) else ""

    def clean_identity_number(self) -> str:
        return identity_number(text) if (text := self.cleaned_data["identity_number"]) else ""

    @property
    def values(self) -> dict[str, str]:
        """What changes."""
        typed = {name: value for name in DETAILS if (value := self.cleaned_data.get(name))}
        return dict.fromkeys(self.cleaned_data.get("taken_away", []), "") | typed


class NumberFindForm(HouseForm):
    submit_label = _("Find the household")

    number = forms.CharField(
        label=_("Phone or identity number"),
        max_length=30,
        help_text=_("The whole number. It is found by its hash and stays in no address and no log."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "dv-w-s"}),
    )


FOUR_DIGITS = {"min_value": _("Write the year with four digits, for example 1968.")}


class PersonNewForm(HouseForm):
    submit_label = _("Save the person")

    name = forms.CharField(label=_("Full name"), max_length=120, validators=[no_personal_number])
    birth_year = WholeNumberField(label=_("Year of birth"), required=False, min_value=1900, error_messages=FOUR_DIGITS)
    relation = forms.CharField(
        label=_("Relation to the household"),
        max_length=60,
        validators=[no_personal_number],
        help_text=_("For example: wife, co-owner, heir, holds a power of attorney"),
    )

    def clean_birth_year(self) -> int | None:
        return _birth_year(self.cleaned_data["birth_year"])


def _birth_year(year: int | None) -> int | None:
    if year and year > today().year:
        raise ValidationError(gettext("This year is still to come."))
    return year


class MemberForm(_OnDay):
    submit_label = _("Save the person")

    class Meta:
        model = Member
        fields = ["name", "birth_year", "relation", "is_counted", "on"]
        error_messages = {"birth_year": FOUR_DIGITS}
        labels = {"on": _("List signed on"), "relation": _("Relation to the representative")}

    def clean_birth_year(self) -> int | None:
        return _birth_year(self.cleaned_data["birth_year"])


class AuthorisationForm(_OnDay):
    submit_label = _("Save the authorisation")

    class Meta:
        model = Authorisation
        fields = ["name", "paper", "on", "valid_to"]
        labels = {"on": _("Valid from")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].help_text = _("For example: 215/2026 of 02/03/2026, notary office no. 3")


class AssetForm(_OnDay):
    submit_label = _("Save the asset")

    class Meta:
        model = Asset
        fields = ["kind", "what", "quantity", "unit", "round", "on"]
        labels = {"on": _("Day of the inventory")}
        widgets = {"kind": ChoiceBoxes(columns=3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Asset.kind.field.choices
        self.fields["what"].help_text = _("As the inventory minutes say it; never an amount of money.")
        self.fields["unit"].help_text = _("For example: m², trees")


class NeedForm(_OnDay):
    submit_label = _("Save the need")

    class Meta:
        model = Need
        fields = ["text", "on"]
        labels = {"on": _("Told on"), "text": _("What the household needs, in its own words")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text: Any = self.fields["text"]
        text.widget.attrs["rows"], text.max_length = 3, 500
        text.validators = [*text.validators, no_personal_number]
        text.help_text = _("Only what helps to offer something or to visit in a fitting way. It is sealed.")


class NeedOfferForm(HouseForm):
    submit_label = _("Save what was offered")

    text = forms.CharField(label=_("What was offered"), max_length=300, validators=[no_personal_number])
    body = forms.CharField(label=_("Offered by"), max_length=120, validators=[no_personal_number])
    on = DateField(label=_("On the day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
