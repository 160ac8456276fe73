from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HouseForm
from notifications.choices import Channel


class ReasonForm(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept and shown beside your name"))


class AddressForm(HouseForm):
    """A person's e-mail address or phone number, as the message's channel needs it."""

    submit_label = _("Save the address and send again")
    address = forms.CharField(max_length=254)

    def __init__(self, *args: Any, person: User, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.name = person, "email" if channel == Channel.EMAIL else "phone"
        field = User._meta.get_field(self.name).formfield(required=True)
        self.fields["address"] = field
        field.initial = getattr(person, self.name)

    def clean_address(self) -> str:
        """The model's own rules, and one address belongs to one person."""
        typed, field = self.cleaned_data["address"], self.name
        candidate = User(pk=self.person.pk, **{field: typed})
        candidate.clean()
        typed = getattr(candidate, field)
        if User.objects.filter(**{field: typed}).exclude(pk=self.person.pk).exists():
            raise ValidationError(_("This address belongs to somebody else."))
        return typed
