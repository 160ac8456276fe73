"""What is typed about a model."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Unit
from campaigns.models import Undertaking
from core.dates import full_date, weekday_date
from core.files import Accepted
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    ManyChoiceBoxes,
    TargetField,
    UploadsField,
)
from core.models import today
from core.questions import AsksFirst, Question
from core.search import in_order
from deadlines.models import Calendar
from models_registry.choices import (
    ModelState,
    Origin,
    SubjectType,
)
from models_registry.models import MobilizationModel, ThemeField

FIRST_TARGETS = 2


class EachUploadField(UploadsField):
    """Several files, each judged by itself: the good ones are kept when another one is refused."""

    def clean(self, data: Any, initial: Any = None) -> tuple[list[Accepted], list[forms.ValidationError]]:
        kept, refused = [], []
        for file in data or []:
            try:
                kept += super().clean([file], initial)
            except forms.ValidationError as error:
                refused += [forms.ValidationError(f"{file.name}: {sentence}") for sentence in error.messages]
        return kept, refused


class TargetForm(HouseForm):
    """One row of the targets. A half-filled row is kept with the draft and refused when the model is sent."""

    name = forms.CharField(label=_("What"), max_length=150, required=False)
    target = TargetField(label=_("How many"), required=False)
    unit_of_measure = forms.CharField(label=_("Counted in"), max_length=30, required=False)
    due_on = DateField(label=_("By"), required=False)

    def has_text(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields)

    def typed(self) -> dict[str, Any]:
        """What is usable of the row; what is not stays as it was before."""
        row = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        return {
            name: "" if value is None and name in {"name", "unit_of_measure"} else value for name, value in row.items()
        }

    def ask_for_rest(self, first: datetime.date, last: datetime.date) -> None:
        """The row is about to be sent: it must be whole and its day in the year's work."""
        sentences = {
            "name": gettext("Enter what the target counts"),
            "target": gettext("Enter how many"),
            "due_on": gettext("Choose a day from %(first)s to %(last)s")
            % {"first": full_date(first), "last": full_date(last)},
        }
        due_on = self.cleaned_data.get("due_on")
        for name, sentence in sentences.items():
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, sentence)
        if due_on and not first <= due_on <= last:
            self.add_error("due_on", sentences["due_on"])


