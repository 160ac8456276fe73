"""Lists of units and of people that somebody brings as a file; written by the verbs of a ward's opening."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import access, actions
from accounts.access import Decision, Permission
from accounts.actions import OUTSIDE, NewPerson, NewUnit, proposed
from accounts.choices import Role
from accounts.models import Membership, Unit, UnitKind, User, Ward
from accounts.querysets import plain_phone
from core import opening
from core.imports import Cell, Column, Line, ListKind, Named, Scope, as_text, declared, tell_twins, text
from core.models import today


@declared
class Units(ListKind):
    code = "units"
    label = _("Units")
    permission = Permission.REFERENCE_EDIT

    def decision(self, scope: Scope) -> Decision:
        return access.can(scope.user, self.permission)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("accounts:unit_list"), _("Units")

    def after(self, scope: Scope) -> tuple[str, Any] | None:
        step = _next_step(scope, self.code)
        return (step.address, _t("Go on: %(title)s") % {"title": step.title}) if step else None

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "name",
                _("Name"),
                text(120),
                ("ten don vi", "don vi", "ten", "ten to chuc", "unit", "name"),
                is_needed=True,
                example="Chi bộ 7",
            ),
            Column(
                "kind",
                _("Kind"),
                text(100),
                ("loai", "loai don vi", "loai hinh", "kind"),
                is_needed=True,
                example="Chi bộ",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "parent",
                _("Belongs to"),
                text(120),
                ("truc thuoc", "don vi cap tren", "cap tren", "thuoc", "parent"),
                example="Đảng ủy phường",
                help_text=_("A unit of the portal, or one of this list."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        there = list(Unit.objects.filter(ward=scope.ward_id).select_related("kind", "parent"))
        held = Named({unit.name: unit for unit in there}, (line["name"] for line in lines))
        kinds = Named(_kinds(scope.ward_id), (line["kind"] for line in lines))
        above = Named(
            {line["name"]: line for line in lines if line["name"]} | {unit.name: unit for unit in there},
            (line["parent"] for line in lines),
        )
        tell_twins(lines, lambda line: held.folded[line["name"]] if line["name"] else None, "name", _t("Name"))
        for line in lines:
            for name, known, label in (("kind", kinds, _t("Kind")), ("parent", above, _t("Belongs to"))):
                if known.is_unknown(line[name]):
                    line.wrong(known.sentence(line[name], label), name)
            code, branch = kinds.get(line["kind"]) or ("", "")
            self._check_branch(line, above.get(line["parent"]), branch, kinds)
            if (unit := held.get(line["name"])) and not line.errors:
                self._known(line, unit, code, above)
            line.values["code"] = code
        _tell_circles(lines, held.folded)

    def _check_branch(self, line: Line, parent: Any, branch: str, kinds: Named) -> None:
        if parent is None or not branch:
            return
        of = parent.branch if isinstance(parent, Unit) else (kinds.get(parent["kind"]) or ("", ""))[1]
        if of and of != branch:
            said = _t("Belongs to: “%(unit)s” is of another branch. Choose a unit of the branch of this kind.")
            line.wrong(said % {"unit": line["parent"]}, "parent")

    def _known(self, line: Line, unit: Unit, code: str, above: Named) -> None:
        parent = above.get(line["parent"])
        if unit.kind.code == code and (parent is None or parent == unit.parent):
            line.is_known = True
        else:
            said = _t("The portal has “%(unit)s” with another kind or place. Correct it there; delete this row.")
            line.wrong(said % {"unit": unit.name}, "name")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new = [NewUnit(line["name"], line["code"], "", line["parent"] or "") for line in lines]
        made = actions.add_units(Ward.objects.get(pk=scope.ward_id), new, by=scope.user)
        keys = {unit.name: unit.pk for unit in made}
        return [keys[line["name"]] for line in lines]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_units(scope.ward_id, keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Unit.objects.visible_to(scope.user).filter(pk__in=keys)
        return {row.pk: (row.name, reverse("accounts:unit_about", args=[row.slug])) for row in rows}


def _next_step(scope: Scope, code: str) -> opening.Step | None:
    """What follows while the ward is being set up. code: of the list, which the step bears too."""
    return opening.following(opening.steps(scope.user, Ward.objects.get(pk=scope.ward_id)), code)


def _kinds(ward_id: int) -> dict[str, tuple[str, str]]:
    """Label -> code and branch: the ward's own, and those that a ward usually has."""
    usual = {row.label: (row.kind, row.branch) for row in proposed() if row.kind != OUTSIDE}
    own = UnitKind.objects.filter(ward=ward_id).values_list("label", "code", "branch")
    return usual | {label: (code, branch) for label, code, branch in own if code != OUTSIDE}


def _tell_circles(lines: Sequence[Line], folded: Mapping[str, str]) -> None:
    above: dict[str, str | None] = {}
    for line in lines:
        if line["name"]:
            above.setdefault(folded[line["name"]], line["parent"])
    for line in lines:
        name, seen = line["name"], set()
        while name and folded.get(name) in above and folded[name] not in seen:
            seen.add(folded[name])
            name = above[folded[name]]
            if name and line["name"] and folded.get(name) == folded[line["name"]]:
                line.wrong(_t("Belongs to: a unit can not belong to itself or to a unit below it."), "parent")
                break


