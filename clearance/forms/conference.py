"""The roll, the opinions and the minutes of a conference. Roll and opinions are pages of many households at once."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearance.choices import CAME, AttendanceKind, OpinionKind
from clearance.models import (
    DialogueAttendance,
    DialogueMinutes,
    DialogueSignature,
    Household,
    OpinionLine,
    PlanOpinion,
    RollLine,
)
from clearance.validators import no_personal_number
from core.forms import HouseForm, HouseModelForm, UploadField, WholeNumberField
from core.stale import KeepsWhatOthersSaved

SEEN = "seen"


def _token(values: Iterable[Any]) -> str:
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:16]


class _LinesForm(HouseForm):
    """The same fields for each household of the page: `kind` as h12-kind.

    Several people write one roll at the same time, so each line says what its page showed (`seen`): a line that nobody
    touched here is left as it is kept, and one that was written elsewhere meanwhile is told before it is written over.
    """

    @staticmethod
    def households_in(data: Mapping[str, Any]) -> set[int]:
        """The keys of the households of the page that was sent, whatever its list would show by now."""
        return {int(found[1]) for name in data if (found := re.match(r"h(\d{1,9})-", name))}

    def __init__(self, *args: Any, households: Iterable[Household], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.households = list(households)
        self._kept: dict[int, str] = {}
        for household in self.households:
            self._kept[household.pk] = _token(field.initial for _name, field in self.fields_of(household))
            self.fields[self._key(household, SEEN)] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=self._kept[household.pk]
            )
            for name, field in self.fields_of(household):
                field.widget.attrs["aria-label"] = f"{field.label}: {household}"
                style = "form-check-input" if isinstance(field, forms.BooleanField) else "form-control"
                known = field.widget.attrs.get("class", "")
                if "form-" not in known:
                    field.widget.attrs["class"] = f"{style} {known}".strip()
                self.fields[self._key(household, name)] = field

    def fields_of(self, household: Household) -> Iterator[tuple[str, forms.Field]]:
        raise NotImplementedError

    @staticmethod
    def _key(household: Household, name: str) -> str:
        return f"h{household.pk}-{name}"

    @property
    def lines(self) -> Iterator[tuple[Household, dict[str, forms.BoundField], bool]]:
        """Household, its fields, and whether one of those that are folded away has something to show."""
        for household in self.households:
            first, *rest = [name for name, _field in self.fields_of(household)]
            fields = {name: self[self._key(household, name)] for name in (first, *rest)}
            shows = any(fields[name].errors or (fields[name].value() and name not in self.quiet) for name in rest)
            yield household, fields | {SEEN: self[self._key(household, SEEN)]}, shows

    quiet: tuple[str, ...] = ()

    def said(self, household: Household) -> dict[str, Any]:
        names = [name for name, _field in self.fields_of(household)]
        return {name: self.cleaned_data.get(self._key(household, name)) for name in names}

    def kept_words(self, household: Household) -> str:
        """What is kept of the line now."""
        raise NotImplementedError

    def _seen(self, household: Household) -> str:
        return self.cleaned_data.get(self._key(household, SEEN)) or self._kept[household.pk]

    def changed(self) -> Iterator[Household]:
        """Lines that were changed on this page, and say otherwise than what is kept."""
        for household in self.households:
            if _token(self.said(household).values()) not in (self._seen(household), self._kept[household.pk]):
                yield household

    def clean(self) -> dict[str, Any]:
        data: Any = super().clean()
        for household in self.changed():
            if self._seen(household) != self._kept[household.pk]:
                words = gettext("Written elsewhere meanwhile: %(kept)s. Save again to write your line over it.")
                first, _field = next(iter(self.fields_of(household)))
                self.add_error(self._key(household, first), words % {"kept": self.kept_words(household)})
                data_of_form: Any = self.data
                data_of_form[self._key(household, SEEN)] = self._kept[household.pk]  # told now
        return data


def _one_of(label: Any, choices: Iterable[tuple[str, Any]], empty: Any, initial: str) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, choices=[("", empty), *choices], required=False, initial=initial)
    field.widget.attrs["class"] = "form-select"
    return field


def _line_of_text(label: Any, longest: int | None, initial: str, **attrs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs=attrs) if attrs else forms.TextInput()
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        initial=initial,
        widget=widget,
        validators=[no_personal_number],
    )


class DialogueAttendanceForm(_LinesForm):
    """known: what stands on the roll already; people: how many people each household's file has."""

    submit_label = _("Save the roll")
    quiet = ("users", "came")

    def __init__(
        self, *args: Any, known: Mapping[int, DialogueAttendance], people: Mapping[int, int], **kwargs: Any
    ) -> None:
        self.known, self.people = known, people
        super().__init__(*args, **kwargs)

    def fields_of(self, household: Household) -> Iterator[tuple[str, forms.Field]]:
        line = self.known.get(household.pk)
        yield "kind", _one_of(_("Attendance"), AttendanceKind.choices, _("Not recorded"), line.kind if line else "")
        users = line.users if line else max(1, self.people.get(household.pk, 1))
        yield (
            "users",
            WholeNumberField(label=_("Land users of the household"), min_value=1, max_value=999, initial=users),
        )
        came = line.came if line and line.kind in CAME else None
        yield (
            "came",
            WholeNumberField(label=_("Of these came"), min_value=1, max_value=999, required=False, initial=came),
        )
        yield "is_late", forms.BooleanField(label=_("Came late"), required=False, initial=bool(line and line.is_late))
        yield "note", _line_of_text(_("Who came for it, or why nobody did"), 150, line.note if line else "")

    def kept_words(self, household: Household) -> str:
        line = self.known.get(household.pk)
        return line.get_kind_display() if line else gettext("Not recorded")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for household in self.changed():
            said = self.said(household)
            if said["kind"] in CAME and said["came"] and said["users"] and said["came"] > said["users"]:
                words = gettext("Not more land users can come than the household has.")
                self.add_error(self._key(household, "came"), words)
        return data

    def roll(self) -> dict[Household, RollLine | None]:
        """What was changed on the page."""
        return {
            household: RollLine(**said) if (said := self.said(household))["kind"] else None
            for household in self.changed()
            if self.said(household)["kind"] or household.pk in self.known
        }


