"""What is typed about a model."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.choices import Branch
from accounts.models import Unit
from campaigns.models import Undertaking
from core.dates import full_date, weekday_date
from core.files import Accepted
from core.forms import ChoiceBoxes, Folded, HouseModelForm, ManyChoiceBoxes, UploadsField, WholeNumberField
from core.models import today
from core.personal import no_personal_number
from core.questions import AsksFirst, Question
from core.search import in_order
from core.text import number, within_quotes
from core.together import read_together
from deadlines.models import Calendar
from models_registry.choices import (
    ModelState,
    Origin,
    SubjectType,
)
from models_registry.forms.contents import FellowForm, MilestoneForm, ParticipationForm, TargetForm
from models_registry.forms.rows import RowSet, rows_of
from models_registry.models import MobilizationModel, ThemeField
from models_registry.models.registration import MOST_DAYS, MOST_MONEY

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


class ModelEditForm(AsksFirst, HouseModelForm):
    """The registration. A draft takes what is usable, whatever is wrong with the rest."""

    asks_since_when = False  # what the ward sent back is registered anew

    documents = EachUploadField(label=_("Papers with it"), required=False)
    undertakings = forms.ModelMultipleChoiceField(
        Undertaking.objects.none(), label=_("Work it serves"), required=False, widget=ManyChoiceBoxes
    )
    areas = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("Residential groups where it is done"),
        required=False,
        widget=ManyChoiceBoxes(columns=2, folded=Folded(_("None chosen"), _("1 group"), _("{n} groups"))),
    )
    budget = WholeNumberField(label=_("Money (đồng)"), required=False, min_value=0, max_value=MOST_MONEY)
    man_days = WholeNumberField(label=_("Days of work"), required=False, min_value=0, max_value=MOST_DAYS)
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
            "budget",
            "man_days",
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
            "title": _("Short, says what is done and what for; many begin with “Khéo trong …”."),
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
    MORE = [
        *("origin", "previous", "rationale", "areas", "beneficiaries", "budget", "man_days", "resources"),
        *("expected_output", "sustainability"),
    ]
    TELLING = ("title", "rationale", "approach", "beneficiaries", "expected_output", "sustainability")
    ROWS = ("targets", "fellows", "participations", "milestones")

    def __init__(self, data: Any = None, files: Any = None, *, user: Any, sending: bool = False, **kwargs: Any) -> None:
        registration = kwargs["instance"]
        self.registration, self.user, self.sending = registration, user, sending
        # What a returned registration has, it keeps: it can not become incomplete again.
        self.must_be_whole = sending or registration.state != ModelState.DRAFT
        super().__init__(data, files, year=registration.campaign.year, **kwargs)
        self.year, self.ward_id = registration.campaign, registration.ward_id
        for name in self.TELLING:
            # The model has the same check, but what it refuses would stand in the draft already.
            self.fields[name].validators.append(no_personal_number)
        self._offer_choices()
        self._read_rows(data)
        self.kept_files: list[Accepted] = []

    def _offer_choices(self) -> None:
        mine = Unit.objects.inside().valid_on(today()).actionable_by(self.user, Permission.MODEL_REGISTER)
        self.fields["unit"].queryset = mine.order_by("sort_key")
        self.fields["unit"].empty_label = None
        self.fields["theme_field"].queryset = ThemeField.objects.filter(ward_id=self.ward_id, campaign=self.year)
        row = self.registration
        groups = self._units(row.areas if row.pk else None).filter(branch=Branch.RESIDENTIAL)
        self.fields["areas"].queryset = groups
        works = Undertaking.objects.filter(ward_id=self.ward_id, foci__campaign=self.year)
        self.fields["undertakings"].queryset = works.order_by(in_order("name"))
        earlier = MobilizationModel.objects.visible_to(self.user).filter(campaign__year__lt=self.year.year)
        self.fields["previous"].queryset = earlier.exclude(state=ModelState.DRAFT).order_by("-campaign__year", "code")
        self.fields["previous"].empty_label = gettext("None")
        if not self.registration._state.adding:
            self.initial["undertakings"] = list(self.registration.about.values_list("undertaking", flat=True))
            self.initial["budget"] = number(row.budget) if row.budget is not None else None  # in groups of three
            self.initial["areas"] = list(self.registration.areas.values_list("unit", flat=True))

    def _units(self, kept: Any) -> Any:
        """Those of the ward today, and those that were chosen when they were there."""
        rows = Unit.objects.filter(ward_id=self.ward_id)
        there = Q(pk__in=rows.inside().valid_on(today()).values("pk"))
        return rows.filter(there | Q(pk__in=kept.values("unit")) if kept else there).order_by("sort_key")

    def _read_rows(self, data: Any) -> None:
        row, year = self.registration, {"year": self.year.year}
        kept: dict[str, Any] = dict.fromkeys(self.ROWS, ())
        if data is None and row.pk:
            kept = {name: getattr(row, name).all() for name in self.ROWS}
            read_together(*kept.values())
        around = self._units(row.participations if row.pk else None)
        self.targets = rows_of(TargetForm, "targets", data, kept["targets"], first=FIRST_TARGETS, **year)
        self.milestones = rows_of(MilestoneForm, "milestones", data, kept["milestones"], first=0, **year)
        self.fellows = rows_of(FellowForm, "fellows", data, kept["fellows"], first=0)
        took_part = kept["participations"]
        self.participations = rows_of(ParticipationForm, "participations", data, took_part, first=0, units=around)

    @property
    def row_sets(self) -> list[RowSet]:
        return [getattr(self, name) for name in self.ROWS]

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
        self._check_participants(values)
        if any(row.errors for rows in self.row_sets for row in rows.forms):
            self.add_error(None, gettext("Some rows need a correction"))
        return values

    def questions(self) -> Iterator[Question]:
        """A draft is asked nothing. One model on a cell's list and the Front's is told, and never refused.

        A target is often due on the last of a month, whatever its day of the week: only a holiday and the days off
        around it are odd.
        """
        if not self.sending:
            return
        twins = MobilizationModel.objects.in_ward_of(self.user).twins_of(self.instance, self.cleaned_data["areas"])
        for twin in twins[:3]:
            told = gettext("%(unit)s has a model of the same name, field and place: “%(title)s” (%(code)s).")
            yield Question("", told % {"unit": twin.unit, "title": within_quotes(twin), "code": twin.code})
        calendar = Calendar(self.ward_id)
        sentences = {
            "targets": gettext("The target “%(name)s” is due on a day off, %(day)s: %(why)s."),
            "milestones": gettext("The milestone “%(name)s” is on a day off, %(day)s: %(why)s."),
        }
        for rows, sentence in sentences.items():
            for row in getattr(self, rows).filled:
                values = row.cleaned_data
                if (day := values.get("due_on")) and (why := calendar.why_no_event(day)):
                    said = {"name": values["name"], "day": weekday_date(day, today()), "why": why}
                    yield Question("", sentence % said)

    def _check_person(self, values: dict[str, Any]) -> None:
        if values.get("subject") == SubjectType.COLLECTIVE:
            values["person_name"] = None
        elif self.must_be_whole and not values.get("person_name"):
            self.add_error("person_name", gettext("Enter the full name of the person"))
            values.pop("subject", None)

    def _check_participants(self, values: dict[str, Any]) -> None:
        """Each once, and not the unit that registers: that one leads."""
        seen = set()
        for row in self.participations.filled:
            if (who := row.who) is None:
                continue
            if who == values.get("unit"):
                row.add_error("unit", gettext("This unit registers the model, so it leads. Choose another one."))
            elif who in seen:
                row.add_error(
                    "unit" if row.cleaned_data.get("unit") else "name", gettext("This one stands there already")
                )
            seen.add(who)

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
        for row in (*self.targets.filled, *self.milestones.filled):
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
            "targets": self.targets.typed,
            "milestones": self.milestones.typed,
            "fellows": self._fellows(),
            "participations": [row.typed() for row in self.participations.filled if row.who],
            "areas": self.cleaned_data.get("areas"),
            "undertakings": self.cleaned_data.get("undertakings"),
            "documents": self.kept_files,
        }

    def _fellows(self) -> list[dict[str, Any]]:
        """Nobody registers together with a unit."""
        if self.cleaned_data.get("subject", self.registration.subject) == SubjectType.COLLECTIVE:
            return []
        return [row for row in self.fellows.typed if row.get("name")]

    @property
    def row_errors(self) -> list[tuple[str, str]]:
        """(id of the control, sentence) of the rows, for the summary."""
        if not self.is_bound:
            return []
        return [
            (row[name].id_for_label, sentence)
            for rows in self.row_sets
            for row in rows.forms
            for name, sentences in row.errors.items()
            for sentence in sentences
        ]

    @property
    def error_total(self) -> int:
        rows = self.row_errors
        return len(self.errors) + (len(rows) - 1 if rows else 0) if self.is_bound else 0

    def more_is_open(self) -> bool:
        """The optional part begins open when something is in it or wrong with it."""
        if any(self.participations.forms) or any(self.milestones.forms):
            return True
        blank: tuple[Any, ...] = ("", None, Origin.NEW, [])
        return any(self.errors.get(name) or self[name].value() not in blank for name in self.MORE)
