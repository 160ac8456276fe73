import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from campaigns.models import Campaign
from core.forms import HouseForm, HouseModelForm
from core.models import today


class CampaignForm(HouseModelForm):
    submit_label = _("Save the year")

    class Meta:
        model = Campaign
        fields = ["year", "theme", "superior", "opens_on", "closes_on"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        superiors = Unit.objects.visible_to(user).filter(is_outside=True)
        self.fields["superior"].queryset = superiors
        if self.instance.pk is None:
            self._propose(user, list(superiors[:2]))

    def _propose(self, user: User, superiors: list[Unit]) -> None:
        """This calendar year, or the next where it is there already."""
        year, years = today().year, set(Campaign.objects.visible_to(user).values_list("year", flat=True))
        while year in years:
            year += 1
        days = {"opens_on": datetime.date(year, 1, 1), "closes_on": datetime.date(year, 12, 31)}
        self.initial = {"year": year, **days, "superior": superiors[0].pk if len(superiors) == 1 else None}
        self.other_submits = [("open", _("Save and open the year"))]

    def clean_closes_on(self) -> Any:
        opens_on, closes_on = self.cleaned_data.get("opens_on"), self.cleaned_data["closes_on"]
        if opens_on and closes_on < opens_on:
            raise forms.ValidationError(_("Choose a closing day on or after the opening day."))
        return closes_on


class ReasonForm(HouseForm):
    """A step that needs its reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)

    def __init__(self, *args: Any, submit_label: Any, danger: bool = False, **kwargs: Any) -> None:
        self.submit_label, self.submit_is_danger = submit_label, danger
        super().__init__(*args, **kwargs)
