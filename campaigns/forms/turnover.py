from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.campaign import CampaignForm
from campaigns.models import Campaign
from core.forms import HouseForm, ManyChoiceBoxes


class NextYearForm(CampaignForm):
    """The new year, proposed from the old one."""

    submit_label = _("Show what is taken over")

    def __init__(self, *args: Any, old: Campaign, **kwargs: Any) -> None:
        self.old = old
        super().__init__(*args, **kwargs)
        self.fields["theme"].help_text = _("Of the year before: %(theme)s") % {"theme": old.theme}

    def _propose(self, *_args: Any) -> None:
        year = relativedelta(years=1)
        days = {"opens_on": self.old.opens_on + year, "closes_on": self.old.closes_on + year}
        self.initial = {"year": self.old.year + 1, "superior": self.old.superior_id, **days}


class CarryOverForm(HouseForm):
    parts = forms.MultipleChoiceField(label=_("What is taken over"), required=False, widget=ManyChoiceBoxes())

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(code, code) for code in codes]
