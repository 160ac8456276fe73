from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Unit
from campaigns.choices import Every
from campaigns.forms.task import WorkForm, require_in
from campaigns.models import TaskSeries
from core.forms import ChoiceBoxes


class SeriesForm(WorkForm):
    """`instance` brings the ward and the campaign. A due day on a day off moves by itself, so none is asked about."""

    submit_label = _("Save the task that comes again")

    class Meta(WorkForm.Meta):
        model = TaskSeries
        fields = ["every", "first_on", "until", "days_ahead", *WorkForm.Meta.fields]
        widgets = WorkForm.Meta.widgets | {"every": ChoiceBoxes(columns=2)}
        help_texts = WorkForm.Meta.help_texts | {
            "first_on": _("The others follow from it: the same day of the week or of the month."),
            "until": _("Empty: to the end of the year."),
            "days_ahead": _("The unit is told of it then. A due day on a day off moves to the next working day."),
        }

    lead_units = UnitsField(
        Unit.objects.none(),
        label=_("Lead units"),
        help_text=_("Each unit chosen gets a task of its own."),
        error_messages={"required": _("Choose at least one unit.")},
    )
    field_order = ["title", "lead_units", "every", "first_on", "until", "days_ahead", "product"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_units"].queryset = self.units
        self.fields["every"].choices = Every.choices
        if self.instance.pk:
            known = list(self.instance.units.values_list("unit", "leads"))
            self.fields["lead_units"].initial = [pk for pk, leads in known if leads]
            self.fields["helpers"].initial = [pk for pk, leads in known if not leads]

    def clean_first_on(self) -> Any:
        return require_in(self.campaign, self.cleaned_data["first_on"], self.campaign.opens_on)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        return until and require_in(self.campaign, until, self.campaign.opens_on)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("until") and data.get("first_on") and data["until"] < data["first_on"]:
            self.add_error("until", _("The last day can not be before the first."))
        return data
