import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Unit
from core.forms import ChoiceBoxes, HouseForm, HouseModelForm, NumberField, UploadsField, WholeNumberField
from core.models import today
from core.questions import AsksFirst, Question
from publicity.choices import OutputKind
from publicity.forms.article import PHOTOS
from publicity.measures import MEASURES, Measure, or_said
from publicity.models import Channel, Output

MOST = 1_000_000
MANY = 5_000  # more is asked about


def _photos(*, required: bool) -> UploadsField:
    return UploadsField(
        label=_("Photos"),
        required=required,
        accept_kinds=PHOTOS,
        help_text=_("JPG or PNG, several at once. Their place is taken out."),
    )


def only_photos(files: Any) -> Any:
    if any(file.mime != "image/jpeg" for file in files):
        raise forms.ValidationError(_("Choose a JPG or PNG picture."))
    return files


class OutputForm(AsksFirst, HouseModelForm):
    """`instance` brings the ward and the campaign."""

    submit_label = _("Save the output")

    quantity = WholeNumberField(label=_("How many"), min_value=1, max_value=MOST)
    measure = NumberField(
        label=_("Together they measure"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=MOST,
        max_digits=9,
        decimal_places=2,
    )
    link = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Of a post on a page, so that it can be looked at."),
        error_messages={"invalid": _("Write a whole address, for example https://example.vn/bai-viet.")},
    )

    class Meta:
        model = Output
        fields = ["kind", "quantity", "measure", "measured_in", "place", "on", "channel", "unit", "link", "note"]
        widgets = {"kind": ChoiceBoxes(columns=2)}
        help_texts = {
            "place": _("Street, house or board; for a post the name of the page or group."),
            "note": _("Such as what it says."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, year=kwargs["instance"].campaign.year, **kwargs)
        self.fields["kind"].choices = OutputKind.choices
        self.fields["measure"].help_text = gettext("All pieces together; empty if it was not measured.")
        self.fields["measured_in"].choices = [("", gettext("not measured")), *Measure.choices]
        row = self.instance
        units = Unit.objects.actionable_by(user, Permission.OUTPUT_EDIT).inside().valid_on(today())
        self.fields["unit"].queryset = (units | Unit.objects.filter(ward_id=row.ward_id, pk=row.unit_id)).for_list()
        channels = Channel.objects.filter(ward_id=row.ward_id)
        self.fields["channel"].queryset = channels.valid_on(today()) | channels.filter(pk=row.channel_id)
        if row.pk is None and len(own := self.fields["unit"].queryset[:2]) == 1:
            self.initial["unit"] = own[0]

    def clean_on(self) -> datetime.date:
        if wrong := self.instance.day_refused(day := self.cleaned_data["on"]):
            raise forms.ValidationError(wrong)
        return day

    def clean(self) -> dict[str, Any]:
        """A kind that is measured in one unit alone needs no choice of it."""
        data = super().clean() or self.cleaned_data
        amount, chosen = data.get("measure"), data.get("measured_in")
        if "kind" in data and "measure" not in self.errors and (amount is not None or chosen):
            data["measured_in"] = self._measured_in(OutputKind(data["kind"]), amount, chosen or "")
        return data

    def _measured_in(self, kind: OutputKind, amount: Decimal | None, chosen: str) -> str:
        suiting = MEASURES.get(kind, ())
        said = {"kind": str(kind.label).lower(), "measures": or_said(suiting)}
        if amount is None:
            self.add_error("measure", _("Write how much it is, or choose “not measured”."))
        elif not suiting:
            self.add_error("measure", gettext("Leave it empty: %(kind)s are counted by pieces alone.") % said)
        elif chosen and chosen not in suiting:
            self.add_error("measured_in", gettext("Choose %(measures)s: so %(kind)s are measured.") % said)
        elif not chosen and len(suiting) > 1:
            self.add_error("measured_in", gettext("Choose what it is measured in: %(measures)s.") % said)
        return chosen or (suiting[0].value if len(suiting) == 1 else "")

    def questions(self) -> Iterator[Question]:
        data = self.cleaned_data
        if data["quantity"] > MANY:
            yield Question("quantity", gettext("%(n)s pieces are very many.") % {"n": data["quantity"]})
        same = {name: data[name] for name in ("kind", "unit", "on", "place")}
        if (
            Output.objects.filter(ward_id=self.instance.ward_id, **same)
            .standing()
            .exclude(pk=self.instance.pk)
            .exists()
        ):
            yield Question("place", gettext("The same is noted for this unit, day and place already."))


class OutputNewForm(OutputForm):
    photos = _photos(required=False)

    def clean_photos(self) -> Any:
        return only_photos(self.cleaned_data["photos"])


class OutputPhotosForm(HouseForm):
    submit_label = _("Save the photos")

    photos = _photos(required=True)

    def clean_photos(self) -> Any:
        return only_photos(self.cleaned_data["photos"])


class OutputVoidForm(HouseForm):
    submit_label = _("Take it out of the count")
    submit_is_danger = True

    reason = forms.CharField(
        label=_("Reason"), help_text=_("For example: noted twice."), widget=forms.Textarea, max_length=500
    )
