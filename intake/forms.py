"""What is asked about a file: which sheet, where the headings are, what each column means."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import oldfonts, tables
from core.forms import ChoiceBoxes, HouseForm, ManyChoiceBoxes, UploadField
from core.sheets import Headings, Look
from core.tables import Cell, Sheet, SheetInfo, Wrong, column_name
from intake.actions import HIDDEN_IN, HIDDEN_OUT, Standing

SHOWN = 70  # signs of a row, where it is shown in a choice
EXAMPLES = 2
DAY_FIRST, MONTH_FIRST = "day", "month"

WHY_LEFT_OUT = {
    "numbering": _("numbers of the columns"),
    "total": _("a sum"),
    "title": _("one cell only, like a title between groups"),
    "apart": _("apart from the list, like a signature"),
}


class TableField(UploadField):
    """Cleaned to core.files.Accepted; the file was opened once."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = forms.FileField.clean(self, data, initial)
        return tables.accept(found) if isinstance(found, UploadedFile) else None


class BatchForm(HouseForm):
    submit_label = _("Read the file")

    file = TableField(
        label=_("File with the list"),
        accept_kinds=".xlsx,.xls,.ods,.csv",
        help_text=_("Excel (.xlsx, .xls), OpenDocument (.ods) or CSV. Nothing is saved before you have seen it."),
    )


