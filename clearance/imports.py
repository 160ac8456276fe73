"""Lists of households that somebody brings as a file."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.access import Decision, Permission
from campaigns.imports import year_today
from clearance import actions
from clearance.actions import NewHousehold
from clearance.forms.households import groups_of, teams_of
from clearance.forms.pasted import MOST_NUMBER, people_of
from clearance.models import Household, HouseholdParty, Project
from clearance.validators import without_personal_numbers
from core.imports import Column, Line, ListKind, Named, Scope, declared, tell_twins, text, whole

if TYPE_CHECKING:
    from accounts.models import User

_NAME, _ADDRESS = 120, 200


@declared
class Households(ListKind):
    code = "households"
    label = _("Households")
    lead = _(
        "Identity and phone numbers are left out: the portal does not collect them. Land plots have no place in the "
        "portal yet: their columns are left out too."
    )
    permission = Permission.CLEARANCE_MANAGE
    needs_target = True

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        year = year_today(user)
        rows = Project.objects.visible_to(user).of(year)
        return Scope(user, ward_id, get_object_or_404(rows, pk=target), year)

    def decision(self, scope: Scope) -> Decision:
        return scope.target.can_manage(scope.user, scope.year)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("clearance:household_list", args=[scope.target.slug]), scope.target.name

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "number",
                _("Household number"),
                whole(1, MOST_NUMBER),
                ("so ho", "ma ho", "ho so", "so ho so", "stt", "so tt", "tt", "so thu tu", "so", "no", "number"),
                is_needed=True,
                example="12",
                help_text=_("A whole number that no other household of the project has."),
            ),
            Column(
                "name",
                _("Representative"),
                text(600, keeps_lines=True),
                (
                    *("chu ho", "nguoi dai dien", "dai dien", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
                    *("chu su dung dat", "ten chu su dung dat", "nguoi su dung dat", "ho ten", "ho va ten", "ten"),
                    *("representative", "full name", "name"),
                ),
                is_needed=True,
                example="Nguyễn Văn An",
                help_text=_("The full name; further people of the household behind a semicolon."),
            ),
            Column(
                "address",
                _("Home address"),
                text(400),
                ("dia chi", "dia chi nha", "dia chi nha o", "dia chi thuong tru", "noi o", "cho o", "address"),
                is_needed=True,
                example="Số 12, ngõ 45, phố Trạm",
            ),
            Column(
                "group",
                _("Residential group"),
                text(200),
                ("to dan pho", "to", "tdp", "khu pho", "thon", "group"),
                example="Tổ dân phố 1",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "team",
                _("Visiting team"),
                text(200),
                ("to van dong", "to phu trach", "don vi phu trach", "team"),
                help_text=_("The unit that visits the household, as the portal has its name."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        groups = Named({unit.name: unit for unit in groups_of(scope.ward_id)}, (line["group"] for line in lines))
        teams = Named({unit.name: unit for unit in teams_of(scope.ward_id)}, (line["team"] for line in lines))
        tell_twins(lines, lambda line: line["number"], "number", _t("Household number"))
        there = _there_already(scope.target, [line["number"] for line in lines if line["number"]])
        named = [
            ("group", groups, _t("Residential group")),
            ("team", teams, _t("Visiting team")),
        ]
        for line in lines:
            self._read(line)
            for name, known, label in named:
                if known.is_unknown(line[name]):
                    line.wrong(known.sentence(line[name], label), name)
                line.values[name] = known.get(line[name])
            if not line.errors and (held := there.get(line["number"])):
                if held == _facts(line):
                    line.is_known = True
                else:
                    said = _t(
                        "The project has household %(number)d with other data. Correct it there; delete this row."
                    )
                    line.wrong(said % {"number": line["number"]}, "number")

    def _read(self, line: Line) -> None:
        """People and address without the numbers that are not collected; what is too long is told."""
        raw = line["name"] or "", line["address"] or ""
        people, address = people_of(raw[0]), without_personal_numbers(raw[1])
        if address != raw[1] or without_personal_numbers(raw[0]) != raw[0]:
            line.hints.append(("name", _t("An identity or phone number is left out.")))
        line.values |= {"people": people, "name": "; ".join(people), "address": address}
        if raw[0] and not people:
            line.wrong(_t("Representative: a number stands here and no name. Write the name."), "name")
        if raw[1] and not address:
            line.wrong(_t("Home address: a number stands here and no address. Write the address."), "address")
        for name in people:
            if len(name) > _NAME:
                said = _t(
                    "A name has %(length)d signs, at most %(most)d fit. Shorten it, or part people by semicolons."
                )
                line.wrong(said % {"length": len(name), "most": _NAME}, "name")
        if len(address) > _ADDRESS:
            said = _t("The address has %(length)d signs, at most %(most)d fit. Shorten it.")
            line.wrong(said % {"length": len(address), "most": _ADDRESS}, "address")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new = [
            NewHousehold(
                line["number"],
                line["people"][0],
                line["address"],
                line["group"],
                tuple(line["people"][1:]),
                line["team"],
            )
            for line in lines
        ]
        return actions.add_households(scope.target, by=scope.user, campaign=scope.year, households=new, advance=advance)

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_households(scope.target, by=scope.user, campaign=scope.year, files=keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Household.objects.visible_to(scope.user).filter(project=scope.target, pk__in=keys)
        return {row.pk: (str(row), row.get_absolute_url()) for row in rows.select_related("project")}


def _facts(line: Line) -> tuple[Any, ...]:
    """What a household's file says of a line, for knowing it again; the team may have changed since."""
    return line["address"], line["group"].pk if line["group"] else None, tuple(sorted(line["people"]))


def _there_already(project: Project, numbers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    between = (min(numbers, default=0), max(numbers, default=0))  # a list of thousands of numbers takes long to say
    files = Household.objects.filter(ward_id=project.ward_id, project=project, number__range=between)
    held = {
        pk: (number, address, group)
        for pk, number, address, group in files.values_list("pk", "number", "address_line", "residential_group")
    }
    people: dict[int, list[str]] = {pk: [] for pk in held}
    members = HouseholdParty.objects.filter(ward_id=project.ward_id, household__in=files)
    for pk, name in members.values_list("household", "party__name"):
        people[pk].append(name)
    return {number: (address, group, tuple(sorted(people[pk]))) for pk, (number, address, group) in held.items()}
