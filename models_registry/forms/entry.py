"""The rules of the contest, and an entry as it is written and handed in."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.units import UnitsField
from accounts.models import Unit
from core.filetext import Unreadable, kind_of, read_apart
from core.forms import ChoiceBoxes, DateField, HouseForm, HouseModelForm, ManyChoiceBoxes, UploadField, UploadsField
from core.models import today
from core.paste import read_lines
from core.questions import AsksFirst, Question
from core.secrecy import refuse_secret
from core.text import count_words
from models_registry.choices import EntryPart, HandIn
from models_registry.forms.progress import not_later
from models_registry.models import Contest, ContestEntry
from models_registry.models.contest import Finding

PHOTOS = ".jpg,.jpeg,.png"
LONGEST = 60_000  # signs of a text that is typed


class ContestRulesForm(HouseModelForm):
    submit_label = _("Save the rules")

    without_units = UnitsField(Unit.objects.none(), label=_("Units that may not enter"), required=False)
    without_people = forms.CharField(
        label=_("People who may not enter"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who organises and who judges, one full name a line."),
    )

    class Meta:
        model = Contest
        fields = [
            *("takes", "words_from", "words_to", "refuses_words", "pictures_from", "pictures_to", "refuses_pictures"),
            *("refuses_days", "declaration"),
        ]
        widgets = {"takes": ChoiceBoxes(columns=1)}
        help_texts = {
            "words_from": _(
                "A word stands between blanks: each syllable of Vietnamese is one, so is a number; "
                "a dash alone is none."
            ),
            "words_to": _("Left empty, the length is free."),
            "refuses_words": _("Left open, the one who hands in is asked, and may keep it."),
            "refuses_pictures": _("Left open, the one who hands in is asked, and may keep it."),
            "refuses_days": _("Left open, the one who hands in is asked, and may keep it."),
            "declaration": _("For example: The text is my own, was not published and won no prize before."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.inside().filter(ward_id=self.instance.ward_id).valid_on(today())
        rows = list(self.instance.exclusions.all())
        self.fields["without_units"].queryset = units.for_list()
        self.initial["without_units"] = [row.unit_id for row in rows if row.unit_id]
        self.initial["without_people"] = "\n".join(row.person_name for row in rows if row.person_name)

    def clean_without_people(self) -> list[str]:
        names = list(dict.fromkeys(read_lines(self.cleaned_data["without_people"])))
        if too_long := next((name for name in names if len(name) > 100), None):
            raise ValidationError(gettext("“%(name)s…”: write one name a line.") % {"name": too_long[:40]})
        return names

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for least, most in (("words_from", "words_to"), ("pictures_from", "pictures_to")):
            if values.get(most) is not None and values[most] < (values.get(least) or 0):
                self.add_error(most, gettext("Enter a number of at least %(n)d.") % {"n": values[least]})
        return values


class EachPictureField(UploadsField):
    """Each judged by itself: the good ones are kept when another one is refused."""

    def clean(self, data: Any, initial: Any = None) -> tuple[list[Any], list[ValidationError]]:
        kept, refused = [], []
        for file in data or []:
            try:
                (found,) = super().clean([file], initial)
                if found.mime != "image/jpeg":
                    raise ValidationError(gettext("Choose a JPG or PNG picture."))
                kept.append(found)
            except ValidationError as error:
                refused += [ValidationError(f"{file.name}: {sentence}") for sentence in error.messages]
        return kept, refused


class EntryHandInForm(AsksFirst, HouseForm):
    """What is usable is kept with every press of a button, whatever is wrong with the rest."""

    submit_label = _("Hand in the entry")
    other_submits = [("save", _("Keep it, hand in later"))]
    asked_by_clean = ["author_name"]

    author_name = forms.CharField(
        label=_("Author"),
        max_length=100,
        required=False,
        help_text=_("Several authors: all names, the first in charge. Judges do not see it."),
    )
    text = forms.CharField(label=_("Text"), required=False, max_length=LONGEST)
    file = UploadField(
        label=_("The text as a file"),
        required=False,
        accept_kinds=".docx,.pdf",
        help_text=_("A .docx or .pdf file; it takes the place of the one kept before."),
    )
    pictures = EachPictureField(
        label=_("Pictures"), required=False, accept_kinds=PHOTOS, help_text=_("JPG or PNG. Its place is taken out.")
    )
    drop = forms.TypedMultipleChoiceField(
        label=_("Kept until you hand in; tick what to leave out"), required=False, coerce=int, widget=ManyChoiceBoxes
    )
    declared = forms.BooleanField(required=False)
    on = DateField(label=_("Handed in on"))

    def __init__(self, *args: Any, entry: ContestEntry, handing_in: bool = False, **kwargs: Any) -> None:
        self.entry, self.contest, self.handing_in = entry, entry.contest, handing_in
        super().__init__(*args, year=entry.campaign.year, **kwargs)
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 16})
        self.initial |= {"author_name": entry.author_name, "text": entry.text, "on": today()}
        if self.contest.takes == HandIn.TEXT:
            del self.fields["file"]
        elif self.contest.takes == HandIn.FILE:
            del self.fields["text"]
        if not self.contest.pictures_to:
            del self.fields["pictures"]
        if self.contest.declaration:
            self.fields["declared"].label = self.contest.declaration
        else:
            del self.fields["declared"]
        self._drop_field = self.fields["drop"]
        self.show_kept()

    def show_kept(self) -> None:
        """Offer what is kept now to be left out; called again once something more was kept."""
        self.kept = list(self.entry.waiting_files)
        if not self.kept:
            self.fields.pop("drop", None)
            return
        self.fields.setdefault("drop", self._drop_field)
        self.fields["drop"].choices = [
            (file.pk, f"{file.get_part_display()}: {file.original_name}") for file in self.kept
        ]

    def clean_on(self) -> datetime.date | None:
        return not_later(self.cleaned_data["on"])

    def clean_text(self) -> str:
        refuse_secret(self.cleaned_data["text"][:2000])
        return self.cleaned_data["text"]

    def clean_file(self) -> tuple[Any, str] | None:
        """The file, and what it says."""
        accepted = self.cleaned_data["file"]
        if not accepted:
            return None
        if not (kind := kind_of(accepted.original_name)):
            raise ValidationError(gettext("Choose a .docx or .pdf file."))
        try:
            text = read_apart(accepted.content.read(), kind)
        except Unreadable as error:
            told = gettext("This file can not be read: it is broken or locked by a password. Save it anew.")
            raise ValidationError(told) from error
        accepted.content.seek(0)
        return accepted, text

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        pictures, refused = values.pop("pictures", ([], []))
        values["pictures"] = pictures
        self.right = dict(values)  # before a rule takes a field out
        for error in refused:
            self.add_error("pictures", error)
        if not self.handing_in:
            return values
        if not values.get("author_name"):
            self.add_error("author_name", gettext("Enter the author’s full name."))
        if self.contest.declaration and not values.get("declared"):
            self.add_error("declared", gettext("Tick that the author declares this."))
        self._has_file, text, words = self._content(values)
        if not text and not self._has_file and not {"text", "file"} & set(self.errors):
            self._tell(Finding("text", gettext("There is no text yet. Write it, or choose the file."), True))
        elif values.get("on"):
            for finding in self._findings(values, words):
                if finding.blocks:
                    self._tell(finding)
        return values

    def _content(self, values: dict[str, Any]) -> tuple[bool, str, int | None]:
        """Whether there is a file, the text that would be handed in, and its words."""
        dropped = set(values.get("drop") or ())
        kept = next((f for f in self.kept if f.part == EntryPart.TEXT and f.pk not in dropped), None)
        said = values["file"][1] if values.get("file") else kept.text if kept else None
        if said is not None:
            return True, said, count_words(said) or None
        text = values.get("text") or ""
        return False, text, count_words(text)

    def _findings(self, values: dict[str, Any], words: int | None) -> Iterator[Finding]:
        dropped = set(values.get("drop") or ())
        pictures = [f for f in self.kept if f.part == EntryPart.PICTURE and f.pk not in dropped]
        yield from self.contest.findings(
            unit=self.entry.unit,
            author_name=values.get("author_name", ""),
            words=words,
            pictures=len(pictures) + len(values["pictures"]),
            on=values["on"],
        )

    def _tell(self, finding: Finding) -> None:
        self.add_error(self._place(finding), finding.text)

    def _place(self, finding: Finding) -> str | None:
        field = "file" if finding.field == "text" and (self._has_file or "text" not in self.fields) else finding.field
        return field if field in self.fields else None

    def questions(self) -> Iterator[Question]:
        if self.handing_in:
            _file, _text, words = self._content(self.cleaned_data)
            for finding in self._findings(self.cleaned_data, words):
                yield Question(self._place(finding) or "", finding.text)

    def usable(self) -> dict[str, Any]:
        """Arguments of `keep_draft`: what is right, whatever is wrong with the rest."""
        values = self.right
        return {
            "author_name": values.get("author_name", self.entry.author_name),
            "text": values.get("text", self.entry.text),
            "file": values.get("file"),
            "pictures": values.get("pictures", ()),
            "drop": [file for file in self.kept if file.pk in (values.get("drop") or ())],
        }