class SheetForm(HouseForm):
    submit_label = _("Read this sheet")

    sheet = forms.ChoiceField(label=_("On which sheet is the list?"), widget=ChoiceBoxes)

    def __init__(self, *args: Any, infos: Sequence[SheetInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sheet"]
        field.choices = [(info.name, _sheet_label(info)) for info in infos]
        shown = [info.name for info in infos if not info.is_hidden]
        self.initial.setdefault("sheet", (shown or [infos[0].name])[0])


def _sheet_label(info: SheetInfo) -> str:
    words = {"name": info.name, "rows": info.rows}
    if info.is_hidden:
        return gettext("%(name)s (hidden sheet, down to row %(rows)d)") % words
    return gettext("%(name)s (down to row %(rows)d)") % words


class LayoutForm(HouseForm):
    """Only what is odd about the sheet is asked. shown: the headings for which the rows to leave out were proposed."""

    submit_label = _("Go on")

    heading = forms.ChoiceField(label=_("In which row are the headings?"))
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    font = forms.ChoiceField(label=_("Typed in an old font. Is the text right so?"), widget=ChoiceBoxes(columns=1))
    hidden = forms.ChoiceField(
        label=_("What about the hidden rows?"),
        widget=ChoiceBoxes(columns=1),
    )
    left_out = forms.MultipleChoiceField(
        label=_("Rows that are not part of the list"),
        required=False,
        widget=ManyChoiceBoxes(columns=1),
        help_text=_("What is ticked is left out."),
    )

    def __init__(self, *args: Any, standing: Standing, look: Look, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        one = look.headings
        fields["heading"].choices = [(_key(of), _heading_label(of)) for of in [one, *look.others]]
        self.initial |= {"heading": _key(one), "shown": _key(one)}
        self._ask_font(fields, standing)
        self._ask_hidden(fields, standing.sheet)
        if look.left_out:
            rows = standing.sheet.rows
            fields["left_out"].choices = [
                (str(n), f"{_row_label(n, rows[n - 1])} ({WHY_LEFT_OUT[why]})") for n, why in look.left_out.items()
            ]
            self.initial["left_out"] = [str(n) for n in look.left_out]
        else:
            del fields["left_out"]

    def _ask_font(self, fields: Any, standing: Standing) -> None:
        if not standing.font:
            del fields["font"]
            return
        read = " · ".join(f"{typed} → {text}" for typed, text in standing.as_typed.items())
        fields["font"].choices = [
            (standing.font, gettext("Yes, convert it from %(font)s") % {"font": oldfonts.WORDS[standing.font]}),
            ("none", gettext("No, leave it as it is")),
        ]
        fields["font"].help_text = read
        self.initial["font"] = standing.font

    def _ask_hidden(self, fields: Any, sheet: Sheet) -> None:
        count = len(sheet.hidden_rows)
        if not count:
            del fields["hidden"]
            return
        rows = ", ".join(map(str, sheet.hidden_rows[:12])) + (" …" if count > 12 else "")
        said = ngettext("%(n)d hidden row: %(rows)s", "%(n)d hidden rows: %(rows)s", count) % {"n": count, "rows": rows}
        fields["hidden"].choices = [
            (HIDDEN_IN, gettext("Bring them in too")),
            (HIDDEN_OUT, gettext("Leave them out")),
        ]
        fields["hidden"].help_text = said

    def answers(self) -> dict[str, Any]:
        """For Batch.answer."""
        data = self.cleaned_data
        first, last = map(int, data["heading"].split("-"))
        font = data.get("font", "")
        return {
            "first": first,
            "last": last,
            "left_out": [int(n) for n in data.get("left_out", [])],
            "font": "" if font == "none" else font,
            "hidden": data.get("hidden", HIDDEN_IN),
        }


def _key(one: Headings) -> str:
    return f"{one.first}-{one.last}"


def _heading_label(one: Headings) -> str:
    said = _cut(" · ".join(filter(None, one.texts)))
    if one.first == one.last:
        return gettext("Row %(row)d: %(said)s") % {"row": one.first, "said": said}
    return gettext("Rows %(first)d and %(last)d: %(said)s") % {"first": one.first, "last": one.last, "said": said}


def _row_label(number: int, row: Sequence[Cell]) -> str:
    return gettext("Row %(row)d: %(said)s") % {"row": number, "said": _cut(" · ".join(filter(None, map(_said, row))))}


def _said(cell: Cell) -> str:
    return "" if isinstance(cell, Wrong) else " ".join(str(cell).split()).removesuffix(".0")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


class ColumnsForm(HouseForm):
    """One field a column of the portal: where it stands in the sheet. Remembered for the ward's next list."""

    submit_label = _("Check the rows")

    def __init__(self, *args: Any, standing: Standing, places: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        out = set(standing.batch.layout["left_out"])
        since = standing.batch.layout["last"]
        rows = [row for n, row in enumerate(standing.sheet.rows[since:], since + 1) if n not in out]
        choices = [(str(n), _column_label(n, text, rows)) for n, text in enumerate(standing.headings) if text]
        self.columns = standing.columns
        for column in standing.columns:
            self.fields[column.name] = forms.ChoiceField(
                label=column.label,
                required=column.is_needed,
                choices=[("", _("Not in the file")), *choices],
                help_text=column.help_text,
                initial=str(places[column.name]) if column.name in places else "",
                error_messages={"required": _("Without this column no row can be taken. Choose where it stands.")},
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        used: dict[str, Any] = {}
        for column in self.columns:
            place = data.get(column.name)
            if place and place in used:
                said = gettext("Chosen for “%(other)s” already. Choose one for each.") % {"other": used[place]}
                self.add_error(column.name, said)
            elif place:
                used[place] = column.label
        return data

    def places(self) -> dict[str, int]:
        return {name: int(place) for name, place in self.cleaned_data.items() if place}


class DaysForm(HouseForm):
    """One field a column of days that may have been read with day and month exchanged."""

    submit_label = _("Check the rows")

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubts = standing.doubts
        for doubt in self.doubts:
            as_it_is, exchanged = ("; ".join(map(_in_words, days)) for days in (doubt.day_first, doubt.month_first))
            self.fields[doubt.column.name] = forms.ChoiceField(
                label=gettext("%(column)s: which are the days that are meant?") % {"column": doubt.column.label},
                choices=[(DAY_FIRST, as_it_is), (MONTH_FIRST, exchanged)],
                initial=MONTH_FIRST if doubt.is_likely else DAY_FIRST,
                widget=ChoiceBoxes(
                    columns=1,
                    hints={
                        DAY_FIRST: gettext("As the file has it, with the day first."),
                        MONTH_FIRST: gettext("A spreadsheet in English has exchanged day and month."),
                    },
                ),
                help_text=gettext("No day of this column is after the twelfth, as when day and month are exchanged."),
            )

    def exchanged(self) -> list[str]:
        return [doubt.column.name for doubt in self.doubts if self.cleaned_data[doubt.column.name] == MONTH_FIRST]


def _in_words(day: datetime.date) -> str:
    """So that nobody can take the day for the month."""
    words = {"day": day.day, "month": day.month, "year": day.year}
    return gettext("day %(day)d, month %(month)d, %(year)d") % words


def _column_label(place: int, heading: str, rows: Sequence[Sequence[Cell]]) -> str:
    found: list[str] = []
    for row in rows[:200]:
        said = _said(row[place]) if place < len(row) else ""
        if said and said not in found:
            found.append(said if len(said) <= 24 else f"{said[:23]}…")
        if len(found) == EXAMPLES:
            break
    example = f" ({', '.join(found)} …)" if found else ""
    return f"{column_name(place + 1)}: {heading}{example}"
