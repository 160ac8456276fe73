"""Tables for the superior, worked out as of a day: their lines in the superior's columns, and whether the sums agree.

Registered as of a day means accepted by then and not withdrawn (`MobilizationModelQuerySet.registered_on`). Cells are
in Vietnamese, as the headings are, whatever language the reader's screen has.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Prefetch, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from accounts.models import Unit, User
from campaigns.models import Campaign
from campaigns.papers import LANGUAGE
from core import past
from core.figures import address
from core.text import number, plain
from models_registry.choices import ModelState, Origin, SubjectType, UpwardTable
from models_registry.models import (
    Assessment,
    Conclusion,
    MobilizationModel,
    OfficialField,
    Proposal,
    SentTable,
    TableLayout,
    TargetIndicator,
    ThemeField,
)

TENTH = Decimal("0.1")
ODD_SHOWN = 50
SUBJECTS = (SubjectType.COLLECTIVE, SubjectType.INDIVIDUAL)
# What a table can hold, in the words of the page on which its columns are ordered.
KNOWN: dict[str, dict[str, Any]] = {
    UpwardTable.LIST: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "subject": gettext_lazy("Collective or individual"),
        "official_field": gettext_lazy("Official field"),
        "theme_field": gettext_lazy("Theme field"),
        "origin": gettext_lazy("Origin"),
        "approach": gettext_lazy("How it is done"),
        "targets": gettext_lazy("Targets"),
        "place": gettext_lazy("Place and people served"),
        "starts_on": gettext_lazy("Starts on"),
        "ends_on": gettext_lazy("Ends on"),
        "contact": gettext_lazy("Person in charge"),
        "level": gettext_lazy("Level that it is proposed to"),
        "note": gettext_lazy("Note"),
    },
    UpwardTable.SUMS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "unit": gettext_lazy("Unit"),
        "official_fields": gettext_lazy("Each official field, collective and individual"),
        "theme_fields": gettext_lazy("Each theme field, collective and individual"),
        "collective": gettext_lazy("Collectives together"),
        "individual": gettext_lazy("Individuals together"),
        "all": gettext_lazy("All together"),
    },
    UpwardTable.RESULTS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "target": gettext_lazy("Target"),
        "measure": gettext_lazy("Counted in"),
        "wanted": gettext_lazy("To reach"),
        "due_on": gettext_lazy("By"),
        "reached": gettext_lazy("Reached"),
        "percent": gettext_lazy("Percent, computed"),
        "evidence": gettext_lazy("Papers and photos"),
        "assessment": gettext_lazy("How far it is, what was decided"),
    },
    UpwardTable.PROPOSALS: {
        "no": pgettext_lazy("column", "Number of the line"),
        "code": gettext_lazy("Code"),
        "title": gettext_lazy("Name of the model"),
        "who": gettext_lazy("Unit, person"),
        "subject": gettext_lazy("Collective or individual"),
        "achievement": gettext_lazy("Achievement in short"),
        "points": gettext_lazy("Points of the appraisal"),
        "praise": gettext_lazy("Proposed for"),
        "level": gettext_lazy("Level"),
        "decision": gettext_lazy("The ward's decision"),
        "decided_on": gettext_lazy("Decided on"),
        "proposed_on": gettext_lazy("Proposed on"),
    },
}
LONG = {"approach", "targets", "place", "achievement", "target"}
NUMBERS = {"no", "wanted", "reached", "percent", "evidence", "points", "collective", "individual", "all"}


@dataclass(frozen=True)
class Ask:
    """Whose models of which year, as of the end of which day. user: who reads them."""

    campaign: Campaign
    on: datetime.date
    user: Any

    def registered(self) -> Any:
        rows = MobilizationModel.objects.visible_to(self.user).filter(campaign=self.campaign)
        return rows.registered_on(self.on)

    def list_of(self, **query: Any) -> str:
        """The address of these registered models."""
        return address(reverse("models_registry:model_list"), self.on, self.campaign, **query)


@dataclass(frozen=True)
class Head:
    """top: what stands over it and the next, as a field does over collectives and individuals. query: its rows."""

    code: str
    label: str
    top: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def flat(self) -> str:
        """In one line, as a sheet has it."""
        return f"{self.top}: {self.label}" if self.top else self.label

    @property
    def is_number(self) -> bool:
        return self.code in NUMBERS or bool(self.top)

    @property
    def is_name(self) -> bool:
        """Of what the line is about."""
        return self.code in {"title", "unit"}

    @property
    def css(self) -> str:
        width = "dv-narrow" if self.code == "no" else "dv-broad" if self.code in LONG else ""
        return f"dv-num {width}".strip() if self.is_number else width


@dataclass(frozen=True)
class Cell:
    """value: text, a number, a day, or None. url: its rows, of a number that counts some."""

    value: Any
    url: str = ""

    @property
    def shown(self) -> str:
        if self.value is None or isinstance(self.value, str):
            return self.value or ""
        return f"{self.value:%d/%m/%Y}" if isinstance(self.value, datetime.date) else number(self.value)


@dataclass(frozen=True)
class Line:
    """key: the same in each reading, so that two can be compared. url: of the model that it is about."""

    key: str
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True)
class Body:
    """A table as of a day. rows: what pages are cut from; lines(rows, first): as lines, numbered from `first` on."""

    layout: TableLayout
    heads: list[Head]
    rows: QuerySet | list[Line]
    lines: Callable[[Sequence[Any], int], list[Line]]
    total: Line | None = None

    def told(self, line: Line | None) -> list[tuple[Head, Cell]]:
        return list(zip(self.heads, line.cells, strict=True)) if line else []

    def all_lines(self) -> list[Line]:
        return self.lines(list(self.rows), 1)

    @property
    def head_rows(self) -> tuple[list[tuple[str, int, int, str]], list[str]]:
        """The heading's cells as (words, columns, rows, class), and those of a second line below."""
        two = any(head.top for head in self.heads)
        first: list[tuple[str, int, int, str]] = []
        for top, heads in groupby(self.heads, key=lambda head: head.top):
            found = list(heads)
            if top:
                first.append((top, len(found), 1, "dv-over"))
            else:
                first += [(head.label, 1, 2 if two else 1, head.css) for head in found]
        return first, [head.label for head in self.heads if head.top]


