"""Lists of tasks that somebody brings as a file."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from campaigns.choices import TaskState
from campaigns.models import Campaign, Task, YearMissing, year_for
from core.dates import full_date
from core.imports import Column, Line, ListKind, Named, Scope, day, decimal, declared, tell_twins, text
from core.models import today
from core.secrecy import refuse_secret
from deadlines.models import Calendar

if TYPE_CHECKING:
    from accounts.models import User

_PARTED = ";"
_MOST = Decimal(2_000_000_000)


def year_today(user: "User") -> Campaign:
    """The year that holds today: lists are brought into no other. Raises YearMissing."""
    year = year_for(list(Campaign.objects.visible_to(user)), today())
    if year is None:
        raise YearMissing
    return year


@declared
class Tasks(ListKind):
    code = "tasks"
    label = _("Tasks")
    lead = _("Each unit is told of its tasks when the list is taken over.")
    permission = Permission.TASK_ASSIGN

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        return Scope(user, ward_id, None, year_today(user))

    def decision(self, scope: Scope) -> Decision:
        return scope.year.can_change() and access.can(scope.user, self.permission)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("campaigns:task_list"), _("Tasks")

    def columns(self, scope: Scope) -> Sequence[Column]:
        as_named = _("As the portal has its name.")
        return [
            Column(
                "title",
                _("Task"),
                text(250, refuse_secret),
                ("nhiem vu", "noi dung", "noi dung cong viec", "cong viec", "ten nhiem vu", "task"),
                is_needed=True,
                example="Rà soát hộ khó khăn trên địa bàn",
            ),
            Column(
                "unit",
                _("Lead unit"),
                text(120),
                ("don vi chu tri", "chu tri", "don vi thuc hien", "don vi", "unit"),
                is_needed=True,
                example="Chi bộ 7",
                help_text=as_named,
            ),
            Column(
                "due_on",
                _("Due on"),
                day,
                ("thoi han", "han", "thoi gian hoan thanh", "han hoan thanh", "ngay hoan thanh", "due"),
                is_needed=True,
                example="30/11/2026",
            ),
            Column("product", _("Product"), text(250), ("san pham", "ket qua", "product"), example="Biên bản"),
            Column(
                "helpers",
                _("Cooperating units"),
                text(600),
                ("don vi phoi hop", "phoi hop"),
                example="Chi bộ 8; Hội Phụ nữ",
                help_text=_("Parted by semicolons."),
            ),
            Column("target", _("Target"), decimal(Decimal("0.01"), _MOST, 2), ("chi tieu", "so luong"), example="40"),
            Column("counted", _("Counted in"), text(30), ("don vi tinh", "dvt"), example="hộ"),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        rows = Unit.objects.visible_to(scope.user).inside().valid_on(today())
        parts = [_parts(line["helpers"]) for line in lines]
        asked = [line["unit"] for line in lines] + [name for names in parts for name in names]
        units = Named({unit.name: unit for unit in rows}, asked)
        titles = Named({}, (line["title"] for line in lines)).folded
        for line, names in zip(lines, parts, strict=True):
            for name, column, label in [
                (line["unit"], "unit", _t("Lead unit")),
                *((part, "helpers", _t("Cooperating units")) for part in names),
            ]:
                if units.is_unknown(name):
                    line.wrong(units.sentence(name, label), column)
            line.values["unit"] = units.get(line["unit"])
            line.values["of_helpers"] = [unit for name in names if (unit := units.get(name))]
            if bool(line["target"]) != bool(line["counted"]) and not line.errors:
                line.wrong(_t("Give a target with what it is counted in, or neither."), "target")
        self._check_days(lines, scope)
        tell_twins(lines, lambda line: _key(line, titles), "title", _t("Task"))
        there = Task.objects.filter(ward_id=scope.ward_id, campaign=scope.year).exclude(state=TaskState.CANCELLED)
        held = set(there.values_list("search_key", "lead_unit", "due_on"))
        for line in lines:
            line.is_known = _key(line, titles) in held

    def _check_days(self, lines: Sequence[Line], scope: Scope) -> None:
        first, last = scope.year.opens_on, scope.year.closes_on
        calendar = Calendar(scope.ward_id)
        for line in lines:
            due = line["due_on"]
            if due and not first <= due <= last:
                days = {"first": full_date(first), "last": full_date(last)}
                line.wrong(_t("Due on: choose a day from %(first)s to %(last)s.") % days, "due_on")
            elif due and (why := calendar.why_off(due)):
                line.hints.append(
                    ("due_on", _t("%(day)s is a day off: %(why)s.") % {"day": full_date(due), "why": why})
                )

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        tasks = [
            Task(
                ward_id=scope.ward_id,
                campaign=scope.year,
                lead_unit=line["unit"],
                title=line["title"],
                due_on=line["due_on"],
                product=line["product"] or "",
                target_value=line["target"],
                target_unit=line["counted"] or "",
            )
            for line in lines
        ]
        groups: dict[tuple[int, ...], list[int]] = {}
        for n, line in enumerate(lines):
            groups.setdefault(tuple(sorted(unit.pk for unit in line["of_helpers"])), []).append(n)
        for helpers, places in groups.items():
            by_key = {unit.pk: unit for place in places for unit in lines[place]["of_helpers"]}
            Task.assign_all([tasks[n] for n in places], by=scope.user, helpers=[by_key[pk] for pk in helpers])
        return [task.pk for task in tasks]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        """What was given is never ungiven: each task is cancelled, and its unit told."""
        rows = list(Task.objects.filter(ward_id=scope.ward_id, pk__in=keys).select_related("campaign", "lead_unit"))
        begun = [task.title for task in rows if task.state not in (TaskState.ASSIGNED, TaskState.CANCELLED)]
        if begun:
            said = _t("Units have begun with these tasks, so the list stays: %(titles)s.")
            raise ValidationError(said % {"titles": "; ".join(begun[:3])})
        for task in rows:
            if task.state == TaskState.ASSIGNED:
                task.cancel(by=scope.user, reason=_t("The list that it stood on was taken back"))

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Task.objects.visible_to(scope.user).filter(pk__in=keys)
        return {row.pk: (row.title, row.get_absolute_url()) for row in rows}


def _parts(said: str | None) -> list[str]:
    return [name for part in (said or "").split(_PARTED) if (name := part.strip())]


def _key(line: Line, titles: Mapping[str, str]) -> tuple[str, int, datetime.date] | None:
    if not line["title"] or not line["unit"] or not line["due_on"]:
        return None
    return titles[line["title"]], line["unit"].pk, line["due_on"]
