"""The criteria, who scores a model, the scores, and the ward's decision."""

import csv
import datetime
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Ward
from campaigns.forms.meeting import PeopleField
from campaigns.models import Document
from core.dates import full_date
from core.forms import ChoiceBoxes, DateField, HouseForm, NumberField
from core.models import today
from core.paste import Row, read_rows
from core.text import number, plain, read_number
from deadlines.forms import AsksDayOff
from models_registry.choices import Outcome
from models_registry.forms.progress import not_later
from models_registry.models import Appraisal, Assessment, MobilizationModel, RegistrationTerms, Rubric, RubricCriterion

DATA = Path(__file__).parent.parent / "data"
Line = tuple[str, Decimal]


# ---- the criteria ---------------------------------------------------------------------------------------
@cache
def proposed(name: str) -> tuple[Line, ...]:
    """A set to begin with, as (words, points): "criteria" or "bands"."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return tuple((row["label"], Decimal(row["points"])) for row in csv.DictReader(rows))


class RubricForm(HouseForm):
    """A new edition, which begins as the one that is valid, or as the proposal."""

    submit_label = _("Put it in force")
    name = forms.CharField(label=_("Name of the edition"), max_length=120)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The document that says so, with its number and day")
    )
    valid_from = DateField(label=_("Valid from"))
    criteria = forms.CharField(
        label=_("Criteria"),
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("One a line: what is looked at; most points."),
    )
    bands = forms.CharField(
        label=_("How a result is called"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: words; from how many points. May be left empty."),
    )

    def __init__(self, *args: Any, ward: Ward, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = Rubric.objects.filter(ward=ward).first()
        criteria = [(c.label, c.most) for c in last.all_criteria] if last else proposed("criteria")
        bands = [(b.label, b.since) for b in last.all_bands] if last else proposed("bands")
        self.initial |= {"valid_from": today(), "criteria": _typed(criteria), "bands": _typed(bands)}

    def clean_criteria(self) -> list[Line]:
        lines = list(_lines(self.cleaned_data["criteria"]))
        if not lines:
            raise ValidationError(gettext("Write at least one criterion."))
        for place, (_words, points) in enumerate(lines, start=1):
            if points <= 0:
                raise ValidationError(gettext("Line %(line)d: give more than 0 points.") % {"line": place})
        return lines

    def clean_bands(self) -> list[Line]:
        lines = list(_lines(self.cleaned_data["bands"]))
        if len({points for _words, points in lines}) < len(lines):
            raise ValidationError(gettext("Let each begin from another number of points."))
        return lines


def _typed(lines: Any) -> str:
    return "\n".join(f"{words}; {number(points)}" for words, points in lines)


def _lines(text: str) -> Iterator[Line]:
    for row in read_rows(text):
        cells = [cell for cell in row.cells if cell]
        points = read_number(cells[-1]) if len(cells) == 2 else None
        if points is None or not _fits(points) or len(cells[0]) > 200:
            raise ValidationError(_wrong(row))
        yield cells[0], Decimal(points)


def _fits(points: Any) -> bool:
    return 0 <= points < 1000 and Decimal(points) == round(Decimal(points), 1)


def _wrong(row: Row) -> str:
    told = gettext("Line %(line)d: write what is looked at, a semicolon, and the points, for example 15 or 7,5.")
    return told % {"line": row.line}


# ---- who scores, and the scores -------------------------------------------------------------------------
class ReviewOpenForm(AsksDayOff, HouseForm):
    submit_label = _("Open the appraisal")
    due_days = ("due_on",)
    due_on = DateField(label=_("Scores due on"))
    people = PeopleField(
        label=_("Who scores"), help_text=_("At least two, each alone. People of the model’s own unit are not offered.")
    )

    def __init__(self, *args: Any, registration: MobilizationModel, **kwargs: Any) -> None:
        self.registration = registration
        super().__init__(*args, year=registration.campaign.year, **kwargs)
        self.fields["people"].offer(registration.ward_id, without=registration.unit_id)
        self.initial.setdefault("due_on", RegistrationTerms.of(registration.campaign).decide_by(today()))

    @property
    def ward_id(self) -> int:
        return self.registration.ward_id

    def clean_due_on(self) -> datetime.date:
        day = self.cleaned_data["due_on"]
        if day < today():
            raise ValidationError(gettext("Choose a day from today, %(day)s, on") % {"day": full_date(today())})
        return day


class AssessorsForm(HouseForm):
    submit_label = _("Name them")
    people = PeopleField(label=_("Who scores"))

    def __init__(self, *args: Any, appraisal: Appraisal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(appraisal.assessments.values_list("assessor", flat=True))
        self.fields["people"].offer(appraisal.ward_id, without=appraisal.mobilization_model.unit_id, but=there)


class ScoreForm(HouseForm):
    """Points for each criterion, nothing given beforehand; what is taken off needs its reason."""

    submit_label = _("Hand in the scores")
    is_sticky = True

    def __init__(self, *args: Any, sheet: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria: list[RubricCriterion] = sheet.appraisal.rubric.all_criteria
        given = {score.criterion_id: score for score in sheet.scores.all()}
        for place, criterion in enumerate(self.criteria, start=1):
            score, facts = given.get(criterion.pk), {"place": place, "label": criterion.label}
            points, reason = self.names(criterion)
            self.fields[points] = NumberField(
                label=gettext("%(place)d. %(label)s") % facts,
                help_text=gettext("at most %(most)s points") % {"most": number(criterion.most)},
                min_value=0,
                max_value=plain(criterion.most),
                max_digits=5,
                decimal_places=1,
                initial=score and score.points,
                error_messages={"required": gettext("Give points for criterion %(place)d.") % facts},
            )
            self.fields[reason] = forms.CharField(
                label=gettext("Reason for what is taken off (%(place)d)") % facts,
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=score.reason if score else "",
            )
        self.asked_by_clean = [self.names(criterion)[1] for criterion in self.criteria]
        self._mark_as_needed(True)

    @staticmethod
    def names(criterion: RubricCriterion) -> tuple[str, str]:
        return f"points_{criterion.pk}", f"reason_{criterion.pk}"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for criterion in self.criteria:
            points, reason = self.names(criterion)
            if values.get(points) is not None and values[points] < criterion.most and not values.get(reason):
                self.add_error(reason, gettext("Write why points are taken off."))
        return values

    def scores(self) -> dict[RubricCriterion, tuple[Decimal, str]]:
        """A reason beside full points is left out: nothing was taken off."""
        found = {}
        for criterion in self.criteria:
            points, reason = (self.cleaned_data[name] for name in self.names(criterion))
            found[criterion] = (points, reason if points < criterion.most else "")
        return found


# ---- the ward's decision --------------------------------------------------------------------------------
class ConcludeForm(HouseForm):
    submit_label = _("Record the decision")
    asked_by_clean = ["number", "reason"]
    outcome = forms.ChoiceField(label=_("The ward's decision"), choices=Outcome, widget=ChoiceBoxes(columns=1))
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("Decision in the register of documents"), required=False
    )
    number = forms.CharField(
        label=_("Number of the decision document"),
        max_length=50,
        required=False,
        help_text=_("For example 15-QĐ/ĐU. Left empty where the document is chosen above."),
    )
    decided_on = DateField(label=_("Decided on"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the model is not recognised; the unit reads it"),
    )

    def __init__(self, *args: Any, appraisal: Appraisal, user: Any, **kwargs: Any) -> None:
        self.appraisal = appraisal
        super().__init__(*args, year=appraisal.campaign.year, **kwargs)
        papers = Document.objects.visible_to(user).filter(campaign=appraisal.campaign, state="issued")
        self.fields["document"].queryset = papers.for_list()
        self.fields["document"].empty_label = gettext("None")
        self.initial.setdefault("decided_on", today())

    def clean_decided_on(self) -> datetime.date | None:
        day = not_later(self.cleaned_data["decided_on"])
        if day and day < self.appraisal.opened_on:
            first = full_date(self.appraisal.opened_on)
            raise ValidationError(
                gettext("Choose a day from the opening of the appraisal, %(day)s, on") % {"day": first}
            )
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        paper = values.get("document")
        if not values.get("number"):
            values["number"] = paper.symbol if paper else ""
        if not values["number"]:
            self.add_error("number", gettext("Write the number of the decision, or choose it in the register"))
        if values.get("outcome") == Outcome.NOT_RECOGNISED and not values.get("reason"):
            self.add_error("reason", gettext("Write why the model is not recognised"))
        return values
