import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.forms.procedure import batches_of
from clearance.models import PlanPosting, Project, SignedAgreement
from clearance.validators import no_personal_number
from core.forms import DateField, HouseForm, HouseModelForm, UploadField, UploadsField
from core.models import today


class PlanForm(HouseModelForm):
    submit_label = _("Prepare the posting")

    papers = UploadsField(label=_("Files of the plan"))

    class Meta:
        model = PlanPosting
        fields = ["batch", "name"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches_of(project)
        self.fields["batch"].empty_label = _("The whole project")
        self.fields["name"].help_text = _("For example: draft plan 05/PA-BT of 06/04/2026")


class AgreementForm(HouseModelForm):
    submit_label = _("Enter the signed paper")

    scan = UploadField(label=_("Scan of the signed paper"), required=False)

    class Meta:
        model = SignedAgreement
        fields = ["household", "signer", "scope", "signed_on", "paper"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].queryset = project.households.order_by("number")
        self.fields["signer"].help_text = _("Name, and as head, co-owner or authorised person.")
        self.fields["scope"].help_text = _("As the paper says it. Nothing is entered without a signature.")

    def clean_signed_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["signed_on"])


class AgreementWithdrawForm(HouseForm):
    submit_label = _("Enter the withdrawal")

    on = DateField(label=_("Taken back on"))
    paper = forms.CharField(label=_("Paper of the withdrawal"), max_length=150, validators=[no_personal_number])

    def clean_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["on"])


class AgreementCountForm(HouseForm):
    submit_label = _("Count and keep it")

    decision = forms.CharField(label=_("For which decision"), max_length=150)
    on = DateField(label=_("Counted as of"))

    def clean_on(self) -> datetime.date:
        return _not_to_come(self.cleaned_data["on"])


def _not_to_come(day: datetime.date) -> datetime.date:
    if day > today():
        raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
    return day