def body(ask: Ask, layout: TableLayout) -> Body:
    if layout.table == UpwardTable.SUMS:
        return _sums(ask, layout)
    rows, read, values = _READ[UpwardTable(layout.table)]
    heads = [Head(code, heading) for code, heading in layout.columns if code in KNOWN[layout.table]]

    def lines(chunk: Sequence[Any], first: int) -> list[Line]:
        with override(LANGUAGE):
            told = read(ask, chunk)
            found = []
            for no, row in enumerate(chunk, start=first):
                said = values(row, told) | {"no": no}
                model = getattr(row, "mobilization_model", row)
                cells = tuple(Cell(said[head.code]) for head in heads)
                found.append(Line(f"{model.key}/{row.pk}", cells, model.get_absolute_url()))
            return found

    return Body(layout, heads, rows(ask), lines)


# ---- 01 ----------------------------------------------------------------------------------------------
def _listed(ask: Ask) -> QuerySet:
    targets = Prefetch("targets", TargetIndicator.objects.filter(ward=ask.campaign.ward_id).order_by("id"))
    rows: QuerySet = (
        ask.registered().select_related("unit", "theme_field__official_field").prefetch_related(targets, "areas__unit")
    )
    return rows.order_by("code", "id")


def _levels(ask: Ask, rows: Sequence[Any]) -> dict[int, list[str]]:
    """Of each model, the levels that it is proposed to."""
    asked = Proposal.objects.filter(ward=ask.campaign.ward_id, mobilization_model__in=rows).valid_on(ask.on)
    found: dict[int, list[str]] = defaultdict(list)
    for row in asked:
        if (label := row.get_level_display()) not in found[row.mobilization_model_id]:
            found[row.mobilization_model_id].append(label)
    return found


def _of_model(row: MobilizationModel) -> dict[str, Any]:
    who = f"{row.person_name} ({row.unit})" if row.person_name else str(row.unit)
    return {"code": row.code, "title": row.title, "who": who, "subject": row.get_subject_display()}


