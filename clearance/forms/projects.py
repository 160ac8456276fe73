from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.choices import UndertakingKind
from campaigns.models import Campaign, Undertaking
from clearance.choices import Shape
from clearance.models import Project, RuleSet
from core.forms import ChoiceBoxes, HouseForm, HouseModelForm
from core.stale import KeepsWhatOthersSaved
from core.titles import TITLE


class ProjectNewForm(HouseForm):
    submit_label = _("Enter the project")

    name = forms.CharField(label=_("Project name"), max_length=150, validators=TITLE)
    shape = forms.ChoiceField(label=_("Who runs it"), choices=Shape, widget=ChoiceBoxes(columns=2))
    host = forms.ModelChoiceField(label=_("Body in charge"), queryset=Unit.objects.none())
    undertaking = forms.ModelChoiceField(
        label=_("Undertaking of this year"),
        queryset=Undertaking.objects.none(),
        required=False,
        empty_label=_("A new one with the project's name"),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = Unit.objects.filter(ward_id=campaign.ward_id).order_by("sort_key")
        free = Undertaking.objects.filter(
            kind=UndertakingKind.CLEARANCE, foci__campaign=campaign, clearance_project__isnull=True
        )
        self.fields["undertaking"].queryset = free.filter(ward_id=campaign.ward_id)


class ProjectEditForm(KeepsWhatOthersSaved, HouseModelForm):
    submit_label = _("Save the project")

    class Meta:
        model = Project
        fields = ["name", "shape", "host", "rule_set", "cut_off_on"]
        widgets = {"shape": ChoiceBoxes(columns=2)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = Unit.objects.filter(ward_id=self.instance.ward_id).order_by("sort_key")
        self.fields["shape"].choices = Shape.choices
        self.fields["rule_set"].queryset = RuleSet.objects.filter(ward_id=self.instance.ward_id)