class TargetFormSet(BaseFormSet):
    """The rows as they stand on the page; a further one for "add", one less for "leave out"."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(_rearranged(data) if data is not None else None, **kwargs)

    @property
    def filled(self) -> list[TargetForm]:
        return [form for form in self.forms if form.has_text()]


def _rearranged(data: Any) -> Any:
    """The posted rows after the button "add a target" or "leave out this one"."""
    data = data.copy()
    count = min(_number(data.get("targets-TOTAL_FORMS")), 100)
    names = list(TargetForm.base_fields)
    rows = [{name: data.get(f"targets-{i}-{name}", "") for name in names} for i in range(count)]
    if (out := data.get("drop_target", "")).isdecimal() and int(out) < count:
        rows.pop(int(out))
    if "add_target" in data:
        rows.append(dict.fromkeys(names, ""))
    for i in range(count):
        for name in names:
            data.pop(f"targets-{i}-{name}", None)
    for i, row in enumerate(rows):
        for name, value in row.items():
            data[f"targets-{i}-{name}"] = value
    data["targets-TOTAL_FORMS"], data["targets-INITIAL_FORMS"] = str(len(rows)), "0"
    return data


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


class ModelEditForm(AsksFirst, HouseModelForm):
    """The registration. A draft takes what is usable, whatever is wrong with the rest."""

    asks_since_when = False  # what the ward sent back is registered anew

    documents = EachUploadField(label=_("Papers with it"), required=False)
    undertakings = forms.ModelMultipleChoiceField(
        Undertaking.objects.none(), label=_("Work it serves"), required=False, widget=ManyChoiceBoxes
    )
    theme_field = forms.ModelChoiceField(
        ThemeField.objects.none(),
        label=_("Theme field"),
        required=False,
        empty_label=None,
        widget=ChoiceBoxes(columns=2),
    )

    class Meta:
        model = MobilizationModel
        fields = [
            "title",
            "theme_field",
            "subject",
            "person_name",
            "unit",
            "contact",
            "approach",
            "starts_on",
            "ends_on",
            "origin",
            "previous",
            "rationale",
            "beneficiaries",
            "expected_output",
            "resources",
            "sustainability",
        ]
        labels = {
            "title": _("Name of the model"),
            "subject": _("Who registers"),
            "approach": _("How it is done"),
            "person_name": _("Full name of the person"),
        }
        help_texts = {
            "title": _("Short, says what is done. For example: Each Party member persuades one household"),
            "approach": _("Who does what, where, how often"),
            "person_name": _("Only for a model of one person"),
            "origin": _("A model kept up or improved continues one of an earlier year"),
        }
        widgets = {
            "subject": ChoiceBoxes(columns=2),
            "origin": ChoiceBoxes(columns=3),
            "approach": forms.Textarea(attrs={"rows": 4}),
            **dict.fromkeys(
                ["rationale", "beneficiaries", "expected_output", "resources", "sustainability"],
                forms.Textarea(attrs={"rows": 2}),
            ),
        }

    # What the ward needs to decide, and what to say when it is not there.
    NEEDED = {
        "title": _("Enter the name of the model"),
        "theme_field": _("Choose the field"),
        "approach": _("Write how it is done"),
    }
    asked_by_clean = [*NEEDED]  # a draft may miss them
    MORE = ["origin", "previous", "rationale", "beneficiaries", "expected_output", "resources", "sustainability"]

    def __init__(self, data: Any = None, files: Any = None, *, user: Any, sending: bool = False, **kwargs: Any) -> None:
        registration = kwargs["instance"]
        self.registration, self.user, self.sending = registration, user, sending
        # What a returned registration has, it keeps: it can not become incomplete again.
        self.must_be_whole = sending or registration.state != ModelState.DRAFT
        super().__init__(data, files, year=registration.campaign.year, **kwargs)
        self.year, self.ward_id = registration.campaign, registration.ward_id
        self._offer_choices()
        self.targets = self._rows(data)
        self.kept_files: list[Accepted] = []

    def _offer_choices(self) -> None:
        mine = Unit.objects.inside().valid_on(today()).actionable_by(self.user, Permission.MODEL_REGISTER)
        self.fields["unit"].queryset = mine.order_by("sort_key")
        self.fields["unit"].empty_label = None
        self.fields["theme_field"].queryset = ThemeField.objects.filter(ward_id=self.ward_id, campaign=self.year)
        works = Undertaking.objects.filter(ward_id=self.ward_id, foci__campaign=self.year)
        self.fields["undertakings"].queryset = works.order_by(in_order("name"))
        earlier = MobilizationModel.objects.visible_to(self.user).filter(campaign__year__lt=self.year.year)
        self.fields["previous"].queryset = earlier.exclude(state=ModelState.DRAFT).order_by("-campaign__year", "code")
        self.fields["previous"].empty_label = gettext("None")
        if not self.registration._state.adding:
            self.initial["undertakings"] = list(self.registration.about.values_list("undertaking", flat=True))

    def _rows(self, data: Any) -> Any:
        if data is not None:
            rows = _TargetRows(data, prefix="targets", form_kwargs={"year": self.year.year})
            rows.is_valid()
            return rows
        kept = [] if self.registration._state.adding else list(self.registration.targets.all())
        names = TargetForm.base_fields
        initial = [{name: getattr(row, name) for name in names} for row in kept]
        rows = _TargetRows(None, prefix="targets", initial=initial, form_kwargs={"year": self.year.year})
        rows.extra = max(FIRST_TARGETS - len(initial), 0)
        return rows

    # ---- checks -------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.kept_files, refused = values.pop("documents", ([], []))
        for error in refused:
            self.add_error("documents", error)
        self._check_person(values)
        self._check_days(values)
        if values.get("origin") == Origin.NEW:
            values["previous"] = None
        elif "origin" not in values:
            values.pop("previous", None)
        if self.must_be_whole:
            self._ask_for_rest(values)
        if any(row.errors for row in self.targets.forms):
            self.add_error(None, gettext("The targets need a correction"))
        return values

    def questions(self) -> Iterator[Question]:
        """A draft is asked nothing. A target is often due on the last of a month, whatever its day of the week: only a
        holiday and the days off around it are odd."""
        calendar = Calendar(self.ward_id)
        for row in self.targets.filled if self.sending else ():
            values = row.cleaned_data
            if (day := values.get("due_on")) and (why := calendar.why_no_event(day)):
                told = gettext("The target “%(name)s” is due on a day off, %(day)s: %(why)s.")
                yield Question("", told % {"name": values["name"], "day": weekday_date(day, today()), "why": why})

    def _check_person(self, values: dict[str, Any]) -> None:
        if values.get("subject") == SubjectType.COLLECTIVE:
            values["person_name"] = None
        elif self.must_be_whole and not values.get("person_name"):
            self.add_error("person_name", gettext("Enter the full name of the person"))
            values.pop("subject", None)

    def _check_days(self, values: dict[str, Any]) -> None:
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("Choose a last day from %(first)s on") % {"first": full_date(first)})
            values.pop("starts_on", None)

    def _ask_for_rest(self, values: dict[str, Any]) -> None:
        for name, sentence in self.NEEDED.items():
            if name not in self.errors and not values.get(name):
                self.add_error(name, sentence)
        first, last = self.target_days(values)
        for row in self.targets.filled:
            row.ask_for_rest(first, last)
        if not self.targets.filled:
            none = gettext("Enter at least one target")
            if self.targets.forms:
                self.targets.forms[0].add_error("name", none)
            else:
                self.add_error(None, none)

    def target_days(self, values: Mapping[str, Any]) -> tuple[datetime.date, datetime.date]:
        """Between which days a target may be due: of the model, or of the year."""
        first = values.get("starts_on") or self.year.opens_on
        return first, values.get("ends_on") or self.year.closes_on

    # ---- for the verb and the page -------------------------------------------------------------------
    def typed(self) -> dict[str, Any]:
        """Arguments of `save_draft`: everything that is usable, whatever is wrong with the rest."""
        self.is_valid()
        values = {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data}
        return {
            "fields": values,
            "targets": [row.typed() for row in self.targets.filled],
            "undertakings": self.cleaned_data.get("undertakings"),
            "documents": self.kept_files,
        }

    @property
    def row_errors(self) -> list[tuple[str, str]]:
        """(id of the control, sentence) of the target rows, for the summary."""
        if not self.is_bound:
            return []
        return [
            (row[name].id_for_label, sentence)
            for row in self.targets.forms
            for name, sentences in row.errors.items()
            for sentence in sentences
        ]

    @property
    def error_total(self) -> int:
        rows = self.row_errors
        return len(self.errors) + (len(rows) - 1 if rows else 0) if self.is_bound else 0

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in self.MORE]

    def more_is_open(self) -> bool:
        """The optional part begins open when something is in it or wrong with it."""
        return any(self.errors.get(name) or self[name].value() not in ("", None, Origin.NEW) for name in self.MORE)


_TargetRows = formset_factory(TargetForm, formset=TargetFormSet, extra=0, max_num=100, absolute_max=100)
