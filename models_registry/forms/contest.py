"""The contest, its quotas and entries."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Unit
from campaigns.models import Document
from core.dates import full_date
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    WholeNumberField,
)
from core.models import today
from deadlines.forms import AsksDayOff
from models_registry.choices import (
    ENTRY_MOVES,
    EntryStep,
)
from models_registry.forms.progress import not_later
from models_registry.models import Contest, ContestEntry


class ContestForm(AsksDayOff, HouseModelForm):
    due_days = ("closes_on",)
    event_days = ("opens_on",)
    submit_label = _("Save the contest")

    class Meta:
        model = Contest
        fields = ["name", "ordered_by", "shared_out_by", "opens_on", "closes_on"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = Document.objects.visible_to(user).filter(campaign=self.instance.campaign).for_list()
        for name in ("ordered_by", "shared_out_by"):
            self.fields[name].queryset = papers
            self.fields[name].empty_label = gettext("None")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("opens_on"), values.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", gettext("Choose a last day from %(first)s on") % {"first": full_date(first)})
        return values


class QuotasForm(HouseForm):
    """A number for each unit of the ward; empty or 0 means that it has none to write."""

    submit_label = _("Save the quotas")

    def __init__(self, *args: Any, contest: Contest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.inside().filter(ward_id=contest.ward_id).valid_on(today())
        self.units = list(units.select_related("kind").order_by("kind__order", "sort_key"))
        required = dict(contest.quotas.values_list("unit", "required"))
        for unit in self.units:
            self.fields[f"unit_{unit.pk}"] = WholeNumberField(
                label=unit.name, min_value=0, max_value=99, required=False, initial=required.get(unit.pk)
            )

    def required(self) -> dict[Unit, int]:
        return {unit: self.cleaned_data.get(f"unit_{unit.pk}") or 0 for unit in self.units}


class EntryForm(HouseModelForm):
    submit_label = _("Save the entry")

    class Meta:
        model = ContestEntry
        fields = ["title", "unit", "author_name"]
        help_texts = {"author_name": _("Shown inside the portal only; publishing it needs the author's consent")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.inside().valid_on(today()).actionable_by(user, Permission.ENTRY_WRITE)
        self.fields["unit"].queryset = units.order_by("sort_key")
        self.fields["unit"].empty_label = None


class EntryStepForm(HouseForm):
    """The one form for whatever happens to an entry next."""

    submit_label = _("Record the step")
    step = forms.ChoiceField(label=_("What happened"), widget=ChoiceBoxes(columns=1))
    on = DateField(label=_("On"))
    reason = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Needed for a revision, an entry that is not valid, a withdrawal, and to take back what came of it"
        ),
    )

    def __init__(self, *args: Any, steps: list[EntryStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(step.value, step.label) for step in steps]

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        step = values.get("step")
        if step and ENTRY_MOVES[EntryStep(step)].needs_reason and not values.get("reason"):
            self.add_error("reason", gettext("Write the reason"))
        return values
