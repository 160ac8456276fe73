"""The registered models added up: by unit, field and subject at once, for table 02 and for the check."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Unit
from campaigns.papers import LANGUAGE
from core.together import read_together
from models_registry.choices import SubjectType, UpwardTable
from models_registry.models import MobilizationModel, OfficialField, TableLayout, ThemeField
from models_registry.upward.shape import KNOWN, Ask, Cell, Head, Line

ODD_SHOWN = 50
SUBJECTS = (SubjectType.COLLECTIVE, SubjectType.INDIVIDUAL)
NAMELESS = Q(subject=SubjectType.INDIVIDUAL) & (Q(person_name__isnull=True) | Q(person_name=""))


@dataclass(frozen=True)
class Part:
    label: str
    value: int
    url: str


@dataclass(frozen=True)
class Way:
    """One way to add the registered models up. parts: what is added, without those that are 0; of: all of them."""

    label: str
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

    title: str
    url: str
    code: str
    unit: str
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


@dataclass(frozen=True)
class AddedUp:
    """Words, numbers and addresses, so that it can be kept. heads, lines, total: of table 02, empty for others."""

    check: Check
    heads: list[Head] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    total: Line | None = None


def add_up(ask: Ask, layout: TableLayout) -> AddedUp:
    read = _Read(ask)
    if layout.table != UpwardTable.SUMS:
        return AddedUp(_check(read))
    with override(LANGUAGE):
        heads, tally = _heads(read, layout), _tally(read)
        named = [(unit.pk, {"unit": unit.slug}, _unit_name(unit, ask.on), no) for no, unit in enumerate(read.units, 1)]
        lines = [_line(ask, heads, tally, *unit) for unit in named]
        total = _line(ask, heads, tally, None, {}, _("Together"), None)
    return AddedUp(_check(read), heads, lines, total)


class _Read:
    """All that is added up and what it is called, in one statement. groups: models by unit, field and subject."""

    def __init__(self, ask: Ask) -> None:
        self.ask, ward = ask, ask.campaign.ward_id
        fields = ThemeField.objects.filter(ward=ward, campaign=ask.campaign).select_related("official_field")
        units = Unit.objects.filter(ward=ward, pk__in=ask.registered().order_by().values("unit"))
        groups, out, names = _groups(ask), _without_place(ask), _twice_named(ask)
        units = units.order_by("sort_key", "pk")
        read_together(groups, fields, units, out, names)
        self.groups: list[dict[str, Any]] = list(groups)
        self.fields: list[ThemeField] = list(fields)
        self.units: list[Unit] = list(units)
        self.out: list[MobilizationModel] = list(out)
        self.twice: list[str] = list(names)

    @cached_property
    def official(self) -> list[OfficialField]:
        """Those that the year's fields stand for."""
        found = {row.official_field_id: row.official_field for row in self.fields}
        return [found[pk] for pk in sorted(found)]


def _groups(ask: Ask) -> QuerySet:
    told = {
        "official": F("theme_field__official_field"),
        "of_year": F("theme_field__campaign"),
        "is_outside": F("unit__is_outside"),
        "is_nameless": Case(When(NAMELESS, then=Value(True)), default=Value(False), output_field=BooleanField()),
    }
    rows: QuerySet = ask.registered().order_by().annotate(**told)
    return rows.values("unit", "theme_field", "subject", *told).annotate(n=Count("pk"))


# ---- 02 ----------------------------------------------------------------------------------------------
def _heads(read: _Read, layout: TableLayout) -> list[Head]:
    of: dict[str, tuple[str, Iterable[Any]]] = {
        "theme_fields": ("field", read.fields),
        "official_fields": ("official", read.official),
    }
    heads = []
    for code, heading in layout.columns:
        if code in of:
            name, rows = of[code]
            for row in rows:
                for subject in SUBJECTS:
                    query = {name: row.code, "subject": subject.value}
                    key = f"{name}:{row.code}:{subject}"
                    heads.append(Head(key, str(subject.label), top=row.label, query=query, counts=True))
        elif code in SUBJECTS:
            heads.append(Head(code, heading, query={"subject": code}, counts=True))
        elif code in KNOWN[UpwardTable.SUMS]:
            heads.append(Head(code, heading, counts=code == "all"))
    return heads


def _tally(read: _Read) -> Counter[tuple[int | None, str]]:
    """How many by unit (None: all) and by the code of the column."""
    theme = {row.pk: row.code for row in read.fields}
    official = {row.pk: row.code for row in read.official}
    found: Counter[tuple[int | None, str]] = Counter()
    for group in read.groups:
        subject = group["subject"]
        columns = ["all", subject]
        columns += [f"field:{theme[pk]}:{subject}" for pk in [group["theme_field"]] if pk in theme]
        columns += [f"official:{official[pk]}:{subject}" for pk in [group["official"]] if pk in official]
        for unit in (group["unit"], None):
            for column in columns:
                found[unit, column] += group["n"]
    return found


