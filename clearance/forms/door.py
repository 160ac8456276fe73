"""What may be written at the door beside who was met: concerns, a promise, a paper, the minutes. All may stay blank."""

import datetime
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from clearance.actions import MinutesKept, Promised
from clearance.choices import OPENED, ConcernKind, DeliveryWay, MinutesState, PaperKind, PromiseKind
from clearance.models import Delivery
from clearance.validators import no_personal_number
from core.forms import DateField, HouseForm


def words_field(label: Any, rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, widget=area, validators=[no_personal_number])


def name_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100, validators=[no_personal_number])


class WrittenForm(HouseForm):
    """Asks for a field that is blank, once."""

    def want(self, data: dict[str, Any], name: str, sentence: str) -> None:
        if not data.get(name) and name not in self.errors:
            self.add_error(name, sentence)


class ConcernsPart(WrittenForm):
    """`data["raised"]`: kind -> words. Words beside a box that is not ticked say that it was meant."""

    concerns = forms.MultipleChoiceField(label=_("Concerns raised"), required=False, choices=ConcernKind)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ConcernKind:
            field = words_field(_("In the household's own words: %(kind)s") % {"kind": kind.label})
            self.fields[f"words_{kind}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        said = {kind.value: (data.get(f"words_{kind}") or "").strip() for kind in ConcernKind}
        ticked = set(data.get("concerns") or [])
        data["raised"] = {kind: words for kind, words in said.items() if words or kind in ticked}
        if "other" in data["raised"] and not said["other"]:
            self.want(data, "words_other", gettext("Write what the concern is, in the household's own words."))
        if data["raised"] and (outcome := data.get("outcome")) and outcome not in OPENED:
            self.add_error("outcome", gettext("A concern was written, so somebody opened. Choose who was met."))
        return data

    def concern_boxes(self) -> Iterator[tuple[str, Any, bool, Any]]:
        """Code, label, whether it is ticked, and the field of its words."""
        ticked = self["concerns"].value() or []
        for kind in ConcernKind:
            field: Any = self[f"words_{kind}"]
            yield kind.value, kind.label, kind.value in ticked or bool(field.value()), field

    @property
    def concerns_open(self) -> bool:
        return any(is_ticked or field.errors for _code, _label, is_ticked, field in self.concern_boxes())


class MinutesPart(WrittenForm):
    minutes = forms.ChoiceField(label=_("Minutes"), choices=MinutesState, required=False)
    minutes_witness = name_field(_("Witness of the minutes"))
    read_back = forms.BooleanField(label=_("What was written was read back to the household"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") not in OPENED:
            data |= {"minutes": MinutesState.NONE, "minutes_witness": "", "read_back": False}
        return data

    @property
    def minutes_kept(self) -> MinutesKept:
        data = self.cleaned_data
        state = data["minutes"] or MinutesState.NONE
        witness = data["minutes_witness"] if state != MinutesState.NONE else ""
        return MinutesKept(state, witness, data["read_back"])


class PromisePart(WrittenForm):
    promise = words_field(_("What was promised, in plain words"))
    promise_kind = forms.ChoiceField(
        label=_("What was promised"), required=False, choices=PromiseKind, initial=PromiseKind.WORK
    )
    promise_owner = forms.ModelChoiceField(label=_("Who sees to it"), queryset=Unit.objects.none(), required=False)
    promise_due = DateField(label=_("To be done by"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("promise"):
            self.want(data, "promise_owner", gettext("Choose who sees to the promise."))
            self.want(data, "promise_due", gettext("Write by when the promise is kept."))
            if (outcome := data.get("outcome")) and outcome not in OPENED:
                self.add_error("outcome", gettext("A promise was written, so somebody opened. Choose who was met."))
        return data

    def check_promise_day(self, data: dict[str, Any], day: datetime.date) -> None:
        if data.get("promise") and data.get("promise_due") and data["promise_due"] < day:
            self.add_error("promise_due", gettext("It can not be due or closed before it began."))

    @property
    def promised(self) -> Promised | None:
        data = self.cleaned_data
        if not data["promise"]:
            return None
        kind = data["promise_kind"] or PromiseKind.WORK
        return Promised(kind, data["promise"], cast(Unit, data["promise_owner"]), data["promise_due"])


class PaperPart(WrittenForm):
    """A paper that was brought beside the invitation; posted up it may be also where nobody opened."""

    paper_title = forms.CharField(
        label=_("number and day of the paper"),
        required=False,
        max_length=150,
        validators=[no_personal_number],
        help_text=_("For example: 15/TB-UBND of 02/03/2026"),
    )
    paper_kind = forms.ChoiceField(label=_("kind of paper"), required=False, choices=[("", "–"), *PaperKind.choices])
    paper_way = forms.ChoiceField(
        label=_("how it was delivered"),
        required=False,
        choices=[("", "–"), *((way.value, way.label) for way in DeliveryWay if way != DeliveryWay.BY_POST)],
    )
    paper_receiver = name_field(_("received by"))
    paper_witness = name_field(_("witness"))
    paper_second_witness = name_field(_("second witness"))

    PAPER = ("kind", "title", "way", "receiver", "witness", "second_witness")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not any(data.get(f"paper_{name}") for name in self.PAPER):
            return data
        self.want(data, "paper_title", gettext("Write which paper it was: its number and day."))
        self.want(data, "paper_kind", gettext("Choose what kind of paper it was."))
        self.want(data, "paper_way", gettext("Choose how the paper was delivered."))
        way = data.get("paper_way")
        if way in (DeliveryWay.SIGNED, DeliveryWay.FAMILY):
            self.want(data, "paper_receiver", gettext("Say who took the paper."))
        if way == DeliveryWay.REFUSED and not (data.get("paper_witness") and data.get("paper_second_witness")):
            told = gettext("A paper that was not accepted has two witnesses. Name both.")
            self.want(data, "paper_witness" if not data.get("paper_witness") else "paper_second_witness", told)
        if way and way != DeliveryWay.POSTED_UP and data.get("outcome") and data["outcome"] not in OPENED:
            self.add_error("paper_way", gettext("Nobody opened, so a paper can only have been posted up."))
        return data

    @property
    def paper(self) -> Delivery | None:
        data = self.cleaned_data
        if not data["paper_title"]:
            return None
        return Delivery(ward_id=self.ward_id, **{name: data[f"paper_{name}"] for name in self.PAPER})  # type: ignore[attr-defined]

    @property
    def paper_open(self) -> bool:
        return any(self[f"paper_{name}"].value() or self[f"paper_{name}"].errors for name in self.PAPER)
