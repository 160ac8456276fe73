"""One search over everything: each app declares the lists that it searches, and how a row of them is shown.

@lookup("tasks")
def tasks(ask: Ask) -> Iterable[Place]: ...

A place narrows its rows by the words exactly as its list does, so "all 12 in that list" opens these 12. Where little
is found, what is nearest follows: in each place that has not the words, those that nobody wrote there are read as the
nearest ones that stand in its rows.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat

from core.counts import COUNTED, count_all
from core.discovery import discover
from core.search import fold, folded_all
from core.together import read_together

if TYPE_CHECKING:
    from accounts.models import User
    from campaigns.models import Campaign

SHOWN = 5  # hits of a place
SHORTEST = 2  # letters that are worth a search
READ = 5000  # rows whose words are known; of names of people they hold nearly every word that there is
FEW = 5  # findings after which nobody needs what is nearest
NEAR = 0.65  # how much of two words agrees: "vna" and "van" do, "ban" and "tri" do not
NEARER = 0.8  # beside what is found: "nguyne" and "nguyen" do; "tram" and "tran", "nguyen" and "tuyen" are all words


@dataclass(frozen=True)
class Ask:
    """Who searches, in which year, and for what; the year None in a ward that has none yet."""

    user: "User"
    campaign: "Campaign | None"
    words: str


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Place:
    """A list that is searched.

    rows: the list's, in its order, before any words. search: the list's own way to narrow them.
    url: the list's address; the words are added as `q`. hit: how a row is shown, of the rows as `dress` joins them.
    parts: what is searched, in words, and the folded column or expression of it; the title first.
    pick: another way to the first rows and their number, where the list has one for very many rows.
    text: as a part, of a long text that is searched and from which no words are learnt.
    """

    label: Any
    icon: str
    rows: QuerySet
    search: Callable[[Any, str], Any]
    url: str
    hit: Callable[[Any], Hit]
    parts: Sequence[tuple[Any, str | Combinable]]
    dress: Callable[[Any], Any] = lambda rows: rows
    pick: Callable[[str], tuple[Sequence[int], int]] | None = None
    text: tuple[Any, str | Combinable] | None = None


@dataclass(frozen=True)
class Group:
    """What was found in one place: its first hits, each with the part it was found in.

    words: as they were read. count: up to COUNTED and one. url: the list of exactly these rows. is_near: the words are
    others than those that were typed.
    """

    label: Any
    icon: str
    words: str
    hits: Sequence[tuple[Hit, Any]]
    count: int
    url: str
    is_near: bool = False

    @property
    def is_over(self) -> bool:
        return self.count > COUNTED

    @property
    def said(self) -> int:
        return min(self.count, COUNTED)


_sources: dict[str, Callable[[Ask], Iterable[Place]]] = {}


def lookup(name: str) -> Callable:
    def register(source: Callable[[Ask], Iterable[Place]]) -> Callable:
        _sources[name] = source
        return source

    return register


def places(ask: Ask) -> list[Place]:
    """Those that the person may search, in the order of ORDER."""
    discover("lookups")
    named = sorted(_sources.items(), key=lambda item: ORDER.index(item[0]))
    return [place for _name, source in named for place in source(ask)]


ORDER = ["people", "units", "tasks", "documents", "models", "households", "streets", "meetings", "articles"]


def search(ask: Ask) -> list[Group]:
    """What is found in each place as it was typed; after few findings what is nearest."""
    where = places(ask)
    groups = list(zip(where, _find([(place, ask.words) for place in where]), strict=True))
    exact = [group for _place, group in groups if group]
    if sum(group.count for group in exact) > FEW:
        return exact
    typed = folded_all([ask.words])[ask.words].split()
    near = nearest([place for place, group in groups if not group], typed, near=NEARER if exact else NEAR)
    asked = [(place, words) for place, words in near if words and words.split() != typed]
    return exact + [replace(group, is_near=True) for group in _find(asked) if group]


def _find(asked: Sequence[tuple[Place, str]]) -> list[Group | None]:
    """What each place has of the words that it is asked for; only where something is, its first rows are read."""
    told = _counted(asked)
    pairs = list(zip(asked, told, strict=True))
    found = [
        _placed(place, place.dress(place.rows.filter(pk__in=keys)), words)[:SHOWN] if count else place.rows.none()
        for (place, words), (keys, count) in pairs
    ]
    read_together(*found)
    return [
        _group(place, words, list(rows), count) if count else None
        for ((place, words), (_keys, count)), rows in zip(pairs, found, strict=True)
    ]


def _counted(asked: Sequence[tuple[Place, str]]) -> list[tuple[Any, int]]:
    """Keys of what each place has, and how many these are: of all places in one statement."""
    told: list[tuple[Any, int | None]] = [
        place.pick(words)
        if place.pick
        else (place.search(place.rows, words).order_by().values("pk")[: COUNTED + 1], None)
        for place, words in asked
    ]
    counts = count_all(**{str(n): keys for n, (keys, count) in enumerate(told) if count is None})
    return [(keys, counts[str(n)] if count is None else count) for n, (keys, count) in enumerate(told)]


def _group(place: Place, words: str, rows: list[Any], count: int) -> Group:
    labels = [label for label, _part in _parts(place)]
    hits = [(place.hit(row), labels[row.found_in] if row.found_in is not None else "") for row in rows]
    url = f"{place.url}{'&' if '?' in place.url else '?'}{urlencode({'q': words})}"
    return Group(place.label, place.icon, words, hits, count, url)


def _placed(place: Place, rows: QuerySet, words: str) -> QuerySet:
    """The best findings first: the very words, then what begins with them, then a word of it that does."""
    typed = fold(words)
    order = rows.query.order_by or rows.model._meta.ordering
    parts = {f"part_{n}": F(part) if isinstance(part, str) else part for n, (_label, part) in enumerate(_parts(place))}
    found_in = Case(*(When(Q(**{f"{name}__contains": typed}), then=n) for n, name in enumerate(parts)))
    best = Case(
        When(part_0=typed, then=0),
        When(part_0__startswith=typed, then=1),
        When(part_0__contains=Concat(Value(" "), typed), then=2),
        When(part_0__contains=typed, then=3),
        default=4,
        output_field=IntegerField(),
    )
    return rows.alias(**parts).annotate(found_in=found_in).alias(best=best).order_by("best", *order)


def _parts(place: Place) -> list[tuple[Any, str | Combinable]]:
    return [*place.parts, *([place.text] if place.text else [])]


def nearest(where: Sequence[Place], words: Sequence[str], *, near: float = NEAR) -> list[tuple[Place, str]]:
    """For each place the words with each that stands nowhere in it replaced by the nearest that does; "" without one.

    near: how much of the two words agrees, from 0 to 1.
    Compared folded, for similarity of marked text differs from database to database.
    """
    return [(place, _read_as(words, known, near)) for place, known in zip(where, _words_of(where), strict=True)]


def _read_as(words: Sequence[str], known: Sequence[str], near: float) -> str:
    found = []
    for word in words:
        if any(word in other for other in known):
            found.append(word)
            continue
        close = difflib.get_close_matches(word, known, 5, near)
        if not close:
            return ""
        # Fingers swap letters more often than they miss one: "ahn" is "anh" before "van".
        found.append(max(close, key=lambda other: sorted(other) == sorted(word)))
    return " ".join(found)


def _words_of(where: Sequence[Place]) -> list[list[str]]:
    """The different folded words of the first rows of each place."""
    asked: list[str] = []
    values: list[Any] = []
    for place in where:
        parts = {
            f"part_{n}": F(part) if isinstance(part, str) else part for n, (_label, part) in enumerate(place.parts)
        }
        rows = place.rows.order_by().annotate(**parts).values(*parts)[:READ]
        sql, own = rows.query.sql_with_params()
        text = " || ' ' || ".join(f"coalesce({name}, '')" for name in parts)
        words = f"regexp_split_to_table({text}, '[^[:alnum:]]+')"
        asked.append(f"ARRAY(SELECT DISTINCT word FROM ({sql}) AS read, {words} AS word WHERE word <> '')")
        values += own
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        return list(cursor.fetchone())