def _line(
    ask: Ask,
    heads: list[Head],
    tally: Counter[tuple[int | None, str]],
    unit: int | None,
    query: dict[str, str],
    name: str,
    no: int | None,
) -> Line:
    cells = [
        Cell(tally[unit, head.code], ask.list_of(**query, **head.query))
        if head.counts
        else Cell(no if head.code == "no" else name)
        for head in heads
    ]
    return Line(query.get("unit", ""), tuple(cells))


def _unit_name(unit: Unit, on: datetime.date) -> str:
    """One that ended keeps its models: its last day stands beside it."""
    if unit.valid_to is None or unit.valid_to >= on:
        return str(unit)
    return f"{unit} ({_('until %(day)s') % {'day': f'{unit.valid_to:%d/%m/%Y}'}})"


# ---- whether it agrees ---------------------------------------------------------------------------------
def _check(read: _Read) -> Check:
    """The registered models added up in four ways, each of what has a place in the tables."""
    ask, total = read.ask, sum(group["n"] for group in read.groups)
    by: dict[str, Counter] = {name: Counter() for name in ("subject", "theme_field", "official", "unit")}
    for group in read.groups:
        fits = {
            "subject": not group["is_nameless"],
            "theme_field": group["of_year"] == ask.campaign.pk,
            "official": group["of_year"] == ask.campaign.pk,
            "unit": not group["is_outside"],
        }
        for name, has_place in fits.items():
            by[name][group[name]] += group["n"] if has_place else 0

    def way(label: str, column: str, rows: Iterable[tuple[Any, str, dict[str, str]]]) -> Way:
        found = [(by[column][key], words, query) for key, words, query in rows]
        return Way(label, [Part(words, n, ask.list_of(**query)) for n, words, query in found if n], total)

    official = [row for row in read.official if row.is_valid_on(ask.on)]
    ways = [
        way(_("by subject"), "subject", ((s.value, str(s.label), {"subject": s.value}) for s in SUBJECTS)),
        way(
            _("by field of the theme"), "theme_field", ((row.pk, str(row), {"field": row.code}) for row in read.fields)
        ),
        way(_("by official field"), "official", ((row.pk, str(row), {"official": row.code}) for row in official)),
        way(_("by unit"), "unit", ((row.pk, str(row), {"unit": row.slug}) for row in read.units)),
    ]
    return Check(total, ask.list_of(), ways, [*_odd(read), *_twice(read)])


def _without_place(ask: Ask) -> QuerySet:
    official = "theme_field__official_field__"
    other_year = Q(theme_field=None) | ~Q(theme_field__campaign=ask.campaign)
    ended = Q(**{f"{official}valid_to__lt": ask.on}) | Q(**{f"{official}valid_from__gt": ask.on})
    rows: QuerySet = ask.registered().filter(other_year | ended | NAMELESS | Q(unit__is_outside=True))
    return rows.select_related("unit", "theme_field__official_field").order_by("code", "id")[:ODD_SHOWN]


def _odd(read: _Read) -> Iterator[Odd]:
    for row in read.out:
        theme = row.theme_field
        if theme is None or theme.campaign_id != read.ask.campaign.pk:
            yield _look(
                row, _("It has no field of this year."), _("An administrator chooses one of the year’s fields.")
            )
        elif not theme.official_field.is_valid_on(read.ask.on):
            facts = {"field": theme, "official": theme.official_field}
            why = _("Its field “%(field)s” counts for “%(official)s”, which is not valid on this day.") % facts
            todo = _("An administrator lets the field count for an official field that is valid, or corrects its days.")
            yield _look(row, why, todo)
        if row.subject == SubjectType.INDIVIDUAL and not row.person_name:
            why = _("It is of an individual, and no person is named.")
            yield _look(row, why, _("An administrator writes the person’s name down."))
        if row.unit.is_outside:
            yield _look(row, _("Its unit is outside the ward."), _("An administrator chooses the unit of the ward."))


def _twice_named(ask: Ask) -> QuerySet:
    names = ask.registered().order_by().values("search_key").annotate(n=Count("pk")).filter(n__gt=1)
    return names.values_list("search_key", flat=True)[:ODD_SHOWN]


def _twice(read: _Read) -> Iterator[Odd]:
    """The same name twice: perhaps one model on the lists of two units. Information, which stops nothing."""
    if read.twice:
        rows = read.ask.registered().filter(search_key__in=read.twice).select_related("unit")
        todo = _("If it is one model, withdraw one of the registrations; if not, leave both.")
        for row in rows.order_by("search_key", "code")[:ODD_SHOWN]:
            yield _look(row, _("Another registered model has the same name."), todo, blocks=False)


def _look(row: MobilizationModel, why: str, todo: str, *, blocks: bool = True) -> Odd:
    return Odd(str(row), row.get_absolute_url(), row.code or "", str(row.unit), why, todo, blocks)
