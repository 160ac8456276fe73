"""Which tasks a model helps to carry out."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Task, TaskUnit
from core.forms import HouseForm, ManyChoiceBoxes
from models_registry.models import MobilizationModel


class ModelTasksForm(HouseForm):
    submit_label = _("Save the tasks")
    tasks = forms.ModelMultipleChoiceField(
        Task.objects.none(),
        label=_("Tasks that the model helps to carry out"),
        required=False,
        widget=ManyChoiceBoxes(columns=1),
    )

    def __init__(self, *args: Any, registration: MobilizationModel, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, ward_id = registration.unit_id, registration.ward_id
        shared = TaskUnit.objects.filter(ward_id=ward_id, unit=unit).values("task")
        linked = registration.served.order_by().values("task")
        mine = Q(lead_unit=unit) | Q(pk__in=shared) | Q(pk__in=linked)
        tasks = Task.objects.visible_to(user).filter(mine, campaign=registration.campaign_id).order_by("due_on", "id")
        self.among = list(tasks)
        self.fields["tasks"].queryset = tasks
        self.initial["tasks"] = list(linked.values_list("task", flat=True))
