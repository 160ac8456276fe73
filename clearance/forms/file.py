import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.models import Delivery, Milestone, OwnStep, ProcedureStep
from clearance.validators import no_personal_number
from core.forms import ChoiceBoxes, HouseForm, HouseModelForm, UploadField
from core.models import today

PAPER_FILES = ".jpg,.jpeg,.png,.pdf"


class _OnDay(HouseModelForm):
    def clean_on(self) -> datetime.date:
        day = self.cleaned_data["on"]
        if day > today():
            raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
        return day


class DeliveryForm(_OnDay):
    submit_label = _("Save the delivery")

    photo = UploadField(
        label=_("Photo or scan of the paper"),
        required=False,
        accept_kinds=PAPER_FILES,
        help_text=_("Photograph the paper, not people or their home."),
    )

    class Meta:
        model = Delivery
        fields = ["kind", "title", "way", "on", "receiver", "witness", "second_witness", "receipt"]
        widgets = {"way": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = Delivery.way.field.choices
        self.fields["title"].help_text = _("For example: 15/TB-UBND of 02/03/2026")
        self.fields["second_witness"].help_text = _("Two witnesses where the paper was not accepted.")
        self.fields["receipt"].help_text = _("Where it was sent by post.")


class PaperPhotoForm(HouseForm):
    submit_label = _("Keep the photo")

    photo = UploadField(
        label=_("Photo or scan of the paper"),
        accept_kinds=PAPER_FILES,
        help_text=_("Photograph the paper, not people or their home."),
    )


class MilestoneForm(_OnDay):
    submit_label = _("Save the milestone")

    class Meta:
        model = Milestone
        fields = ["kind", "on", "paper"]
        widgets = {"kind": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Milestone.kind.field.choices
        self.fields["paper"].help_text = _("Number and day of the minutes or the decision; never an amount of money.")


class FileVoidForm(HouseForm):
    submit_label = _("Declare it void")
    submit_is_danger = True

    reason = forms.CharField(label=_("Why it is void"), max_length=200, validators=[no_personal_number])


class OwnStepForm(_OnDay):
    submit_label = _("Save the household's step")

    class Meta:
        model = OwnStep
        fields = ["step", "state", "on", "reason"]
        widgets = {"state": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = OwnStep.state.field.choices
        self.fields["step"].queryset = ProcedureStep.objects.filter(ward=self.instance.ward_id).order_by("order")
        self.fields["reason"].help_text = _("Needed where the step does not apply.")
