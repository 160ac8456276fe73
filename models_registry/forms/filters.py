"""What lists are narrowed by."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from core.forms import (
    DateField,
    HouseForm,
)
from models_registry.choices import (
    EntryState,
    ModelState,
    SubjectType,
)

LATE = "late"
SHOWN_STATES = (
    ModelState.SUBMITTED,
    ModelState.RETURNED,
    ModelState.ACTIVE,
    ModelState.PAUSED,
    ModelState.DRAFT,
    ModelState.REJECTED,
    ModelState.WITHDRAWN,
)
SORTS = {"": _("What waits first"), "new": _("Newest first"), "unit": _("By unit"), "code": _("By code")}


class ModelFilterForm(HouseForm):
    q = forms.CharField(label=_("Find by name, unit or code"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, to_field_name="slug", empty_label=_("All")
    )
    subject = forms.ChoiceField(
        label=_("Who registers"), required=False, choices=[("", pgettext_lazy("filter", "All")), *SubjectType.choices]
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORTS.items()))
    field = forms.CharField(required=False, widget=forms.HiddenInput)
    on = DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [("", _("All")), (LATE, pgettext_lazy("model", "Late"))]
        self.fields["state"].choices = [*states, *((state.value, state.label) for state in SHOWN_STATES)]
        self.fields["unit"].queryset = units


SENT_GROUP = "sent_and_after"


class EntryFilterForm(HouseForm):
    q = forms.CharField(label=_("Find by title or unit"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, to_field_name="slug", empty_label=_("All")
    )
    on = DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [("", _("All")), (SENT_GROUP, _("Sent to the organizers, whatever came of it"))]
        self.fields["state"].choices = [*groups, *EntryState.choices]
        self.fields["unit"].queryset = units
