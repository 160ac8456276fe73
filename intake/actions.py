"""From a file to rows: how its list stands in the sheet, a dry run, taking it over, taking it back.

Each step reads the file anew: nothing of a list is kept but the file itself, until it is taken over.
"""

import datetime
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import oldfonts, sheets, workbooks
from core.files import Accepted
from core.imports import Column, Line, Scope, as_text, read_lines
from core.keyring import KeyMissing
from core.models import StateChanged, insert_all
from core.personal import masked_numbers
from core.search import folded_all
from core.tables import Book, Cell, Sheet
from intake.choices import BatchState
from intake.models import KEPT_DAYS, Batch, BatchMessage, Heading, Made
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 6  # rows of the sample
STEP = 2_000  # lines between two signs of progress
DOTS = "•••"  # instead of what is kept sealed
HIDDEN_IN, HIDDEN_OUT = "in", "out"


def nothing(_done: int, _total: int = 0) -> None:
    """Nobody waits for progress."""


def begin(code: str, scope: Scope, file: Accepted, *, by: "User") -> Batch:
    batch = Batch(ward_id=scope.ward_id, kind=code, target=getattr(scope.target, "pk", None), uploaded_by=by)
    for name, value in file.fields().items():
        setattr(batch, name, value)
    batch.start(by=by)
    return batch


# ---- how the list stands in the sheet ---------------------------------------------------------------
def book_of(batch: Batch) -> Book:
    """Raises ValidationError where the key is missing by which the file was sealed."""
    try:
        with batch.file.open("rb") as file:
            return Book(file.read(), batch.original_name.rpartition(".")[2])
    except KeyMissing as error:
        raise ValidationError(
            _("This portal has not the key by which the file is kept. Leave this list and bring its file again.")
        ) from error


