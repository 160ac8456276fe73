"""Who owes what in a contest: what each unit has to write, and how far its entries are."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Unit
from core.dates import full_date
from core.models import today
from models_registry.choices import ENTRY_GROUPS, FULFILS, SENT_AND_AFTER, WRITTEN, EntryState
from models_registry.models.contest import Contest, ContestEntry, EntryQuota


@dataclass
class Line:
    """One unit of a contest. required: None for a unit that writes without having to. states: its entries by state."""

    contest: Contest
    unit: Unit
    required: int | None
    states: dict[str, int] = field(default_factory=dict)
    missing: int = 0  # of a total: what its lines owe together

    def count(self, *states: str) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def groups(self) -> list[tuple[Any, int, str]]:
        """The columns of the board: words, number of entries, and the address of exactly these."""
        return [(label, self.count(*states), self.url(state=code)) for code, (states, label) in ENTRY_GROUPS.items()]

    def url(self, **narrowed: str) -> str:
        """The list of the unit's entries, or of all units' where the line is a total."""
        unit = {"unit": self.unit.slug} if self.unit.pk else {}
        query = urlencode(unit | {"contest": self.contest.pk} | narrowed)
        return f"{reverse('models_registry:entry_list')}?{query}"

    @property
    def entries_url(self) -> str:
        return self.url()

    @property
    def written(self) -> int:
        """Handed in to the ward, and everything that comes of it."""
        return self.count(*WRITTEN)

    @property
    def sent(self) -> int:
        return self.count(*SENT_AND_AFTER)

    @property
    def owed(self) -> int:
        """How many entries are missing until the ward has approved as many as the unit has to write."""
        return max((self.required or 0) - self.count(*FULFILS), 0)

    def is_overdue(self, day: datetime.date) -> bool:
        return bool(self.owed and self.contest.closes_on and self.contest.closes_on < day)

    @property
    def text(self) -> str:
        """What is sent to the unit, without any name of a person."""
        facts: dict[str, Any] = {"unit": self.unit, "contest": self.contest, "required": self.required or 0}
        said = [
            _("Dear %(unit)s,") % facts,
            ngettext(
                "%(contest)s: of %(required)d entry shared out to you, %(owed)d is not approved yet.",
                "%(contest)s: of %(required)d entries shared out to you, %(owed)d are not approved yet.",
                self.required or 0,
            )
            % (facts | {"owed": self.owed}),
        ]
        under_way = [
            (EntryState.REVISING, _("to be revised by you: %(count)d")),
            (EntryState.SUBMITTED, _("handed in, waiting for the ward: %(count)d")),
            (EntryState.DRAFTING, _("being written: %(count)d")),
        ]
        if parts := [words % {"count": self.count(state)} for state, words in under_way if self.count(state)]:
            said.append(_("Of these: %(parts)s.") % {"parts": "; ".join(parts)})
        if day := self.contest.closes_on:
            words = _("The contest closed on %(day)s.") if day < today() else _("Hand in by %(last)s.")
            said.append(words % {"day": full_date(day), "last": full_date(day)})
        return "\n".join(said)


def board(contests: Iterable[Contest], user: Any) -> dict[int, list[Line]]:
    """The lines of each contest that the user may see, by the units' names: those with a quota and those that write."""
    of = {contest.pk: contest for contest in contests}
    quotas = EntryQuota.objects.visible_to(user).filter(contest__in=of).values_list("contest", "unit", "required")
    entries = ContestEntry.objects.visible_to(user).filter(contest__in=of).exclude(state=EntryState.WITHDRAWN)
    required = {(contest, unit): number for contest, unit, number in quotas}
    states: dict[tuple[int, int], dict[str, int]] = {}
    for contest, unit, state, number in (
        entries.order_by().values_list("contest", "unit", "state").annotate(Count("pk"))
    ):
        states.setdefault((contest, unit), {})[state] = number
    keys = {*required, *states}
    units = Unit.objects.visible_to(user).filter(pk__in={unit for _contest, unit in keys}).order_by("sort_key")
    found: dict[int, list[Line]] = {pk: [] for pk in of}
    for unit in units if keys else ():
        for pk, contest in of.items():
            if (pk, unit.pk) in keys:
                found[pk].append(Line(contest, unit, required.get((pk, unit.pk)), states.get((pk, unit.pk), {})))
    return found


def total(contest: Contest, lines: Iterable[Line]) -> Line:
    """All lines of a contest together; its unit is none."""
    found = Line(contest, Unit(), 0)
    for line in lines:
        found.required = (found.required or 0) + (line.required or 0)
        for state, number in line.states.items():
            found.states[state] = found.states.get(state, 0) + number
        found.missing += line.owed
    return found
