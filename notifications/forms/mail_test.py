from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm


class MailTestForm(HouseForm):
    submit_label = _("Send a test mail")
    address = forms.EmailField(label=_("To this address"), max_length=254)
