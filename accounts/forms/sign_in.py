"""allauth's forms in the house's clothes."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from core.forms import HouseForm


class SignInForm(HouseForm, LoginForm):
    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_class = ""
        login, password, remember = (self.fields[name] for name in ("login", "password", "remember"))
        login.label = _("Phone number or user name")
        login.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 60}
        )
        login.error_messages["required"] = _("Enter your phone number or user name.")
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = _("Enter your password.")
        remember.label = _("Stay signed in on this device for 30 days")
        remember.help_text = _(
            "Only on a device of your own. Roles that read household files are signed out after 8 hours."
        )

    def clean_login(self) -> str:
        """The user name, also of somebody who typed a phone number: what sign-in and its throttle both count by."""
        typed = super().clean_login()
        person = User.objects.known_as(typed).first()
        return person.username if person else typed

    def clean(self) -> dict[str, Any]:
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            if self._is_of_closed_account():
                closed = _("This account is closed. Ask the administrator of the ward.")
                raise forms.ValidationError(closed) from None
            raise
        if self.user and self.user.one_time_password_ended:
            raise forms.ValidationError(
                _("This one-time password has ended. Ask the administrator of the ward for a new one.")
            )
        return cleaned

    def _is_of_closed_account(self) -> bool:
        person = User.objects.filter(username=self.cleaned_data["login"], is_active=False).first()
        return person is not None and person.check_password(self.cleaned_data["password"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url)
        stays = self.cleaned_data["remember"] and access.may_stay_signed_in(self.user)
        request.session.set_expiry(settings.SESSION_LONG_AGE if stays else None)
        return response


class _OfUser:
    """allauth's forms of a user take the user first; the house's base gives the data first."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data=data, **kwargs)  # type: ignore[call-arg]  # stands before a form


def _name_passwords(form: forms.Form) -> None:
    labels = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    for name, field in form.fields.items():
        field.label, field.help_text = labels[name], ""
        field.widget.attrs.pop("placeholder", None)
    form.fields["password1"].help_text = " ".join(password_validators_help_texts())


class PasswordChangeForm(HouseForm, _OfUser, ChangePasswordForm):
    """Who signed in with a one-time password has just typed it, and is not asked for it again."""

    submit_label = _("Change the password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.must_change_password:
            del self.fields["oldpassword"]
        _name_passwords(self)
        if self.user.must_change_password and self.user.new_email and not self.user.email:
            self.fields["is_my_email"] = forms.BooleanField(
                label=_("%(address)s is my own e-mail address") % {"address": self.user.new_email},
                required=False,
                help_text=_("Links to a new password are sent there. Leave the box empty if it is not yours."),
            )

    def save(self) -> None:
        super().save()
        if self.cleaned_data.get("is_my_email"):
            self.user.answer_new_email(True)

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the present password. Choose another."))
        return password


class PasswordResetForm(HouseForm, ResetPasswordForm):
    submit_label = _("Send me a link")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_class = ""
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class PasswordResetKeyForm(HouseForm, ResetPasswordKeyForm):
    submit_label = _("Change the password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_class = ""
        _name_passwords(self)


class PasswordAgainForm(HouseForm, _OfUser, ReauthenticateForm):
    submit_label = _("Go on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label, self.fields["password"].help_text = _("Password"), ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


def _name_code(form: forms.Form) -> None:
    form.fields["code"].label = _("Code of six digits")
    form.fields["code"].widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "dv-w-s"}
    )


class CodeForm(HouseForm, AuthenticateForm):
    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_class = ""
        _name_code(self)


class CodeAgainForm(HouseForm, CodeReauthenticateForm):
    submit_label = _("Go on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_code(self)


class CodeActivateForm(HouseForm, ActivateTOTPForm):
    submit_label = _("Turn on the second step")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_code(self)
