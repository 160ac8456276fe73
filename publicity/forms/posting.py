import datetime
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.choices import DocumentState
from campaigns.models import Document
from core.forms import (
    ChoiceBoxes,
    DateField,
    HouseForm,
    HouseModelForm,
    ManyChoiceBoxes,
    UploadField,
    UploadsField,
    WholeNumberField,
)
from core.models import today
from core.questions import AsksFirst, Question
from core.secrecy import secrecy_mark
from deadlines.models import CalendarMissing, DeadlineRule
from publicity.choices import ProofKind
from publicity.forms.leaving import AsksAboutPeople
from publicity.models import HANGS, Posting, PostingPlace, PostingProof

PHOTOS_AND_PAPERS = ".jpg,.jpeg,.png,.pdf"
A_YEAR = datetime.timedelta(days=365)
LONGEST = datetime.timedelta(days=3653)
MOST_OPINIONS = 1_000_000


class PlaceForm(HouseModelForm):
    submit_label = _("Save the place")

    class Meta:
        model = PostingPlace
        fields = ["name", "kind", "valid_to"]
        widgets = {"kind": ChoiceBoxes(columns=3)}
        help_texts = {
            "name": _("For example: Notice board of the ward office, or Culture house of group 7."),
            "valid_to": _("Only when nothing is hung there any more."),
        }


class PostingForm(AsksAboutPeople, HouseModelForm):
    """`instance` brings the ward."""

    submit_label = _("Save the posting")
    leaving = ("title", "text")

    papers = UploadsField(
        label=_("Files"),
        required=False,
        help_text=_("What hangs on the board: PDF, DOCX, XLSX or a photo. Each is kept with its hash."),
    )
    places = forms.ModelMultipleChoiceField(
        PostingPlace.objects.none(), label=_("Where"), required=False, widget=ManyChoiceBoxes(columns=2)
    )

    class Meta:
        model = Posting
        fields = [
            "title",
            "document",
            "text",
            "papers",
            "names_people",
            "places",
            "on_portal",
            "rule",
            "starts_on",
            "ends_on",
        ]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "title": _("As citizens read it, for example: Draft plan of compensation, project E6HT."),
            "document": _("An issued document of the register; its file hangs with it."),
            "text": _("What citizens read beside the files; may stay empty."),
            "on_portal": _("Everybody reads it there from the first day to the last, without signing in."),
            "rule": _("It counts the last day, and says by when it has to be put up."),
            "ends_on": _("Empty: the day that the rule counts. A later day is possible, an earlier one is not."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posting = self.instance
        documents = Document.objects.visible_to(user).filter(is_restricted=False, dated_on__gte=today() - A_YEAR)
        issued = documents.filter(state=DocumentState.ISSUED) | Document.objects.filter(
            ward_id=posting.ward_id, pk=posting.document_id
        )
        self.fields["document"].queryset = issued.select_related("kind")
        self.fields["document"].label_from_instance = lambda row: f"{row}: {row.summary}"[:110]
        rules = DeadlineRule.objects.visible_to(user).filter(code=HANGS)
        self.fields["rule"].queryset = rules.valid_on(today()) | rules.filter(pk=posting.rule_id)
        self.fields["rule"].label_from_instance = lambda row: f"{row.rule_set}: {row.length} ({row.legal_ref})"
        places, chosen = PostingPlace.objects.visible_to(user), Q(pk__in=[])
        if posting.pk:
            chosen = Q(pk__in=posting.spots.values("place"))
        self.fields["places"].queryset = places.filter(Q(pk__in=places.valid_on(today()).values("pk")) | chosen)
        if posting.pk:
            self.fields["places"].initial = [spot.place_id for spot in posting.spots.all()]
            self.fields["papers"].label = _("Add files")

    def clean(self) -> dict:
        data = super().clean()
        if any(secrecy_mark(PurePath(file.original_name).stem) for file in data.get("papers", ())):
            self.add_error("papers", _("A file's name bears a mark of secrecy. Secret documents are not entered here."))
        first, last = data.get("starts_on"), data.get("ends_on")
        document = data.get("document")
        if first and document and first < document.dated_on:
            self.add_error("starts_on", _("It can not be put up before the day of its document."))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day can not be before the first."))
        elif first and last and last > first + LONGEST:
            self.add_error("ends_on", _("Choose a day within ten years."))
        elif first and last and not self.errors:
            self._clean_end(data, first, last)
        return data

    def _clean_end(self, data: dict, first: datetime.date, last: datetime.date) -> None:
        """Not before the rule allows it. A year without a calendar is told when it is put up."""
        try:
            least = Posting(ward_id=self.instance.ward_id, rule=data.get("rule"), starts_on=first).least_end()
        except CalendarMissing:
            return
        if least and last < least:
            words = _("By the rule it hangs until %(day)s at least. Leave it empty, or choose a later day.")
            self.add_error("ends_on", words % {"day": f"{least:%d/%m/%Y}"})


class PutUpForm(AsksFirst, HouseForm):
    submit_label = _("Put it up")

    starts_on = DateField(label=_("On display from"))
    ends_on = DateField(label=_("Last day on display"), required=False)

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting = posting
        first = max(posting.starts_on, today()) if posting.on_portal else posting.starts_on
        self.fields["starts_on"].initial = first
        self.fields["ends_on"].initial = posting.ends_on
        if posting.rule:
            self.fields["ends_on"].help_text = _("Empty: as %(rule)s counts it (%(length)s).") % {
                "rule": posting.rule.legal_ref,
                "length": posting.rule.length,
            }

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day can not be before the first."))
        elif (first and first > today() + LONGEST) or (last and last > today() + LONGEST):
            self.add_error("ends_on" if last else "starts_on", _("Choose a day within ten years."))
        return data

    def questions(self) -> Iterator[Question]:
        """A posting that comes late by its rule is asked about."""
        due = self.posting.due_up
        if due and self.cleaned_data["starts_on"] > due.due_on:
            said = {"day": f"{due.due_on:%d/%m/%Y}", "rule": due.rule.legal_ref}
            yield Question("starts_on", str(_("By %(rule)s it had to be put up by %(day)s.") % said))


class PostingReturnForm(HouseForm):
    submit_label = _("Ask for changes")

    reason = forms.CharField(label=_("What to change"), widget=forms.Textarea, max_length=1000)


class TakeDownForm(HouseForm):
    submit_label = _("Take it down now")
    submit_is_danger = True

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It ends before the day that the rule wants. The reason stays in the log."),
        widget=forms.Textarea,
        max_length=1000,
    )


