import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.choices import Branch
from accounts.models import Unit, Ward
from campaigns.models import Campaign, PaperStandard
from core import tables
from core.dates import full_date
from core.figures import all_figures
from core.filled import Form
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    ManyChoiceBoxes,
    UploadField,
    WholeNumberField,
)
from core.models import today
from core.questions import AsksFirst, Question
from core.text import number, one_line, points
from core.titles import TITLE
from deadlines.forms import AsksDayOff
from reports.choices import AnnexCode, ReportKind, ReportState, SectionCode
from reports.exports import FORMATS
from reports.models import LAST_DAY, PeriodRule, Report, ReportOverride, SuperiorForm, WardNumber
from reports.narrative import fact_names
from reports.sentences import problems

MOST = 10**12  # of a number that somebody enters
USUAL_NUMBERS = Path(__file__).parent / "data" / "ward_numbers.json"


def _lines(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 4}))


class ReportForm(AsksDayOff, HouseModelForm):
    """The frame of a report and the officer's own words; figures come by themselves."""

    situation = _lines(_("Assessment"), _("One point a line. Figures are filled in by themselves."))
    next = _lines(_("Next tasks"), _("One task a line."))
    proposal = _lines(_("Proposals"), _("One a line."))

    annexes = forms.MultipleChoiceField(
        label=_("Tables behind it"),
        choices=AnnexCode.choices,
        required=False,
        widget=ManyChoiceBoxes(columns=2),
        help_text=_("Each stands on pages of its own behind the report, with the numbers of the same day."),
    )

    submit_label = _("Save the wording")
    due_days = ("due_on",)
    layout = Layout(
        "kind",
        "first_on",
        "on",
        "title",
        "known_on",
        "due_on",
        "body",
        Fieldset(_("The officer's own words"), "situation", "next", "proposal"),
        "annexes",
        Fieldset(
            _("Head and foot of the paper"),
            "header",
            "symbol_suffix",
            "place",
            "authority",
            "signer_title",
            "recipients",
        ),
    )

    class Meta:
        model = Report
        fields = [
            "kind",
            "first_on",
            "on",
            "title",
            "known_on",
            "due_on",
            "body",
            "annexes",
            "header",
            "symbol_suffix",
            "place",
            "authority",
            "signer_title",
            "recipients",
        ]
        widgets = {"recipients": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, campaign: Campaign, words_of: Report, **kwargs: Any) -> None:
        self.campaign = campaign
        words = {code.value: "\n".join(words_of.lines(code)) for code in SectionCode}
        kwargs["initial"] = words | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Last day of the figures")
        self.fields["title"].help_text = _("Left as it is, it follows the kind and its period.")
        issuers = Unit.objects.filter(ward_id=campaign.ward_id).inside()
        self.fields["body"].queryset = issuers.filter(branch__in=[Branch.PARTY, Branch.GOVERNMENT, Branch.FRONT])

    def clean_on(self) -> Any:
        if not self._is_of_campaign(day := self.cleaned_data["on"]):
            raise forms.ValidationError(self._days_of_campaign())
        return day

    def _is_of_campaign(self, day: datetime.date) -> bool:
        return self.campaign.opens_on <= day <= self.campaign.closes_on

    def _days_of_campaign(self) -> str:
        days = {"first": f"{self.campaign.opens_on:%d/%m/%Y}", "last": f"{self.campaign.closes_on:%d/%m/%Y}"}
        return _("Choose a day of this campaign, from %(first)s to %(last)s.") % days

    def clean_known_on(self) -> Any:
        if (day := self.cleaned_data["known_on"]) and day > today():
            raise forms.ValidationError(_("Choose a day up to today."))
        return day

    def clean(self) -> dict:
        found = super().clean()
        if "kind" in self.changed_data and found.get("kind"):
            self._follow_kind(found)
        if (on := found.get("on")) and not self._is_of_campaign(on):
            self.add_error("on", self._days_of_campaign())
        if found.get("kind") == ReportKind.DAY:
            found["first_on"] = None
        elif not found.get("first_on") and "first_on" not in self.errors:
            self.add_error("first_on", _("Enter the first day of the period."))
        elif found.get("on") and found.get("first_on") and found["first_on"] > found["on"]:
            self.add_error("first_on", _("The first day of the period can not lie after the last."))
        body, on = found.get("body"), found.get("on")
        if body and on:
            self.instance.standard = self._standard(body, on)
            if "body" in self.changed_data:
                self._follow(body, on, found)
        return found

    def _follow_kind(self, found: dict) -> None:
        """Another kind has its own period and title: what was not typed anew is that of the kind."""
        day = min(today(), self.campaign.closes_on)
        closes = PeriodRule.objects.closes_on(self.campaign.ward_id, day)
        span = Report.objects.next_span(self.campaign, found["kind"], day, closes)
        own: dict[str, Any] = {"on": day} if found["kind"] == ReportKind.DAY else {}
        if span:
            own = {"first_on": span.first, "on": span.last, "title": Report.objects.title_of(self.campaign, span)}
        for name, value in own.items():
            if name not in self.changed_data:
                found[name] = value
                self.errors.pop(name, None)

    def _follow(self, body: Unit, on: Any, found: dict) -> None:
        """Another body has its own head and foot: what was not typed anew is the body's."""
        frame = Report.objects.frame(self.campaign, body, on)
        found |= {name: value for name, value in frame.items() if name not in self.changed_data}

    def _standard(self, body: Unit, on: Any) -> PaperStandard:
        """The layout in force for the body's papers on that day."""
        if (standard := PaperStandard.objects.of(body, on)) is None:
            raise forms.ValidationError(
                _("No paper standard is kept for papers of that day. An administrator adds it in the administration.")
            )
        return standard

    @property
    def words(self) -> dict[str, list[str]]:
        """Section -> its lines."""
        return {code.value: points(self.cleaned_data[code.value]) for code in SectionCode}


