"""Lists that people bring as a table. Each app declares its own in `<app>/imports.py`, which is found by itself:

    @declared
    class Streets(ListKind):
        code, label = "streets", _("Streets")
        def columns(self, scope): return [Column("name", _("Name"), text(120), ("ten", "ten pho"), is_needed=True)]
        def check(self, lines, scope): ...   # by set: what is there already, what does not fit
        def write(self, lines, scope, advance): ...   # the same verb that a form calls

What a cell is by itself a column reads; what it means among the ward's rows `check` says, for all lines at once.
"""

import datetime
import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from core import dates
from core.discovery import discover
from core.models import history_of
from core.search import folded_all
from core.tables import Cell, Wrong
from core.text import nfc, one_line, read_number

if TYPE_CHECKING:
    from accounts.access import Decision, Permission
    from accounts.models import User

_EXACT = 10**15  # Excel keeps fifteen digits of a number, and zeros for the others


@dataclass(frozen=True)
class Column:
    """name: of the value. spellings: folded, what a ward's own heading may say beside the label, the likeliest first.

    read: the value of a cell, or ValidationError with what to do. example: for the template.
    may_be_blank: the list has this column, and `check` says in which of its rows the cell is needed. is_sealed: what it
    says is kept sealed alone, and shown to nobody who looks the rows over.
    """

    name: str
    label: Any
    read: Callable[[Cell], Any]
    spellings: tuple[str, ...] = ()
    is_needed: bool = False
    may_be_blank: bool = False
    example: str = ""
    help_text: Any = ""
    is_sealed: bool = False


@dataclass(slots=True)
class Line:
    """number: of the row in the sheet. values: column name -> what was read, None for a blank cell.

    errors: sentences that say what to do; a line with one is not taken. hints: what to look at. is_known: the ward has
    exactly this already, so that nothing is to be done. more: it adds to the row that a line before makes.
    """

    number: int
    values: dict[str, Any]
    errors: list[tuple[str, str]] = field(default_factory=list)
    hints: list[tuple[str, str]] = field(default_factory=list)
    is_known: bool = False
    more: bool = False

    def wrong(self, sentence: str, column: str = "") -> None:
        self.errors.append((column, sentence))

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True)
class Scope:
    """For whom, and for what a list is brought: the project of a list of households, None where the ward is enough.

    year: the campaign that holds today, for lists of a year's work.
    """

    user: "User"
    ward_id: int
    target: Any = None
    year: Any = None


class ListKind(ABC):
    """One kind of list. code: stands in addresses. label: what the rows are, as a heading.

    permission: for the whole ward; who has it for a unit only brings no lists.
    """

    code: ClassVar[str]
    label: ClassVar[Any]
    lead: ClassVar[Any] = ""
    permission: ClassVar["Permission"]
    needs_target: ClassVar[bool] = False

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        """Raises Http404 for a target that this person does not see."""
        return Scope(user, ward_id)

    @abstractmethod
    def decision(self, scope: Scope) -> "Decision":
        """May this person bring such a list here and now? Whoever lacks `permission` sees nothing of it."""

    @abstractmethod
    def up(self, scope: Scope) -> tuple[str, Any]:
        """Address and words of the page where these rows are listed."""

    def after(self, scope: Scope) -> tuple[str, Any] | None:
        """Address and words of what usually comes next, once a list is taken over."""
        return None

    @abstractmethod
    def columns(self, scope: Scope) -> Sequence[Column]: ...

    @abstractmethod
    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        """Add errors and hints, and mark what is known; a fixed number of statements whatever the number of lines."""

    @abstractmethod
    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        """Inside a transaction: the keys of the rows made, one for each line. advance: told how many are done."""

    @abstractmethod
    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        """Inside a transaction. Raises ValidationError that says what was built on them."""

    @abstractmethod
    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        """Key -> words and address of a row that was made, as a list shows it."""


_kinds: dict[str, ListKind] = {}


def declared(kind: type[ListKind]) -> type[ListKind]:
    if kind.code in _kinds:
        raise ValueError(f"list {kind.code} is declared twice")
    _kinds[kind.code] = kind()
    return kind


def all_kinds() -> dict[str, ListKind]:
    discover("imports")
    return dict(_kinds)