class ProofForm(HouseModelForm):
    submit_label = _("Save the proof")

    file = UploadField(
        label=_("Photo or scan"),
        accept_kinds=PHOTOS_AND_PAPERS,
        help_text=_("JPG, PNG or PDF. Its place is taken out."),
    )

    class Meta:
        model = PostingProof
        fields = ["kind", "place", "taken_on", "file", "note"]
        widgets = {"kind": ChoiceBoxes(columns=1)}

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in ProofKind.choices if choice[0] != ProofKind.CLOSING]
        self.fields["kind"].choices = kinds
        self.initial["taken_on"] = today()
        places = PostingPlace.objects.filter(ward_id=posting.ward_id, spots__posting=posting)
        self.fields["place"].queryset = places
        if not posting.spots.all():
            del self.fields["place"]


class CloseForm(HouseForm):
    submit_label = _("Close the posting")

    on = DateField(label=_("Taken down on"))
    opinions = WholeNumberField(
        label=_("Opinions received"),
        required=False,
        min_value=0,
        max_value=MOST_OPINIONS,
        help_text=_("How many came in during the posting; empty when none were asked for."),
    )
    record = UploadField(
        label=_("Signed closing record"),
        accept_kinds=PHOTOS_AND_PAPERS,
        help_text=_("A scan or a photo of the paper. A blank one to sign stands on the page of the posting."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