def _phone(cell: Cell) -> str:
    """A spreadsheet drops the zero in front of a number."""
    typed = as_text(cell)
    found = plain_phone(f"0{typed}" if isinstance(cell, int | float) and len(typed) == 9 else typed)
    if not found:
        raise ValidationError(_t("Write the phone number in digits, for example 0912 345 678."))
    return found


@declared
class People(ListKind):
    code = "people"
    label = _("People")
    lead = _("Accounts with their first role. One-time passwords are made afterwards, as slips.")
    permission = Permission.USER_MANAGE

    def decision(self, scope: Scope) -> Decision:
        return access.can_give_role(scope.user)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("accounts:unit_list"), _("Units")

    def after(self, scope: Scope) -> tuple[str, Any]:
        slips = reverse("accounts:slips")
        return opening.at_step(slips, self.code) if _next_step(scope, self.code) else slips, _("Make the slips")

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "full_name",
                _("Full name"),
                text(100),
                ("ho va ten", "ho ten", "ten", "full name", "name"),
                is_needed=True,
                example="Nguyễn Văn An",
            ),
            Column(
                "unit",
                _("Unit"),
                text(120),
                ("don vi", "co quan", "chi bo", "to chuc", "unit"),
                is_needed=True,
                example="Chi bộ 7",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "role",
                _("Role"),
                text(60),
                ("vai tro", "quyen", "role"),
                is_needed=True,
                example=str(Role.UNIT_HEAD.label),
                help_text=", ".join(str(role.label) for role in Role),
            ),
            Column("position", _("Position"), text(100), ("chuc vu", "chuc danh", "position"), example="Bí thư chi bộ"),
            Column(
                "phone",
                _("Phone"),
                _phone,
                ("dien thoai", "so dien thoai", "sdt", "phone"),
                example="0912 345 678",
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        units = Named(
            {unit.name: unit for unit in Unit.objects.filter(ward=scope.ward_id).valid_on(today())},
            (line["unit"] for line in lines),
        )
        roles = Named({str(role.label): role.value for role in Role}, (line["role"] for line in lines))
        held = _Held(scope, lines)
        for line in lines:
            for name, known, label in (("unit", units, _t("Unit")), ("role", roles, _t("Role"))):
                if known.is_unknown(line[name]):
                    line.wrong(known.sentence(line[name], label), name)
                line.values[name] = known.get(line[name])
            held.check(line)
        tell_twins(lines, held.key, "full_name", _t("Full name"))

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new = [
            NewPerson(line["full_name"], line["unit"], line["role"], line["position"] or "", line["phone"] or "")
            for line in lines
        ]
        ward = Ward.objects.get(pk=scope.ward_id)
        made = actions.add_people(ward, new, by=scope.user, reason=_t("Stands on a list that was brought in"))
        return [row.pk for row in made]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_people(scope.ward_id, keys, by=scope.user)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Membership.objects.filter(ward=scope.ward_id, pk__in=keys).select_related("user", "unit")
        address = "admin:accounts_user_change"
        return {row.pk: (str(row), reverse(address, args=[row.user_id])) for row in rows}


class _Held:
    """Who has an account and a role already, by name and by phone."""

    def __init__(self, scope: Scope, lines: Sequence[Line]) -> None:
        rows = Membership.objects.filter(ward=scope.ward_id).select_related("user", "unit")
        self.roles = {(row.user.search_key, row.unit_id, row.role) for row in rows}
        self.units = {(row.user.search_key, row.unit_id): row for row in rows}
        self.folded = Named({}, (line["full_name"] for line in lines)).folded
        phones = {line["phone"] for line in lines if line["phone"]}
        here = {row.user_id for row in rows}
        self.owners = {user.phone: user for user in User.objects.filter(phone__in=phones)}
        self.foreign = {phone for phone, user in self.owners.items() if user.pk not in here}
        self.names: dict[str, str] = {}

    def key(self, line: Line) -> tuple[str, int, str] | None:
        """Who, where and as what; None while one of them is not known."""
        if not line["full_name"] or not line["unit"] or not line["role"]:
            return None
        return self.folded[line["full_name"]], line["unit"].pk, line["role"]

    def check(self, line: Line) -> None:
        key, phone = self.key(line), line["phone"]
        if phone and line["full_name"]:
            own = self.folded[line["full_name"]]
            owner = self.owners.get(phone)
            if phone in self.foreign or (owner and owner.search_key != own) or self.names.setdefault(phone, own) != own:
                line.wrong(_t("Somebody else has the phone number %(phone)s.") % {"phone": phone}, "phone")
        if key is None or line.errors:
            return
        line.is_known = key in self.roles
        if not line.is_known and (row := self.units.get(key[:2])):
            words = {"name": row.user, "role": row.get_role_display()}
            line.hints.append(("full_name", _t("“%(name)s” is in this unit already, as %(role)s.") % words))
