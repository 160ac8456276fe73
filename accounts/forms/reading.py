from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import OpenReason
from core.forms import ChoiceBoxes, HouseForm
from core.personal import no_personal_number


class ReasonForm(HouseForm):
    """For what somebody opens a file or a part of it. The answer stands in the access log."""

    submit_label = _("Open it")

    reason = forms.ChoiceField(label=_("What do you need it for?"), choices=OpenReason, widget=ChoiceBoxes(columns=2))
    words = forms.CharField(label=_("In a few words"), max_length=120, required=False, validators=[no_personal_number])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("reason") == OpenReason.OTHER and not values.get("words") and "words" not in self.errors:
            self.add_error("words", gettext("Say in a few words what you need it for."))
        return values

    @property
    def said(self) -> str:
        """As it stands in the log."""
        label, words = str(OpenReason(self.cleaned_data["reason"]).label), self.cleaned_data["words"]
        return f"{label}: {words}" if words else label