def _list_values(row: MobilizationModel, levels: dict[int, list[str]]) -> dict[str, Any]:
    theme = row.theme_field
    targets = [f"{t.name}: {_said(t.target)} {t.unit_of_measure}".strip() for t in row.targets.all()]
    return _of_model(row) | {
        "official_field": theme.official_field.label if theme else "",
        "theme_field": theme.label if theme else "",
        "origin": str(Origin(row.origin).label),
        "approach": row.approach,
        "targets": "; ".join([*targets, *([row.expected_output] if row.expected_output else [])]),
        "place": "; ".join([*(str(area.unit) for area in row.areas.all()), *filter(None, [row.beneficiaries])]),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "contact": row.contact,
        "level": ", ".join(levels.get(row.pk, [])),
        "note": _("registered late") if row.is_late else "",
    }


def _said(value: Decimal | None) -> str:
    return "" if value is None else f"{plain(value)}".replace(".", ",")


# ---- 03 ----------------------------------------------------------------------------------------------
def _targets(ask: Ask) -> QuerySet:
    rows = TargetIndicator.objects.filter(ward=ask.campaign.ward_id)
    rows = rows.filter(mobilization_model__in=ask.registered().order_by().values("pk")).reached_by(ask.on)
    return rows.select_related("mobilization_model__unit").order_by("mobilization_model__code", "id")


def _assessed(ask: Ask, rows: Sequence[Any]) -> dict[int, str]:
    """Of each model: what the ward decided by the day, or else how far it was then."""
    keys = {row.mobilization_model_id for row in rows}
    states: Any = MobilizationModel.objects.filter(ward=ask.campaign.ward_id, pk__in=keys).with_state_on(ask.on)
    found = {pk: str(ModelState(state).label) for pk, state in states.values_list("pk", "state_then")}
    return found | {pk: str(row) for pk, row in _conclusions(ask, keys).items()}


def _conclusions(ask: Ask, keys: Iterable[int]) -> dict[int, Conclusion]:
    rows = Conclusion.objects.filter(ward=ask.campaign.ward_id, mobilization_model__in=keys, decided_on__lte=ask.on)
    rows = rows.filter(Q(replaced_on__isnull=True) | Q(replaced_on__gt=ask.on)).order_by("id")
    return {row.mobilization_model_id: row for row in rows}


def _result_values(row: Any, assessed: dict[int, str]) -> dict[str, Any]:
    percent = None
    if row.reached is not None and row.target:
        percent = plain((row.reached * 100 / row.target).quantize(TENTH, ROUND_HALF_UP))
    return _of_model(row.mobilization_model) | {
        "target": row.name,
        "measure": row.unit_of_measure,
        "wanted": plain(row.target) if row.target is not None else None,
        "due_on": row.due_on,
        "reached": plain(row.reached) if row.reached is not None else None,
        "percent": percent,
        "evidence": row.evidence,
        "assessment": assessed.get(row.mobilization_model_id, ""),
    }


# ---- 04 ----------------------------------------------------------------------------------------------
def _proposals(ask: Ask) -> QuerySet:
    rows = Proposal.objects.visible_to(ask.user).valid_on(ask.on)
    rows = rows.filter(mobilization_model__in=ask.registered().order_by().values("pk"))
    return rows.select_related("mobilization_model__unit").order_by("mobilization_model__code", "id")


def _points(ask: Ask, rows: Sequence[Any]) -> tuple[dict[int, Decimal], dict[int, Conclusion]]:
    """Of each model, the average of its sheets once all are in, and the ward's decision."""
    keys = {row.mobilization_model_id for row in rows}
    sheets = Assessment.objects.filter(
        ward=ask.campaign.ward_id,
        appraisal__mobilization_model__in=keys,
        appraisal__completed_at__isnull=False,
        appraisal__ended_on=None,
        stood_aside_on=None,
    )
    sums = sheets.order_by().values("pk", "appraisal__mobilization_model").annotate(points=Sum("scores__points"))
    of: dict[int, list[Decimal]] = defaultdict(list)
    for line in sums:
        of[line["appraisal__mobilization_model"]].append(line["points"] or Decimal())
    points = {key: (sum(given, Decimal()) / len(given)).quantize(TENTH, ROUND_HALF_UP) for key, given in of.items()}
    return points, _conclusions(ask, keys)