# ---- what a cell says -------------------------------------------------------------------------------
def as_text(cell: Cell) -> str:
    """A cell as its sheet shows it: a number without the point of a float, a day as dd/mm/yyyy."""
    if isinstance(cell, str):
        return nfc(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            raise ValidationError(
                _("The spreadsheet keeps only 15 digits of this number. Format the column as text and type it anew.")
            )
        return str(int(cell)) if float(cell).is_integer() else f"{cell:.10g}".replace(".", ",")
    if isinstance(cell, datetime.datetime):
        return f"{dates.full_date(cell.date())} {cell:%H:%M}"
    if isinstance(cell, datetime.date):
        return dates.full_date(cell)
    if isinstance(cell, datetime.time):
        return f"{cell:%H:%M}"
    if isinstance(cell, Wrong):
        raise ValidationError(_wrong_cell(cell))
    return str(cell)


def _wrong_cell(cell: Wrong) -> str:
    if cell.sign:
        return _("The cell shows %(sign)s. Correct its formula, or type the value.") % {"sign": cell.sign}
    return _("A formula that was never calculated. Open the file in Excel or LibreOffice, save it and bring it again.")


def text(most: int, *checks: Callable[[str], None], keeps_lines: bool = False) -> Callable[[Cell], str]:
    """One line of at most so many signs, or several."""

    def read(cell: Cell) -> str:
        found = as_text(cell) if keeps_lines else one_line(as_text(cell))
        if len(found) > most:
            raise ValidationError(
                _("These are %(length)d signs, at most %(most)d fit. Shorten it.")
                % {"length": len(found), "most": most}
            )
        for check in checks:
            check(found)
        return found

    return read


def whole(low: int, high: int) -> Callable[[Cell], int]:
    def read(cell: Cell) -> int:
        found: Any = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
        if found is None:
            found = read_number(as_text(cell).rstrip("."))
        if found is None or found != int(found) or not low <= found <= high:
            raise ValidationError(
                _("Write a whole number from %(low)d to %(high)d; here stands “%(said)s”.")
                % {"low": low, "high": high, "said": _short(cell)}
            )
        return int(found)

    return read


def decimal(low: Decimal, high: Decimal, places: int) -> Callable[[Cell], Decimal]:
    """A number with at most so many decimals; a calculated one is rounded to them."""

    def read(cell: Cell) -> Decimal:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            found: Decimal | None = round(Decimal(repr(cell)), places)
        else:
            found = read_number(as_text(cell))
        if found is None or not low <= found <= high or found != round(found, places):
            raise ValidationError(
                _("Write a number, for example 85,5; here stands “%(said)s”.") % {"said": _short(cell)}
            )
        return found

    return read


def day(cell: Cell) -> datetime.date:
    """dd/mm/yyyy, however it is typed, or a cell that is a day. Never the month first."""
    found: datetime.date | None
    if isinstance(cell, datetime.datetime):
        found = cell.date()
    elif isinstance(cell, datetime.date):
        found = cell
    else:
        # Two years, since a day without one is no day of a list.
        typed = as_text(cell) if not isinstance(cell, int | float) else ""
        found = dates.any_date(typed, 2000)
        if found is None and (meant := dates.month_first(typed)):
            words = {"said": _short(cell), "day": dates.full_date(meant)}
            raise ValidationError(_("“%(said)s” has the month first. Write the day first: %(day)s.") % words)
        if found is None or found != dates.any_date(typed, 2004):
            raise ValidationError(
                _("“%(said)s” is no day. Write it as dd/mm/yyyy, for example 05/04/2022.") % {"said": _short(cell)}
            )
    if not dates.FIRST <= found <= dates.LAST:
        years = {"first": dates.FIRST.year, "last": dates.LAST.year}
        raise ValidationError(_("Choose a day from the years %(first)s to %(last)s.") % years)
    return found


def clock(cell: Cell) -> datetime.time:
    """18:30, 18h30 or 18h, or a cell that is a time."""
    if isinstance(cell, datetime.datetime):
        return cell.time()
    found = cell if isinstance(cell, datetime.time) else dates.parse_time(as_text(cell))
    if found is None:
        raise ValidationError(_("Write the time as hh:mm, for example 07:30."))
    return found.replace(second=0, microsecond=0)


def email(cell: Cell) -> str:
    found = as_text(cell)
    try:
        validate_email(found)
    except ValidationError as error:
        raise ValidationError(_("Write the whole address, for example hoa@example.vn.")) from error
    return found


def _short(cell: Cell) -> str:
    if isinstance(cell, Wrong):
        raise ValidationError(_wrong_cell(cell))
    try:
        found = one_line(as_text(cell))
    except ValidationError:
        found = str(cell)
    return found if len(found) <= 40 else f"{found[:39]}…"


def read_lines(
    rows: Iterable[tuple[int, Sequence[Cell]]], columns: Sequence[Column], places: Mapping[str, int]
) -> list[Line]:
    """The rows that are not empty. places: column name -> where it stands in the row, from 0.

    Of a column that the list has not, no line keeps a value.
    """
    lines = []
    wanted = [
        (column.name, str(column.label), column.read, is_needed, places.get(column.name, -1))
        for column in columns
        if (is_needed := column.is_needed and not column.may_be_blank) or column.name in places
    ]
    for number, cells in rows:
        if not any(cell != "" for cell in cells):
            continue
        line, width = Line(number, {}), len(cells)
        for name, label, read, is_needed, place in wanted:
            cell = cells[place] if 0 <= place < width else ""
            if cell == "" or (isinstance(cell, str) and not cell.strip()):
                line.values[name] = None
                if is_needed:
                    line.errors.append((name, _("“%(column)s” is blank. Fill it in.") % {"column": label}))
                continue
            try:
                line.values[name] = read(cell)
            except ValidationError as error:
                line.values[name] = None
                line.errors.append((name, f"{label}: {' '.join(error.messages)}"))
        lines.append(line)
    return lines


# ---- for `check` ------------------------------------------------------------------------------------
class Named:
    """Rows of the ward that a list names, found whatever the marks and blanks; an unknown one with the nearest."""

    def __init__(self, rows: Mapping[str, Any], asked: Iterable[str | None]) -> None:
        """rows: name -> row."""
        self.asked = {text for text in asked if text}
        folded = folded_all([*rows, *self.asked])
        self.names = {folded[name]: name for name in rows}
        self.found = {text: rows[self.names[folded[text]]] for text in self.asked if folded[text] in self.names}
        self.folded = folded

    def get(self, text: str | None) -> Any:
        return self.found.get(text) if text else None

    def is_unknown(self, text: str | None) -> bool:
        return bool(text) and text not in self.found

    def nearest(self, text: str) -> str:
        close = difflib.get_close_matches(self.folded[text], list(self.names), 1, 0.6)
        return self.names[close[0]] if close else ""

    def sentence(self, text: str, what: str) -> str:
        """what: the column's label."""
        words = {"said": text, "column": what, "nearest": self.nearest(text)}
        if words["nearest"]:
            return _("%(column)s: there is no “%(said)s”. Is it “%(nearest)s”?") % words
        return _("%(column)s: there is no “%(said)s”. Write a name that the portal has, or add it there first.") % words


def tell_twins(lines: Sequence[Line], key: Callable[[Line], Hashable | None], column: str, label: str) -> None:
    """Of lines with one key only the first may be right; equal lines are told apart from those that differ."""
    first: dict[Hashable, Line] = {}
    for line in lines:
        if (own := key(line)) is None:
            continue
        other = first.setdefault(own, line)
        if other is line:
            continue
        words = {"row": other.number, "column": label, "said": line[column]}
        if other.values == line.values:
            line.wrong(_("The same as row %(row)d. Delete one of the two.") % words, column)
        else:
            line.wrong(_("%(column)s “%(said)s” stands in row %(row)d too. Correct one of the two.") % words, column)


def built_on(model: Any, keys: Collection[int], *, ward: int, own: Collection[Any]) -> list[str]:
    """What refers to these rows now, in words. own: the models whose rows were made with them."""
    found = []
    for relation in model._meta.related_objects:
        other = relation.related_model
        if other in own or hasattr(other, "pgh_tracked_model"):
            continue
        count = other._base_manager.filter(ward_id=ward, **{f"{relation.field.name}__in": keys}).count()
        if count:
            found.append(f"{other._meta.verbose_name_plural}: {count}")
    return found


def changed_since(model: Any, keys: Collection[int], *, ward: int, parts: Mapping[Any, Q]) -> list[str]:
    """What was changed after these rows were brought in, in words.

    parts: other models whose rows were made with them, and where their histories are found.
    """
    own = history_of(model).objects.filter(ward_id=ward, pgh_obj__in=keys)
    since = own.aggregate(at=Min("pgh_created_at"))["at"]
    found = [
        (model, own),
        *((part, history_of(part).objects.filter(where, ward_id=ward)) for part, where in parts.items()),
    ]
    return [
        _("%(what)s changed since") % {"what": one._meta.verbose_name_plural}
        for one, rows in found
        if since and rows.filter(pgh_created_at__gt=since).exists()
    ]