class SentencesField(forms.CharField):
    """Sentences with places for facts, one a line; what could not be printed is told."""

    widget = forms.Textarea(attrs={"rows": 10})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if wrong := list(problems(lines, fact_names(), set(all_figures()))):
            raise forms.ValidationError(wrong)
        return "\n".join(lines)


class WordingForm(HouseForm):
    """The sentences of one section in one report."""

    submit_label = _("Save the wording")

    lines = SentencesField(
        label=_("Sentences, one a line"),
        required=False,
        help_text=_("Change the words as you like. What stands in { } is a fact and is filled in by itself: leave it."),
    )
    as_usual = forms.BooleanField(label=_("Back to the ward's usual sentences"), required=False)


class OverrideForm(HouseModelForm):
    """Another number than the computed one, in one report."""

    submit_label = _("Put this number on the paper")

    value = WholeNumberField(label=_("Number"), min_value=0, max_value=MOST)
    as_computed = forms.BooleanField(label=_("Back to the computed number"), required=False)

    class Meta:
        model = ReportOverride
        fields = ["value", "is_nearly", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        labels = {"is_nearly": _("It is “nearly” so many"), "reason": _("Why it is another number")}
        help_texts = {"reason": _("What is counted wrongly or not entered yet. It stays beside the number.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["as_computed"]

    def clean_value(self) -> int:
        if (value := self.cleaned_data["value"]) == self.instance.computed and not self.data.get("as_computed"):
            raise forms.ValidationError(_("That is the number that the portal counts: nothing is to be entered."))
        return value


class ReportTextForm(forms.ModelForm):
    """For the administration."""

    lines = SentencesField(label=_("sentences, one a line"))
    kinds = forms.MultipleChoiceField(
        label=_("In these reports alone"),
        choices=ReportKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: in all of them."),
    )


class ClosingDayForm(HouseModelForm):
    submit_label = _("Save the closing day")

    closes_on = WholeNumberField(
        label=_("Last day of the period in its month"),
        min_value=1,
        max_value=LAST_DAY,
        help_text=_("14: the month of April runs from 15/03 to 14/04. 31: always to the last day of the month."),
    )

    class Meta:
        model = PeriodRule
        fields = ["closes_on", "valid_from", "source"]
        help_texts = {
            "valid_from": _("Reports of earlier days keep their periods."),
            "source": _("Number, day and issuer of the document that sets it"),
        }


class WardNumbersForm(HouseForm):
    """A field for each number that this ward keeps or wards usually do. values: words -> number, as entered."""

    submit_label = _("Save the numbers of the ward")

    on = DateField(label=_("As it stood on"))
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Who told the numbers, and in which paper.")
    )
    other = forms.CharField(
        label=_("What else is counted"),
        max_length=80,
        required=False,
        validators=TITLE,
        help_text=_("The words behind the number, such as “doanh nghiệp”."),
    )
    other_value = WholeNumberField(label=_("How many of it"), min_value=0, max_value=MOST, required=False)

    def __init__(self, *args: Any, ward: Ward, **kwargs: Any) -> None:
        super().__init__(*args, year=today().year, **kwargs)
        known = {row.label: row for row in WardNumber.objects.filter(ward=ward).latest_on(today())}
        usual = json.loads(USUAL_NUMBERS.read_text(encoding="utf-8"))
        self.labels = {f"n{place}": label for place, label in enumerate(dict.fromkeys([*known, *usual]))}
        for name, label in self.labels.items():
            now = known.get(label)
            told = {"number": number(now.value), "day": full_date(now.on)} if now else {}
            self.fields[name] = WholeNumberField(
                label=capfirst(label),
                min_value=0,
                max_value=MOST,
                required=False,
                help_text=_("Last: %(number)s on %(day)s") % told if now else "",
            )
        self.order_fields(["on", "source", *self.labels])
        self.fields["on"].initial = today

    def clean_on(self) -> datetime.date:
        if (on := self.cleaned_data["on"]) > today():
            raise forms.ValidationError(_("The day lies ahead. Enter the day that the numbers are of."))
        return on

    def clean(self) -> dict:
        found = super().clean()
        label, value = one_line(found.get("other") or ""), found.get("other_value")
        if label and value is None and "other_value" not in self.errors:
            self.add_error("other_value", _("Enter the number, or leave out what is counted."))
        if value is not None and not label and "other" not in self.errors:
            self.add_error("other", _("Say what is counted."))
        self.values = {text: found[name] for name, text in self.labels.items() if found.get(name) is not None}
        if label and value is not None:
            self.values[label] = value
        if not self.values and not self.errors:
            raise forms.ValidationError(_("Enter one number at least."))
        return found


class SignForm(AsksFirst, HouseForm):
    """gaps: places of the paper that say that something is missing. odd: sums that do not agree, in words."""

    submit_label = _("Sign the report")

    def __init__(self, *args: Any, gaps: int, odd: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gaps, self.odd = gaps, odd

    def questions(self) -> Iterator[Question]:
        yield from (Question("", sentence) for sentence in self.odd)
        if self.gaps:
            words = ngettext("The paper still has %(n)d gap.", "The paper still has %(n)d gaps.", self.gaps)
            yield Question("", words % {"n": self.gaps})


class NumberForm(AsksFirst, HouseForm):
    submit_label = _("Give the number")

    on = DateField(label=_("Date on the paper"))
    number = WholeNumberField(
        label=_("Number"), min_value=1, max_value=99999, required=False, help_text=_("Empty: the next of its series.")
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, year=report.campaign.year, **kwargs)
        self.report = report
        self.fields["on"].initial = today

    def clean(self) -> dict:
        found = super().clean()
        if not self.errors:
            self.document = self.report.as_document(number=found["number"], on=found["on"])
            self.document.complete_symbol()
        return found

    def questions(self) -> Iterator[Question]:
        signed = self.report.transitions.filter(new=ReportState.SIGNED).first()
        if signed and self.cleaned_data["on"] < signed.on:
            words = _("It was signed on %(day)s, which is later.")
            yield Question("on", words % {"day": f"{signed.on:%d/%m/%Y}"})
        if gap := self.document.gap_question():
            yield Question("number", gap)


class SendForm(HouseForm):
    submit_label = _("It was sent")

    on = DateField(label=_("Sent on"))

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, year=report.campaign.year, **kwargs)
        self.fields["on"].initial = today


class ExportForm(HouseForm):
    """names: whether the list masks names that the person may read in full."""

    submit_label = _("Export")

    kind = forms.ChoiceField(label=_("Kind of file"), choices=list(FORMATS.items()), initial="xlsx", widget=ChoiceBoxes)
    full = forms.BooleanField(
        label=_("Names in full"),
        required=False,
        help_text=_("Without it names stand as in the list, by their initials."),
    )
    reason = forms.CharField(
        label=_("What the full names are needed for"),
        required=False,
        max_length=200,
        help_text=_("It is written into the access log of each household."),
    )

    def __init__(self, *args: Any, names: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not names:
            del self.fields["full"], self.fields["reason"]

    def clean(self) -> dict:
        found = super().clean()
        if found.get("full") and not found.get("reason"):
            self.add_error("reason", _("Say what the full names are needed for, or untick “Names in full”."))
        if not found.get("full"):
            found["reason"] = ""
        return found


class WorkbookField(UploadField):
    """Cleaned to core.files.Accepted; the workbook was opened once as what is to be filled."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = forms.FileField.clean(self, data, initial)
        if not isinstance(found, UploadedFile):
            return None
        accepted = tables.accept(found)
        if accepted.mime != tables.MIMES["xlsx"]:
            raise forms.ValidationError(_("Save the form as .xlsx (“Excel Workbook”) and choose that file."))
        with accepted.content.open() as content:
            Form(content.read())
        return accepted


class SuperiorFormNewForm(HouseModelForm):
    """An Excel form to be filled from reports."""

    submit_label = _("Bring the form in")

    upload = WorkbookField(
        label=_("Excel file (.xlsx)"), accept_kinds=".xlsx", help_text=_("As the superior sent it, without numbers.")
    )
    former = forms.ModelChoiceField(
        label=_("Edition before"),
        queryset=SuperiorForm.objects.none(),
        required=False,
        help_text=_("Its cells are taken over, and it is no longer filled."),
    )

    class Meta:
        model = SuperiorForm
        fields = ["name", "asked_by"]

    field_order = ["name", "asked_by", "upload", "former"]

    def __init__(self, *args: Any, ward_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].queryset = Unit.objects.filter(ward_id=ward_id, is_outside=True).order_by("sort_key")
        former = SuperiorForm.objects.filter(ward_id=ward_id, ended_on=None)
        if former:
            self.fields["former"].queryset = former
        else:
            del self.fields["former"]


class FormCellForm(HouseForm):
    """Which fact stands in which cell."""

    submit_label = _("Put it there")

    sheet = forms.ChoiceField(label=_("Sheet"))
    cell = forms.CharField(label=_("Cell"), max_length=10, help_text=_("Column and row, such as C7."))
    fact = forms.ChoiceField(label=_("What is written there"))

    def __init__(self, *args: Any, form: SuperiorForm, labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = form
        self.fields["sheet"].choices = [(name, name) for name in form.book.paths]
        self.fields["fact"].choices = [("", "---------"), *labels.items()]

    def clean(self) -> dict:
        found = super().clean()
        if not self.errors and (trouble := self.of.trouble(found["sheet"], found["cell"])):
            self.add_error("cell", trouble)
        return found


class FillForm(HouseForm):
    """From which report the numbers come."""

    submit_label = _("Fill the form")

    report = forms.ModelChoiceField(label=_("Report"), queryset=Report.objects.none(), empty_label=None)

    def __init__(self, *args: Any, reports: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].queryset = reports