def _in_unicode(sheet: Sheet, font: str) -> Sheet:
    if font:
        read = oldfonts.converted(sheet.texts(), font)
        sheet.rows = [[read.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows]
    return sheet


def spelled(batch: Batch, columns: Sequence[Column]) -> sheets.Spelled:
    remembered = Heading.objects.filter(ward=batch.ward_id, kind=batch.kind).values_list("said", "column")
    found = sheets.Spelled(columns, dict(remembered))
    advice = _("What to do")
    found.ignored.add(folded_all([advice])[advice])
    return found


@dataclass
class Standing:
    """What is to be asked next of a batch: "sheet", "layout", "columns", "days", or "" when nothing is open."""

    asks: str
    batch: Batch
    scope: Scope
    columns: Sequence[Column]
    infos: list[Any]
    sheet: Sheet = field(default_factory=lambda: Sheet("", []))
    look: sheets.Look = field(default_factory=lambda: sheets.Look(sheets.Headings(1, 1, [])))
    font: str = ""
    as_typed: dict[str, str] = field(default_factory=dict)  # some cells in the old font, and in Unicode
    headings: list[str] = field(default_factory=list)
    proposed: dict[str, int] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()
    doubts: Sequence[sheets.Doubt] = ()


def standing(batch: Batch, scope: Scope) -> Standing:
    """As far as answers and what is plain lead. A list that stands as the template has it asks nothing."""
    columns = batch.declared.columns(scope)
    book = book_of(batch)
    found = Standing("", batch, scope, columns, [info for info in book.sheets if info.rows])
    known = spelled(batch, columns)
    layout = dict(batch.layout)
    if "sheet" not in layout:
        if len(found.infos) > 1 or found.infos[0].is_hidden:
            found.asks = "sheet"
            return found
        layout["sheet"] = found.infos[0].name
    found.sheet = sheet = book.read(layout["sheet"])
    found.font = layout["font"] if "font" in layout else oldfonts.recognised(sheet.texts())
    found.as_typed = dict(list(oldfonts.converted(sheet.texts(), found.font).items())[:SHOWN]) if found.font else {}
    _in_unicode(sheet, found.font)
    if "first" not in layout:
        found.look = look = sheets.look(sheet, known)
        if not look.is_plain or found.font or sheet.hidden_rows or sheet.hidden_columns or sheet.was:
            found.asks = "layout"
            return found
        layout |= {"first": 1, "last": 1, "left_out": [], "font": ""}
    batch.layout = layout
    found.headings = sheets.headings_of(sheet, layout["first"], layout["last"])
    if batch.places is None:
        folded = folded_all({part for text in found.headings for part in (text, text.rpartition(" / ")[2])})
        found.proposed = known.match(found.headings, folded)
        found.ignored = frozenset(n for n, text in enumerate(found.headings) if folded.get(text, "") in known.ignored)
        used = {*found.proposed.values(), *found.ignored}
        open_headings = [n for n, text in enumerate(found.headings) if text and n not in used]
        missing = [column for column in columns if column.is_needed and column.name not in found.proposed]
        if open_headings or missing:
            found.asks = "columns"
            return found
        batch.places = found.proposed
    if layout.get("days") is None:
        rows, _left_out = _rows(batch, sheet)
        found.doubts = sheets.doubtful_days((row for _n, row in rows), columns, batch.places)
        if found.doubts:
            found.asks = "days"
            return found
    return found


def remember(batch: Batch, headings: Sequence[str], places: dict[str, int]) -> None:
    """What the ward's headings meant this time is proposed the next time."""
    columns = {place: name for name, place in places.items()}
    folded = folded_all(text[:200] for text in headings if text)
    for n, text in enumerate(headings):
        if said := folded.get(text[:200], "")[:200]:
            Heading.objects.update_or_create(
                ward_id=batch.ward_id, kind=batch.kind, said=said, defaults={"column": columns.get(n, "")}
            )


# ---- the dry run ------------------------------------------------------------------------------------
def _rows(batch: Batch, sheet: Sheet) -> tuple[list[tuple[int, list[Cell]]], int]:
    """The rows of the list with their numbers, and how many were left out of it by an answer."""
    out = set(batch.layout.get("left_out", []))
    if batch.layout.get("hidden") == HIDDEN_OUT:
        out |= set(sheet.hidden_rows)
    since = batch.layout["last"]
    rows = [(n, row) for n, row in enumerate(sheet.rows[since:], since + 1) if any(cell != "" for cell in row)]
    return [(n, row) for n, row in rows if n not in out], sum(n in out for n, _row in rows)


def _read(batch: Batch, scope: Scope, found: Standing) -> tuple[list[Line], int]:
    """The lines of the list, looked at. The sheet's rows go as they are read: a long list is not kept twice."""
    rows, left_out = _rows(batch, found.sheet)
    found.sheet.rows = []
    places = batch.places or {}
    if exchanged := [places[name] for name in batch.layout.get("days") or [] if name in places]:
        rows = sheets.turned(rows, exchanged)
    lines = read_lines(_let_go(rows), found.columns, places)
    batch.declared.check(lines, scope)
    return lines, left_out


def _let_go(rows: list[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    rows.reverse()
    while rows:
        yield rows.pop()


def check(batch: Batch, scope: Scope, *, by: "User", advance: Callable[..., None] = nothing) -> None:
    """Read the file and say of each row what would become of it. Nothing of the list is written."""
    if batch.state != BatchState.OPEN:
        raise StateChanged(batch, BatchState.CHECKED)
    found = standing(batch, scope)
    if found.asks:
        raise ValidationError(_("Answer how the list stands in the sheet first."))
    advance(0, 2)
    lines, left_out = _read(batch, scope, found)
    advance(1, 2)
    wrong = [line for line in lines if line.errors]
    known = sum(line.is_known and not line.errors for line in lines)
    told = [  # a number of a person that stands in the wrong cell is not kept in the sentence about it
        (line.number, column, masked_numbers(text), is_hint)
        for line in lines
        for is_hint, messages in ((False, line.errors), (True, line.hints))
        for column, text in messages
    ]
    used = {*(batch.places or {}).values()}
    unused = [text for n, text in enumerate(found.headings) if text and n not in used and text != _("What to do")]
    labels = {column.name: str(column.label) for column in found.columns}
    with transaction.atomic():
        batch.messages.all().delete()
        if told:
            insert_all(
                BatchMessage,
                ward=batch.ward_id,
                batch=batch.pk,
                row=[row for row, _column, _text, _hint in told],
                column=[labels.get(column, column)[:40] for _row, column, _text, _hint in told],
                text=[text for _row, _column, text, _hint in told],
                is_hint=[hint for _row, _column, _text, hint in told],
            )
        batch.move(
            BatchState.CHECKED,
            since=[BatchState.OPEN],
            by=by,
            layout=batch.layout | {"unused": unused},
            places=batch.places,
            sample=_sample(found, lines),
            row_count=len(lines) + left_out,
            left_out_count=left_out,
            known_count=known,
            wrong_count=len(wrong),
            new_count=len(lines) - known - len(wrong),
        )
        outbox.record("intake.batch.checked", subject=batch, by=by, count=len(lines))


def _sample(found: Standing, lines: Sequence[Line]) -> list[list[str]]:
    def shown(column: Column, value: Any) -> str:
        if value is None or column.is_sealed:
            return DOTS if value else ""
        return as_text(value) if isinstance(value, Cell) else str(value)

    good = [line for line in lines if not line.errors][:SHOWN]
    columns = [column for column in found.columns if column.name in (found.batch.places or {})]
    return [[str(line.number), *(shown(column, line[column.name]) for column in columns)] for line in good]


# ---- taken over, taken back -------------------------------------------------------------------------
def take(batch: Batch, scope: Scope, *, by: "User", advance: Callable[..., None] = nothing) -> int:
    """Write all rows of the list that are new, or none; how many."""
    with transaction.atomic():
        _alone(batch)
        if batch.state != BatchState.CHECKED:
            raise StateChanged(batch, BatchState.DONE)
        found = standing(batch, scope)
        lines, _left_out = _read(batch, scope, found)
        wrong = sum(bool(line.errors) for line in lines)
        new = [line for line in lines if not line.is_known]
        if wrong or len(new) != batch.new_count:
            raise ValidationError(_("The portal's rows have changed since this list was looked at. Look at it anew."))
        del found, lines
        advance(0, len(new))
        keys = batch.declared.write(new, scope, lambda done: advance(done, len(new)))
        numbers = [line.number for line in new]
        insert_all(Made, ward=batch.ward_id, batch=batch.pk, row=numbers, key=keys)
        batch.messages.all().delete()
        batch.move(BatchState.DONE, since=[BatchState.CHECKED], by=by, **batch.without_file())
        outbox.record("intake.batch.taken", subject=batch, by=by, count=len(keys))
    return len(keys)


def take_back(batch: Batch, scope: Scope, *, by: "User") -> int:
    """All rows of the list, or none where something was built on one of them."""
    keys = list(batch.made.values_list("key", flat=True))
    with transaction.atomic():
        _alone(batch)
        batch.declared.take_back(keys, scope)
        batch.move(BatchState.WITHDRAWN, since=[BatchState.DONE], by=by)
        batch.made.all().delete()
        outbox.record("intake.batch.withdrawn", subject=batch, by=by, count=len(keys))
    return len(keys)


def _alone(batch: Batch) -> None:
    """One list of a ward at a time. The lock goes with the transaction, also of a worker that is killed."""
    with connection.cursor() as cursor:
        lock = zlib.crc32(b"intake.batch") & 0x7FFFFFFF
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock, batch.ward_id])
        if not cursor.fetchone()[0]:
            raise ValidationError(
                _("Another list is being taken over just now. Wait until it is done, then try again.")
            )


def expire(now: datetime.datetime) -> int:
    """Lists that nobody took over are left, with their files; how many."""
    old = Batch.objects.filter(state__in=[BatchState.OPEN, BatchState.CHECKED])
    rows = list(old.filter(uploaded_at__lt=now - datetime.timedelta(days=KEPT_DAYS)))
    for batch in rows:
        batch.cancel(by=None)
    return len(rows)


# ---- to be mended -----------------------------------------------------------------------------------
def mended(batch: Batch, scope: Scope) -> bytes:
    """The sheet with what to do beside each row, to be mended and brought again."""
    found = standing(batch, scope)
    advice: dict[int, list[str]] = {}
    for message in batch.messages.filter(is_hint=False):
        advice.setdefault(message.row, []).append(message.text)
    width = _width(found.sheet, batch)
    told = {row: " ".join(texts) for row, texts in advice.items()}
    return workbooks.with_advice(found.sheet, told, heading_row=batch.layout["last"], column=width)


def _width(sheet: Sheet, batch: Batch) -> int:
    """How many columns to keep: all but the advice of the time before."""
    headings = sheets.headings_of(sheet, batch.layout["first"], batch.layout["last"])
    own = [n for n, text in enumerate(headings) if text.rpartition(" / ")[2] == _("What to do")]
    filled = [n + 1 for n, text in enumerate(headings) if text and n not in own]
    return own[0] if own and own[0] >= max(filled, default=0) else len(headings)


def made(batch: Batch, scope: Scope, page: Sequence[Made]) -> Iterator[tuple[int, str, str]]:
    """Row of the sheet, words and address of what it became."""
    shown = batch.declared.shown([row.key for row in page], scope)
    for row in page:
        words, url = shown.get(row.key, (_("no longer there"), ""))
        yield row.row, words, url