def _proposal_values(row: Proposal, told: tuple[dict[int, Decimal], dict[int, Conclusion]]) -> dict[str, Any]:
    points, conclusions = told
    decided = conclusions.get(row.mobilization_model_id)
    return _of_model(row.mobilization_model) | {
        "achievement": row.achievement,
        "points": points.get(row.mobilization_model_id),
        "praise": row.words,
        "level": row.get_level_display(),
        "decision": decided.number if decided else "",
        "decided_on": decided.decided_on if decided else None,
        "proposed_on": row.proposed_on,
    }


_READ: dict[UpwardTable, tuple[Callable, Callable, Callable]] = {
    UpwardTable.LIST: (_listed, _levels, _list_values),
    UpwardTable.RESULTS: (_targets, _assessed, _result_values),
    UpwardTable.PROPOSALS: (_proposals, _points, _proposal_values),
}


# ---- 02 ----------------------------------------------------------------------------------------------
Groups = list[dict[str, Any]]
Test = Callable[[dict[str, Any]], bool]
NAMELESS = Q(subject=SubjectType.INDIVIDUAL) & (Q(person_name__isnull=True) | Q(person_name=""))


def _groups(ask: Ask) -> Groups:
    """Registered models counted by unit, field and subject, in one statement."""
    told = {
        "official": F("theme_field__official_field"),
        "of_year": F("theme_field__campaign"),
        "is_outside": F("unit__is_outside"),
        "is_nameless": Case(When(NAMELESS, then=Value(True)), default=Value(False), output_field=BooleanField()),
    }
    rows = ask.registered().order_by().annotate(**told)
    return list(rows.values("unit", "theme_field", "subject", *told).annotate(n=Count("pk")))


def _fields(ask: Ask) -> tuple[list[ThemeField], list[OfficialField]]:
    """The year's fields, and the official ones that they stand for."""
    rows = ThemeField.objects.filter(ward=ask.campaign.ward_id, campaign=ask.campaign).select_related("official_field")
    theme = list(rows)
    official = {row.official_field_id: row.official_field for row in theme}
    return theme, [official[pk] for pk in sorted(official)]


def _units(ask: Ask, counted: Groups) -> list[Unit]:
    """Those that have a model, in their order."""
    keys = {group["unit"] for group in counted}
    return list(Unit.objects.filter(ward=ask.campaign.ward_id, pk__in=keys).order_by("sort_key", "pk"))


def _sums(ask: Ask, layout: TableLayout) -> Body:
    with override(LANGUAGE):
        counted = _groups(ask)
        heads = _sum_heads(ask, layout)
        lines = []
        for no, unit in enumerate(_units(ask, counted), start=1):
            own = [group for group in counted if group["unit"] == unit.pk]
            lines.append(_sum_line(ask, heads, own, {"unit": unit.slug}, _unit_name(unit, ask.on), no))
        total = _sum_line(ask, heads, counted, {}, _("Together"), None)
    return Body(layout, [head for head, _test in heads], lines, lambda rows, first: list(rows), total)


def _unit_name(unit: Unit, on: datetime.date) -> str:
    """One that ended keeps its models: its last day stands beside it."""
    if unit.valid_to is None or unit.valid_to >= on:
        return str(unit)
    return f"{unit} ({_('until %(day)s') % {'day': f'{unit.valid_to:%d/%m/%Y}'}})"


def _sum_heads(ask: Ask, layout: TableLayout) -> list[tuple[Head, Test | None]]:
    """Each column with what it counts; None for one that counts nothing."""
    theme, official = _fields(ask)
    of: dict[str, tuple[str, str, list[Any]]] = {
        "theme_fields": ("theme_field", "field", theme),
        "official_fields": ("official", "official", official),
    }
    heads: list[tuple[Head, Test | None]] = []
    for code, heading in layout.columns:
        if code in of:
            column, name, fields = of[code]
            for row in fields:
                for subject in SUBJECTS:
                    query = {name: row.code, "subject": subject.value}
                    head = Head(f"{name}:{row.code}:{subject}", str(subject.label), top=row.label, query=query)
                    heads.append((head, partial(_fits, {column: row.pk, "subject": subject.value})))
        elif code in SUBJECTS:
            heads.append((Head(code, heading, query={"subject": code}), partial(_fits, {"subject": code})))
        elif code == "all":
            heads.append((Head(code, heading), partial(_fits, {})))
        elif code in KNOWN[UpwardTable.SUMS]:
            heads.append((Head(code, heading), None))
    return heads


