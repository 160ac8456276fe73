"""Where a person is reached: an address that failed, a browser that asks; and why something is not sent at all."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import HouseForm, say_what_to_do
from notifications.choices import Channel
from notifications.gateways.push import check_endpoint
from notifications.gateways.seal import browser_key, decode
from notifications.models import PushSubscription


class AddressForm(HouseForm):
    """A person's e-mail address or phone number, as the message's channel needs it."""

    submit_label = _("Save the address and send again")
    address = forms.CharField(max_length=254)

    def __init__(self, *args: Any, person: User, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.name = person, "email" if channel == Channel.EMAIL else "phone"
        column: Any = User._meta.get_field(self.name)
        field = column.formfield(required=True)
        self.fields["address"] = field
        field.initial = getattr(person, self.name)
        say_what_to_do(field)

    def clean_address(self) -> str:
        """The model's own rules, and one address belongs to one person."""
        typed, field = self.cleaned_data["address"], self.name
        candidate = User(pk=self.person.pk, **{field: typed})
        candidate.clean()
        typed = getattr(candidate, field)
        if User.objects.filter(**{field: typed}).exclude(pk=self.person.pk).exists():
            raise ValidationError(_("This address belongs to somebody else."))
        return typed


class BrowserForm(forms.Form):
    """What a browser tells of itself when its person wants notifications in it."""

    endpoint = forms.CharField(max_length=500)
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=60)

    def clean_endpoint(self) -> str:
        return self._checked("endpoint", check_endpoint)

    def clean_p256dh(self) -> str:
        return self._checked("p256dh", browser_key)

    def clean_auth(self) -> str:
        if len(self._checked("auth", decode)) < 16:
            raise ValidationError(_("This browser gave no key."))
        return self.cleaned_data["auth"]

    def _checked(self, name: str, check: Any) -> str:
        try:
            check(self.cleaned_data[name])
        except ValueError as error:
            raise ValidationError(_("This browser gave no address that the portal can write to.")) from error
        return self.cleaned_data[name]

    def save(self, *, by: Any, ward: Any, device: str) -> PushSubscription:
        return PushSubscription.begin(by=by, ward=ward, device=device, **self.cleaned_data)


class ReasonForm(HouseForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept and shown beside your name"))
