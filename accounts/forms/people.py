"""The person's own data, and what is asked of a second person."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HouseForm, HouseModelForm


class ProfileForm(HouseModelForm):
    """What a person keeps alone. The password is asked for, because a link to a new one is sent to this address."""

    submit_label = _("Save my data")
    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )

    class Meta:
        model = User
        fields = ["phone", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.new_email:
            self.fields["email"].help_text = _(
                "The administrator entered %(address)s. If it is yours, write it here and save with your password."
            ) % {"address": self.instance.new_email}

    def clean_password(self) -> str:
        if not self.instance.check_password(self.cleaned_data["password"]):
            raise get_adapter().validation_error("incorrect_password")
        return self.cleaned_data["password"]


class AccessRequestForm(HouseForm):
    submit_label = _("Ask")
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: phone lost, came to the office on 29/11. The second person reads it."),
    )


class AccessAnswerForm(HouseForm):
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
