from django import forms
from django.utils.translation import gettext_lazy as _

from clearance.choices import Came, SaidAsWritten
from core.forms import ChoiceBoxes, HouseForm


class CallbackForm(HouseForm):
    """Two questions about the visit. Nothing is asked or written of what the household thinks."""

    submit_label = _("Save the answer")

    came = forms.ChoiceField(label=_("Did somebody come on that day?"), choices=Came, widget=ChoiceBoxes(columns=2))
    as_written = forms.ChoiceField(
        label=_("Did they say what the script says?"),
        choices=[("", "–"), *SaidAsWritten.choices],
        required=False,
        help_text=_("Where somebody came."),
    )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("came") == Came.YES and not data.get("as_written"):
            self.add_error("as_written", _("Choose whether they said what the script says."))
        return data