def _fits(wanted: Mapping[str, Any], group: Mapping[str, Any]) -> bool:
    return all(group[name] == value for name, value in wanted.items())


def _sum_line(
    ask: Ask,
    heads: list[tuple[Head, Test | None]],
    counted: Groups,
    query: dict[str, str],
    name: str,
    no: int | None,
) -> Line:
    cells = [
        Cell(sum(group["n"] for group in counted if test(group)), ask.list_of(**query, **head.query))
        if test
        else Cell(no if head.code == "no" else name)
        for head, test in heads
    ]
    return Line(query.get("unit", ""), tuple(cells))


# ---- whether it agrees ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Way:
    """One way to add the registered models up. parts: what is added, without those that are 0; of: all of them."""

    label: Any
    parts: list[Part]
    of: int

    @property
    def total(self) -> int:
        return sum(part.value for part in self.parts)

    @property
    def agrees(self) -> bool:
        return self.total == self.of


@dataclass(frozen=True)
class Odd:
    """A model to look at, why, and what to do. blocks: it has no place in a sum, so no table is sent."""

    registration: MobilizationModel
    why: str
    todo: str
    blocks: bool = True


@dataclass(frozen=True)
class Check:
    total: int
    url: str
    ways: list[Way]
    odd: list[Odd]

    @property
    def agrees(self) -> bool:
        return all(way.agrees for way in self.ways)

    @property
    def disagreement(self) -> str:
        """A sentence for who wants to send the table; "" where all sums agree."""
        if self.agrees:
            return ""
        wrong = "; ".join(f"{way.label} {way.total}" for way in self.ways if not way.agrees)
        words = _("The sums do not agree: %(all)d models in all, but %(wrong)s. Put the odd rows right, then send it.")
        return words % {"all": self.total, "wrong": wrong}


def check(ask: Ask) -> Check:
    """All registered models of the day, added up in four ways, each of what has a place in the tables."""
    counted, total = _groups(ask), ask.registered().count()
    theme, official = _fields(ask)

    def part(label: Any, test: Test, **query: Any) -> Part:
        return Part(str(label), sum(group["n"] for group in counted if test(group)), ask.list_of(**query))

    def way(label: Any, parts: Iterable[Part]) -> Way:
        return Way(label, [row for row in parts if row.value], total)

    of_year = {"of_year": ask.campaign.pk}
    return Check(
        total,
        ask.list_of(),
        [
            way(
                _("by subject"),
                (
                    part(s.label, partial(_fits, {"subject": s.value, "is_nameless": False}), subject=s.value)
                    for s in SUBJECTS
                ),
            ),
            way(
                _("by field of the theme"),
                (part(row, partial(_fits, {"theme_field": row.pk} | of_year), field=row.code) for row in theme),
            ),
            way(
                _("by official field"),
                (
                    part(row, partial(_fits, {"official": row.pk} | of_year), official=row.code)
                    for row in official
                    if row.is_valid_on(ask.on)
                ),
            ),
            way(
                _("by unit"),
                (
                    part(unit, partial(_fits, {"unit": unit.pk, "is_outside": False}), unit=unit.slug)
                    for unit in _units(ask, counted)
                ),
            ),
        ],
        [*_without_place(ask), *_twice(ask)],
    )


def _without_place(ask: Ask) -> Iterator[Odd]:
    official = "theme_field__official_field__"
    other_year = Q(theme_field=None) | ~Q(theme_field__campaign=ask.campaign)
    ended = Q(**{f"{official}valid_to__lt": ask.on}) | Q(**{f"{official}valid_from__gt": ask.on})
    rows = ask.registered().filter(other_year | ended | NAMELESS | Q(unit__is_outside=True))
    for row in rows.select_related("unit", "theme_field__official_field").order_by("code", "id")[:ODD_SHOWN]:
        theme = row.theme_field
        if theme is None or theme.campaign_id != ask.campaign.pk:
            yield Odd(row, _("It has no field of this year."), _("An administrator chooses one of the year’s fields."))
        elif not theme.official_field.is_valid_on(ask.on):
            facts = {"field": theme, "official": theme.official_field}
            why = _("Its field “%(field)s” counts for “%(official)s”, which is not valid on this day.") % facts
            todo = _("An administrator lets the field count for an official field that is valid, or corrects its days.")
            yield Odd(row, why, todo)
        if row.subject == SubjectType.INDIVIDUAL and not row.person_name:
            why = _("It is of an individual, and no person is named.")
            yield Odd(row, why, _("An administrator writes the person’s name down."))
        if row.unit.is_outside:
            yield Odd(row, _("Its unit is outside the ward."), _("An administrator chooses the unit of the ward."))


