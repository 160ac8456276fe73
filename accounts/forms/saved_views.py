from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm
from core.personal import no_personal_number


class SavedViewForm(HouseForm):
    submit_label = _("Save this view")

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=40,
        validators=[no_personal_number],
        help_text=_("Short, as it stands above the list. For example: Overdue in Cell 7."),
    )
    is_first = forms.BooleanField(
        label=_("Show me this list so when I open it"),
        required=False,
        help_text=_("Everything else of the list is one tap away, by “Clear filters”."),
    )
