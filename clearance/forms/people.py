from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import plain_phone
from clearance.models import PartyDetails
from clearance.models.people import DETAILS
from core.forms import HouseForm, ManyChoiceBoxes


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