def _twice(ask: Ask) -> Iterator[Odd]:
    """The same name twice: perhaps one model on the lists of two units. Information, which stops nothing."""
    names = ask.registered().order_by().values("search_key").annotate(n=Count("pk")).filter(n__gt=1)
    keys = list(names.values_list("search_key", flat=True)[:ODD_SHOWN])
    if keys:
        rows = ask.registered().filter(search_key__in=keys).select_related("unit").order_by("search_key", "code")
        todo = _("If it is one model, withdraw one of the registrations; if not, leave both.")
        for row in rows[:ODD_SHOWN]:
            yield Odd(row, _("Another registered model has the same name."), todo, blocks=False)


def send(row: SentTable, *, by: User) -> None:
    """Read the table of the row's day once more and keep it as what left. Raises ValidationError as the verb does."""
    with past.reading(on=row.on):
        ask = Ask(row.campaign, row.on, by)
        layout = TableLayout.of(row.ward_id, row.table, row.on)
        row.title, row.count = layout.title, count(ask, row.table)
        kept, disagreement = frozen(ask, layout), check(ask).disagreement
    row.send(by=by, kept=kept, disagreement=disagreement)


# ---- kept and compared -----------------------------------------------------------------------------------
def count(ask: Ask, table: str) -> int:
    """How many models (or proposals) the table tells of."""
    return _proposals(ask).count() if table == UpwardTable.PROPOSALS else ask.registered().count()


def frozen(ask: Ask, layout: TableLayout) -> dict[str, Any]:
    """The whole table as JSON, as it is kept once it is sent."""
    read = body(ask, layout)
    return {
        "columns": [list(column) for column in layout.columns],
        "source": layout.source,
        "heads": [[head.code, head.label, head.top] for head in read.heads],
        "lines": [[line.key, *(_as_json(cell.value) for cell in line.cells)] for line in read.all_lines()],
        "total": [_as_json(cell.value) for cell in read.total.cells] if read.total else None,
    }


def _as_json(value: Any) -> Any:
    """Text and whole numbers as they are; a day or a number with a comma says its kind."""
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.date.fromisoformat(value["day"]) if "day" in value else Decimal(value["number"])
    return value


def thawed(sent: SentTable) -> tuple[list[Head], list[Line], Line | None]:
    """A sent table as it was."""
    heads = [Head(code, label, top) for code, label, top in sent.kept["heads"]]
    lines = [Line(key, tuple(Cell(_from_json(value)) for value in values)) for key, *values in sent.kept["lines"]]
    total = sent.kept["total"] and Line("", tuple(Cell(_from_json(value)) for value in sent.kept["total"]))
    return heads, lines, total


@dataclass(frozen=True)
class Since:
    """What is different now in the table of the same day: lines that came, went, or say something else."""

    added: list[str]
    gone: list[str]
    changed: list[str]

    @property
    def is_same(self) -> bool:
        return not (self.added or self.gone or self.changed)


def since(sent: SentTable, now: Mapping[str, Any]) -> Since:
    """now: the table of the same day in the same columns, `frozen` anew."""
    places = [n for n, head in enumerate(sent.kept["heads"], start=1) if head[0] != "no"]

    def told(kept: Mapping[str, Any]) -> dict[str, list[Any]]:
        return {line[0]: [line[n] for n in places if n < len(line)] for line in kept["lines"]}

    before, after = told(sent.kept), told(now)
    changed = [key for key, said in before.items() if key in after and after[key] != said]
    return Since([key for key in after if key not in before], [key for key in before if key not in after], changed)
