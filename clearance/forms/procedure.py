import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from clearance.models import ProcedureStep, Project, ProjectBatch, RuleSet, SigningAuthority
from core.forms import DateField, HouseForm, HouseModelForm
from core.models import today
from core.stale import KeepsWhatOthersSaved


def batches_of(project: Project) -> Any:
    return ProjectBatch.objects.filter(ward=project.ward_id, project=project)


class AuthorityForm(HouseModelForm):
    submit_label = _("Save the authority to sign")

    class Meta:
        model = SigningAuthority
        fields = ["act", "signer", "legal_ref", "source", "valid_from", "valid_to"]


class BatchForm(KeepsWhatOthersSaved, HouseModelForm):
    submit_label = _("Save the batch")

    class Meta:
        model = ProjectBatch
        fields = ["number", "name", "rule_set", "cut_off_on"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule_set"].queryset = RuleSet.objects.filter(ward=project.ward_id)
        self.fields["rule_set"].empty_label = _("That of the project")
        self.fields["name"].help_text = _("For example: the houses along the road.")


class StepReachForm(HouseForm):
    submit_label = _("Save the step")

    batch = forms.ModelChoiceField(
        label=_("What stands there"),
        queryset=ProjectBatch.objects.none(),
        required=False,
        empty_label=_("The whole project"),
    )
    step = forms.ModelChoiceField(label=_("Step"), queryset=ProcedureStep.objects.none())
    on = DateField(label=_("Since the day"))
    reason = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, project: Project, campaign: Campaign, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
        self.project, self.campaign = project, campaign
        self.fields["batch"].queryset = batches_of(project)
        if not self.fields["batch"].queryset.exists():
            del self.fields["batch"]
        self.fields["step"].queryset = ProcedureStep.objects.filter(ward=project.ward_id)

    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        self.project.check_day(self.campaign, day)
        return day


class HouseholdsBatchForm(HouseForm):
    submit_label = _("Put them into the batch")

    batch = forms.ModelChoiceField(
        label=_("Batch"), queryset=ProjectBatch.objects.none(), required=False, empty_label=_("No batch: take them out")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches_of(project)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.fields["batch"].queryset.exists():
            raise ValidationError(_("The project has no batch yet. Add one on the project's page."))
        return data