class OpinionsForm(_LinesForm):
    """Of the households of the page that took part."""

    submit_label = _("Save the opinions")

    def __init__(self, *args: Any, known: Mapping[int, PlanOpinion], **kwargs: Any) -> None:
        self.known = known
        super().__init__(*args, **kwargs)

    def fields_of(self, household: Household) -> Iterator[tuple[str, forms.Field]]:
        row = self.known.get(household.pk)
        yield (
            "after",
            _one_of(_("After the explanation"), OpinionKind.choices, _("Not recorded"), row.after if row else ""),
        )
        before = _one_of(_("Before the explanation"), OpinionKind.choices, _("Not asked"), row.before if row else "")
        yield "before", before
        yield "words", _line_of_text(_("In the household's words"), None, row.words if row else "", rows=2)

    def kept_words(self, household: Household) -> str:
        row = self.known.get(household.pk)
        return row.get_after_display() if row else gettext("Not recorded")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for household in self.changed():
            said = self.said(household)
            if said["after"] in (OpinionKind.DISAGREES, OpinionKind.OTHER) and not said["words"]:
                self.add_error(self._key(household, "words"), gettext("Write down what the household said."))
            if not said["after"] and (said["before"] or said["words"]):
                self.add_error(self._key(household, "after"), gettext("Choose the opinion, or empty the line."))
        return data

    def opinions(self) -> dict[Household, OpinionLine | None]:
        """What was changed on the page."""
        return {
            household: OpinionLine(**said) if (said := self.said(household))["after"] else None
            for household in self.changed()
            if self.said(household)["after"] or household.pk in self.known
        }


class DialogueMinutesForm(KeepsWhatOthersSaved, HouseModelForm):
    submit_label = _("Save the minutes")

    class Meta:
        model = DialogueMinutes
        fields = ["chair", "secretary", "ended_at", "course", "was_read_back"]
        widgets = {"course": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "course": _("What was presented and explained. Questions and opinions have their own places."),
        }


class DialogueSignatureForm(HouseModelForm):
    submit_label = _("Save the line")

    class Meta:
        model = DialogueSignature
        fields = ["kind", "name", "has_signed", "reason"]
        help_texts = {"reason": _("Whoever would not sign is named with the reason. The others sign.")}

    def __init__(self, *args: Any, minutes: DialogueMinutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.ward_id, self.instance.minutes = minutes.ward_id, minutes

    def clean(self) -> dict[str, Any]:
        data: Any = super().clean()
        if data.get("has_signed") == bool(data.get("reason")):
            raise ValidationError({"reason": gettext("Say why it was not signed, and only then.")})
        return data


class DialogueScanForm(HouseForm):
    submit_label = _("Add the signed paper")

    scan = UploadField(label=_("Scan or photo of the signed paper"), accept_kinds=".pdf,.jpg,.jpeg,.png")


class DialogueReopenForm(HouseForm):
    submit_label = _("Open the minutes again")
    reason = forms.CharField(label=_("Reason"), max_length=200, validators=[no_personal_number])
