"""A list of households as a spreadsheet copies it, or as people type it: read as cells, sentence by sentence.

Nothing is guessed: a column is what its heading says or where it stands; who or what does not fit is told and saved
by nobody. Identity and phone numbers and their issue days are left out, since they are not collected.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Unit
from clearance.actions import NewHousehold
from clearance.models import HouseholdParty, Project
from clearance.validators import no_personal_number, without_personal_numbers
from core.paste import Row, read_rows
from core.search import folded_all

MOST_ROWS = 500
MOST_NUMBER = 999_999
# What a heading may say, folded; the first of a line that is there is taken.
HEADINGS = {
    "number": ["so ho", "ma ho", "ho so", "so ho so", "so", "stt", "so tt", "tt", "so thu tu", "no", "number"],
    "name": [
        *("nguoi dai dien", "dai dien", "chu ho", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
        *("ho va ten", "ho ten", "ten", "representative", "full name", "name"),
    ],
    "address": ["dia chi", "dia chi nha", "dia chi nha o", "dia chi thuong tru", "noi o", "address", "home address"],
    "group": ["to dan pho", "to", "tdp", "khu pho", "thon", "residential group", "group"],
}
_BETWEEN_PEOPLE = re.compile(r"\s*(?:[;\n+&]|\s/\s|,\s*(?=(?:ông|bà|anh|chị|vợ|chồng|con)\s)|\svà\s)\s*", re.IGNORECASE)
_TITLED = re.compile(r"(?:ông|bà|anh|chị|cô|chú|bác)\s+\D+", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}")


@dataclass(frozen=True)
class BadRow:
    line: int
    text: str
    reason: str


@dataclass
class PastedHouseholds:
    """good: the households read; bad: rows with what to do; hints: what should be looked at before saving."""

    good: list[NewHousehold] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def read_households(text: str, *, project: Project, groups: Iterable[Unit]) -> PastedHouseholds:
    """Raises ValidationError for what concerns the whole list: too long, or a heading without a needed column."""
    rows = read_rows(text)
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("Paste at most %(count)d lines at once.") % {"count": MOST_ROWS})
    reader = _Reader(project, groups, rows)
    for row in reader.rows:
        reader.take(row)
    return reader.result()


class _Reader:
    def __init__(self, project: Project, groups: Iterable[Unit], rows: list[Row]) -> None:
        self.project, self.rows, self.read = project, rows, PastedHouseholds()
        groups = list(groups)
        self.folded = folded_all([*(unit.name for unit in groups), *(cell for row in rows for cell in row.cells)])
        self.groups = {self.folded[unit.name]: unit for unit in groups}
        self.taken = set(project.households.values_list("number", flat=True))
        self.without_numbers: list[int] = []
        self.columns = self._columns(rows[0]) if rows else {}
        if self.columns:
            self.rows = rows[1:]

    def _columns(self, first: Row) -> dict[str, int]:
        """Where each fact stands, if the first row is a heading."""
        said = [self.folded[cell].strip() for cell in first.cells]
        found = {}
        for fact, words in HEADINGS.items():
            known = [said.index(word) for word in words if word in said]
            if known:
                found[fact] = known[0]
        if len(found) < 2:
            return {}
        missing = [str(label) for fact, label in _labels().items() if fact not in found]
        if missing:
            raise ValidationError(_("The heading has no column for: %(columns)s.") % {"columns": ", ".join(missing)})
        others = [cell for n, cell in enumerate(first.cells) if cell and n not in found.values()]
        if others:
            self.read.hints.append(_("These columns were left out: %(columns)s.") % {"columns": ", ".join(others)})
        return found

    def take(self, row: Row) -> None:
        try:
            household = self._household(row)
        except ValidationError as error:
            self.read.bad.append(BadRow(row.line, without_personal_numbers(row.text), " ".join(error.messages)))
        else:
            self.taken.add(household.number)
            self.read.good.append(household)

    def _household(self, row: Row) -> NewHousehold:
        cells = self._facts(row)
        number, people = _whole(cells["number"]), people_of(cells["name"])
        address = without_personal_numbers(" ".join(cells["address"].split()))
        if number in self.taken:
            raise ValidationError(_("A household with this number exists already or stands above."))
        if not people or not address:
            raise ValidationError(_("Write number; representative; address, parted by semicolons."))
        if self.folded.get(cells["address"], "") in self.groups:
            raise ValidationError(_("“%(text)s” is a residential group: the address is missing.") % {"text": address})
        if _TITLED.fullmatch(address):
            raise ValidationError(
                _("“%(text)s” reads like a person: write people into one cell, and the address.") % {"text": address}
            )
        if any(len(name) > 120 for name in people) or len(address) > 200:
            raise ValidationError(_("The name or the address is too long."))
        for text in (*people, address):
            no_personal_number(text)
        group = self.groups.get(self.folded.get(cells["group"], ""))
        if cells["group"] and group is None:
            raise ValidationError(_("“%(group)s” is no residential group of the ward.") % {"group": cells["group"]})
        return NewHousehold(number, people[0], address, group, tuple(people[1:]))

    def _facts(self, row: Row) -> Mapping[str, str]:
        given = [cell for cell in row.cells if not _is_only_numbers(cell)]
        if self.columns:
            cells = dict.fromkeys(HEADINGS, "")
            cells |= {fact: row.cells[n] for fact, n in self.columns.items() if n < len(row.cells)}
        else:
            while given and not given[-1]:
                given.pop()
            if len(given) > len(HEADINGS):
                raise ValidationError(
                    _("These are %(count)d cells: leave columns out, or paste the heading with the list.")
                    % {"count": len(given)}
                )
            cells = dict(zip(HEADINGS, given + [""] * len(HEADINGS), strict=False))
        if len(given) < len(row.cells) or any(without_personal_numbers(cell) != cell for cell in row.cells):
            self.without_numbers.append(row.line)
        return cells

    def result(self) -> PastedHouseholds:
        if self.without_numbers:
            lines = ", ".join(map(str, self.without_numbers))
            said = _("Identity and phone numbers and their days of issue were left out, of line: %(lines)s.")
            self.read.hints.append(said % {"lines": lines})
        self.read.hints += self._twice()
        return self.read

    def _twice(self) -> list[str]:
        """The same name in two households, here or in the project: perhaps one person."""
        everybody = [(name, new.number) for new in self.read.good for name in (new.name, *new.others)]
        keys = folded_all(name for name, _number in everybody)
        numbers, written = defaultdict(list), {}
        for name, number in everybody:
            numbers[keys[name]].append(number)
            written[keys[name]] = name
        known = HouseholdParty.objects.filter(household__project=self.project, party__search_key__in=list(numbers))
        for key, number in known.values_list("party__search_key", "household__number"):
            numbers[key].append(number)
        return [
            _("“%(name)s” stands in households %(numbers)s: is it one person?")
            % {"name": written[key], "numbers": ", ".join(map(str, sorted(of)))}
            for key, of in numbers.items()
            if len(of) > 1
        ]


def _labels() -> dict[str, str]:
    return {"number": _("Household number"), "name": _("Representative"), "address": _("Address")}


def _whole(cell: str) -> int:
    digits = cell.rstrip(".").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and 0 < int(digits) <= MOST_NUMBER):
        raise ValidationError(_("The number must be a whole number from 1."))
    return int(digits)


def people_of(cell: str) -> list[str]:
    """Each person of a cell, without numbers and issue days."""
    names = [" ".join(name.split()) for name in _BETWEEN_PEOPLE.split(without_personal_numbers(cell))]
    return [name for name in names if name]


def _is_only_numbers(cell: str) -> bool:
    """An identity or phone number, its day of issue, or both."""
    return bool(cell) and (_DAY.fullmatch(cell) is not None or not without_personal_numbers(cell))
