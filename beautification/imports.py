"""Lists of who came to past clean-ups, that somebody brings as a file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.access import Decision, Permission
from accounts.models import Unit
from beautification import actions
from beautification.actions import Came
from beautification.choices import MOST_PEOPLE, CleanupState, Exactness
from beautification.models import Cleanup, CleanupTurnout, Street
from beautification.models.street import can_manage_streets
from campaigns.imports import year_today
from core.dates import full_date
from core.imports import Cell, Column, Line, ListKind, Named, Scope, as_text, day, declared, tell_twins, text, whole
from core.models import today

if TYPE_CHECKING:
    from accounts.models import User

_NEARLY = re.compile(r"(?:gần|khoảng|hơn|trên|độ|~|nearly)\s*", re.IGNORECASE)
_PEOPLE = re.compile(r"\s*(?:người|lượt người|đồng chí|đ/c)$", re.IGNORECASE)
_count = whole(0, MOST_PEOPLE)


@dataclass(frozen=True)
class People:
    count: int
    exactness: str

    def __str__(self) -> str:
        return _t("nearly %(count)d") % {"count": self.count} if self.exactness == Exactness.NEARLY else str(self.count)


def _people(cell: Cell) -> People:
    """64, "64 người", "gần 100"."""
    if not isinstance(cell, str):
        return People(_count(cell), Exactness.EXACT)
    said = _PEOPLE.sub("", as_text(cell))
    number = _NEARLY.sub("", said, count=1)
    return People(_count(number), Exactness.EXACT if number == said else Exactness.NEARLY)


@declared
class Turnout(ListKind):
    code = "turnout"
    label = _("People at past clean-ups")
    lead = _("Each row is one unit at one clean-up. The sessions are entered if they are missing, and closed.")
    permission = Permission.STREET_MANAGE

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        return Scope(user, ward_id, None, year_today(user))

    def decision(self, scope: Scope) -> Decision:
        return can_manage_streets(scope.user, scope.year)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("beautification:cleanup_list"), _("Clean-ups")

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "street",
                _("Street"),
                text(120),
                ("tuyen pho", "tuyen duong", "pho", "duong", "ten tuyen", "ten duong", "street"),
                is_needed=True,
                example="Phố Trạm",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "on",
                _("Day"),
                day,
                ("ngay", "ngay tong ve sinh", "ngay to chuc", "thoi gian", "ngay thuc hien", "day"),
                is_needed=True,
                example="16/04/2026",
            ),
            Column(
                "unit",
                _("Unit"),
                text(120),
                ("don vi", "don vi tham gia", "to dan pho", "unit"),
                example="Tổ dân phố 1",
                help_text=_("Blank: the number of the whole street."),
            ),
            Column(
                "people",
                _("People"),
                _people,
                ("so nguoi", "so nguoi tham gia", "so luong nguoi", "luot nguoi", "nguoi tham gia", "so luong"),
                is_needed=True,
                example="64",
                help_text=_("A number; “gần 100” is kept as nearly 100."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        rows = Street.objects.filter(ward=scope.ward_id).of_campaign(scope.year)
        streets = Named({row.name: row for row in rows}, (line["street"] for line in lines))
        inside = Unit.objects.filter(ward=scope.ward_id).inside().valid_on(today())
        units = Named({unit.name: unit for unit in inside}, (line["unit"] for line in lines))
        first, last = scope.year.opens_on, min(scope.year.closes_on, today())
        for line in lines:
            for name, known, label in (("street", streets, _t("Street")), ("unit", units, _t("Unit"))):
                if known.is_unknown(line[name]):
                    line.wrong(known.sentence(line[name], label), name)
            if line["on"] and not first <= line["on"] <= last:
                days = {"first": full_date(first), "last": full_date(last)}
                line.wrong(_t("Day: choose a day from %(first)s to %(last)s.") % days, "on")
        tell_twins(lines, lambda line: _key(line, streets, units), "street", _t("Street"))
        for line in lines:
            line.values |= {"street": streets.get(line["street"]), "unit": units.get(line["unit"])}
        _Held(scope, lines).check()

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        came = [
            Came(line["street"], line["on"], line["unit"], line["people"].count, line["people"].exactness)
            for line in lines
        ]
        return actions.enter_turnout(came, by=scope.user, advance=advance)

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_turnout(scope.ward_id, keys, by=scope.user)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = CleanupTurnout.objects.filter(ward=scope.ward_id, pk__in=keys)
        found = rows.select_related("cleanup__street", "unit")
        return {row.pk: (f"{row.cleanup}, {row}", row.cleanup.get_absolute_url()) for row in found}


def _key(line: Line, streets: Named, units: Named) -> tuple[Any, ...] | None:
    street = streets.get(line["street"])
    return (street.pk, line["on"], units.get(line["unit"])) if street and line["on"] else None


class _Held:
    """What the portal has of the clean-ups of a list."""

    def __init__(self, scope: Scope, lines: Sequence[Line]) -> None:
        self.lines = [line for line in lines if not line.errors]
        days = {line["on"] for line in self.lines}
        streets = {line["street"].pk for line in self.lines}
        rows = Cleanup.objects.filter(Q(on__in=days) | Q(original_on__in=days), ward=scope.ward_id, street__in=streets)
        self.by_day: dict[tuple[int, Any], Cleanup] = {}
        self.planned: dict[tuple[int, Any], Cleanup] = {}
        for row in rows.select_related("street"):
            self.planned[row.street_id, row.original_on] = row
            if row.state != CleanupState.CANCELLED:
                self.by_day[row.street_id, row.on] = row
        counted = CleanupTurnout.objects.filter(ward=scope.ward_id, cleanup__in=rows)
        self.counts = {(row.cleanup_id, row.unit_id): row for row in counted}
        self.counted = {cleanup for cleanup, _unit in self.counts}

    def check(self) -> None:
        for line in self.lines:
            key = line["street"].pk, line["on"]
            row, planned = self.by_day.get(key), self.planned.get(key)
            if row is not None:
                self._check_held(line, row)
            elif planned is not None and planned.state == CleanupState.CANCELLED:
                words = {"reason": planned.reason.rstrip(".")}
                said = _t("The portal has this clean-up as cancelled (%(reason)s). With the list it is taken up again.")
                line.hints.append(("on", said % words))
            elif planned is not None:
                days = {"day": full_date(planned.on)}
                line.wrong(_t("The clean-up of this day was moved to %(day)s. Write that day.") % days, "on")

    def _check_held(self, line: Line, row: Cleanup) -> None:
        count = self.counts.get((row.pk, line["unit"].pk if line["unit"] else None))
        if row.state == CleanupState.DONE:
            line.is_known = count is not None and (count.count, count.exactness) == (
                line["people"].count,
                line["people"].exactness,
            )
            if not line.is_known:
                said = _t("This clean-up is closed with other numbers. Correct it there; delete this row.")
                line.wrong(said, "people")
        elif row.pk in self.counted:
            line.wrong(_t("People were counted at this clean-up already. Close it there; delete this row."), "people")
        elif row.needs_decision:
            line.wrong(_t("This clean-up waits for a decision about the holiday. Decide there first."), "on")
