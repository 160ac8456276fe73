"""Lists of registered models and of contest quotas that somebody brings as a file."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from campaigns.imports import year_today
from core.dates import full_date
from core.imports import (
    Column,
    Line,
    ListKind,
    Named,
    Scope,
    changed_since,
    day,
    decimal,
    declared,
    tell_twins,
    text,
    whole,
)
from core.models import today
from core.personal import no_personal_number
from core.secrecy import refuse_secret
from models_registry import actions
from models_registry.actions import Registered
from models_registry.choices import EntryState, ModelState, Origin, SubjectType
from models_registry.models import Contest, ContestEntry, EntryQuota, MobilizationModel, ThemeField

if TYPE_CHECKING:
    from accounts.models import User

_LONG = 4_000  # signs of a text with several lines
_MOST = Decimal(2_000_000_000)
_MOST_ENTRIES = 99  # as the form has it
_TEXTS = ("approach", "rationale", "beneficiaries", "expected_output", "contact")


@declared
class Models(ListKind):
    code = "models"
    label = _("Registered models")
    lead = _("Each row is one model with one target. Models that the ward approved already run at once.")
    permission = Permission.MODEL_REGISTER

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        return Scope(user, ward_id, None, year_today(user))

    def decision(self, scope: Scope) -> Decision:
        return scope.year.can_change() and access.can(scope.user, self.permission)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("models_registry:model_list"), _("Models")

    def columns(self, scope: Scope) -> Sequence[Column]:
        as_named = _("As the portal has its name.")
        long = text(_LONG, refuse_secret, no_personal_number, keeps_lines=True)
        return [
            Column(
                "title",
                _("Name of the model"),
                text(120, refuse_secret, no_personal_number),
                ("ten mo hinh", "mo hinh", "ten mo hinh dan van kheo", "mo hinh dan van kheo", "ten", "model"),
                is_needed=True,
                example="Ngõ 45 tự quản trật tự đô thị",
            ),
            Column(
                "unit",
                _("Unit"),
                text(120),
                ("don vi", "don vi dang ky", "don vi thuc hien", "tap the", "chi bo", "unit"),
                is_needed=True,
                example="Chi bộ 7",
                help_text=as_named,
            ),
            Column(
                "person_name",
                _("Full name of the person"),
                text(100),
                ("ca nhan", "ho ten ca nhan", "ca nhan dang ky", "ho va ten", "ho ten", "nguoi dang ky"),
                help_text=_("Only for a model of one person; blank for a model of the unit."),
            ),
            Column(
                "field",
                _("Theme field"),
                text(120),
                ("linh vuc", "linh vuc dang ky", "thuoc linh vuc", "field"),
                is_needed=True,
                example="Chỉnh trang đô thị",
                help_text=_("As the year has its name."),
            ),
            Column(
                "approach",
                _("How it is done"),
                long,
                ("cach lam", "cach thuc hien", "noi dung", "noi dung thuc hien", "giai phap", "bien phap"),
                is_needed=True,
                example="12 hộ ký cam kết, mỗi tuần một buổi tự kiểm tra",
            ),
            Column(
                "target_name",
                _("Target"),
                text(150),
                ("chi tieu", "ten chi tieu", "noi dung chi tieu", "muc tieu"),
                is_needed=True,
                example="Hộ ký cam kết",
            ),
            Column(
                "target",
                _("How many"),
                decimal(Decimal("0.01"), _MOST, 2),
                ("so luong", "so luong chi tieu", "chi tieu so"),
                is_needed=True,
                example="12",
            ),
            Column("counted", _("Counted in"), text(30), ("don vi tinh", "dvt"), example="hộ"),
            Column(
                "due_on",
                _("Target due on"),
                day,
                ("thoi han", "han", "thoi han hoan thanh", "han hoan thanh"),
                example="30/11/2026",
                help_text=_("Blank: on the model's last day."),
            ),
            Column("starts_on", _("Starts on"), day, ("bat dau", "tu ngay", "ngay bat dau")),
            Column("ends_on", _("Ends on"), day, ("ket thuc", "den ngay", "ngay ket thuc")),
            Column(
                "registered_on",
                _("Registered on"),
                day,
                ("ngay dang ky", "dang ky ngay"),
                example="15/03/2026",
                help_text=_("Blank: today, or the day on which the ward approved it."),
            ),
            *self._accepted_on(scope),
            Column("contact", _("Person in charge"), text(100), ("nguoi phu trach", "phu trach", "can bo phu trach")),
            Column("rationale", _("Situation and reason"), long, ("tinh hinh", "ly do", "su can thiet")),
            Column(
                "beneficiaries", _("Place and people served"), long, ("dia ban", "doi tuong", "doi tuong huong loi")
            ),
            Column("expected_output", _("Product, expected result"), long, ("ket qua", "san pham", "ket qua du kien")),
        ]

    def _accepted_on(self, scope: Scope) -> list[Column]:
        """Only for who decides about models."""
        if scope and not access.can(scope.user, Permission.MODEL_DECIDE):
            return []
        said = _("Blank: it waits for the ward's decision.")
        known = ("ngay duyet", "ngay phe duyet", "ngay cong nhan", "phe duyet ngay")
        return [Column("accepted_on", _("Approved on"), day, known, help_text=said)]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        units = Named(
            {unit.name: unit for unit in Unit.objects.visible_to(scope.user).inside().valid_on(today())},
            (line["unit"] for line in lines),
        )
        known = ThemeField.objects.filter(ward_id=scope.ward_id, campaign=scope.year)
        fields = Named({field.label: field for field in known}, (line["field"] for line in lines))
        titles = Named({}, (line["title"] for line in lines)).folded
        for line in lines:
            for name, rows, label in (("unit", units, _t("Unit")), ("field", fields, _t("Theme field"))):
                if rows.is_unknown(line[name]):
                    line.wrong(rows.sentence(line[name], label), name)
                line.values[name] = rows.get(line[name])
            _check_days(line, scope.year.opens_on, scope.year.closes_on)
        tell_twins(lines, lambda line: _key(line, titles), "title", _t("Name of the model"))
        there = MobilizationModel.objects.filter(ward_id=scope.ward_id, campaign=scope.year)
        held = dict.fromkeys(
            there.exclude(state__in=[ModelState.WITHDRAWN, ModelState.DRAFT]).values_list("search_key", "unit")
        )
        listed = there.exclude(state__in=[ModelState.WITHDRAWN, ModelState.DRAFT, ModelState.REJECTED])
        others: dict[tuple[str, int], dict[int, str]] = {}
        for key, field, unit, name in listed.values_list("search_key", "theme_field", "unit", "unit__name"):
            others.setdefault((key, field), {})[unit] = name
        drafts = set(there.filter(state=ModelState.DRAFT).values_list("search_key", "unit"))
        for line in lines:
            key = _key(line, titles)
            line.is_known = key in held
            if key in drafts and not line.is_known:
                said = _t("The unit has begun a draft of this name, which stays beside this registration.")
                line.hints.append(("title", said))
            if key and line["field"]:
                twins = others.get((key[0], line["field"].pk), {})
                if names := [name for unit, name in twins.items() if unit != key[1]]:
                    said = _t("The same name in this field is registered already by: %(units)s.")
                    line.hints.append(("title", said % {"units": ", ".join(sorted(names))}))

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new = [_registered(line, scope) for line in lines]
        return [row.pk for row in actions.register_all(scope.year, new, by=scope.user)]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        """What had a code and dated steps is never as if it had not been: each model is withdrawn."""
        reason = _t("The list that it stood on was taken back")
        actions.withdraw_all(scope.year, keys, by=scope.user, reason=reason)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = MobilizationModel.objects.visible_to(scope.user).filter(pk__in=keys)
        return {row.pk: (f"{row.code} {row}", row.get_absolute_url()) for row in rows}


def _key(line: Line, titles: Mapping[str, str]) -> tuple[str, int] | None:
    return (titles[line["title"]], line["unit"].pk) if line["title"] and line["unit"] else None


def _check_days(line: Line, opens_on: datetime.date, closes_on: datetime.date) -> None:
    """The days of the model lie in the year, one after the other; the ward's own are over."""
    first, last = line["starts_on"] or opens_on, line["ends_on"] or closes_on
    if last < first:
        said = _t("Ends on: choose a last day from %(first)s on.")
        return line.wrong(said % {"first": full_date(first)}, "ends_on")
    due = line["due_on"]
    if due and not first <= due <= last:
        days = {"first": full_date(first), "last": full_date(last)}
        line.wrong(_t("Target due on: choose a day from %(first)s to %(last)s.") % days, "due_on")
    registered, accepted = line["registered_on"], line["accepted_on"]
    bounds = {"first": full_date(opens_on), "last": full_date(today())}
    for name, on, label in (
        ("registered_on", registered, _t("Registered on")),
        ("accepted_on", accepted, _t("Approved on")),
    ):
        if on and not opens_on <= on <= today():
            said = _t("%(column)s: choose a day from %(first)s to %(last)s.")
            line.wrong(said % (bounds | {"column": label}), name)
    if registered and accepted and accepted < registered:
        line.wrong(_t("Approved on: that is before the day of registration. Correct one of the two."), "accepted_on")


def _registered(line: Line, scope: Scope) -> Registered:
    is_person = bool(line["person_name"])
    ends_on = line["ends_on"] or scope.year.closes_on
    return Registered(
        fields={
            "title": line["title"],
            "unit": line["unit"],
            "theme_field": line["field"],
            "subject": SubjectType.INDIVIDUAL if is_person else SubjectType.COLLECTIVE,
            "person_name": line["person_name"] if is_person else None,
            "origin": Origin.NEW,
            "starts_on": line["starts_on"],
            "ends_on": line["ends_on"],
            **{name: line[name] or "" for name in _TEXTS},
        },
        target={
            "name": line["target_name"],
            "target": line["target"],
            "unit_of_measure": line["counted"] or "",
            "due_on": line["due_on"] or ends_on,
        },
        registered_on=line["registered_on"] or line["accepted_on"] or today(),
        accepted_on=line["accepted_on"],
    )


@declared
class Quotas(ListKind):
    code = "quotas"
    label = _("Contest quotas")
    lead = _("How many entries each unit has to write. Units that are not on the list keep what they have.")
    permission = Permission.CONTEST_MANAGE
    needs_target = True

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        year = year_today(user)
        rows = Contest.objects.visible_to(user).filter(campaign=year).select_related("campaign")
        return Scope(user, ward_id, get_object_or_404(rows, pk=target), year)

    def decision(self, scope: Scope) -> Decision:
        return scope.target.can_manage(scope.user)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return scope.target.get_absolute_url(), scope.target.name

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "unit",
                _("Unit"),
                text(120),
                ("don vi", "ten don vi", "chi bo", "unit"),
                is_needed=True,
                example="Chi bộ 7",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "required",
                _("Entries to write"),
                whole(0, _MOST_ENTRIES),
                ("so bai", "so bai phan bo", "phan bo", "so bai phai viet", "so luong", "so luong bai", "chi tieu"),
                is_needed=True,
                example="2",
                help_text=_("0 for a unit that has none to write."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        rows = Unit.objects.filter(ward=scope.ward_id).inside().valid_on(today())
        units = Named({unit.name: unit for unit in rows}, (line["unit"] for line in lines))
        tell_twins(lines, lambda line: units.get(line["unit"]), "unit", _t("Unit"))
        held = dict(scope.target.quotas.values_list("unit", "required"))
        for line in lines:
            if units.is_unknown(line["unit"]):
                line.wrong(units.sentence(line["unit"], _t("Unit")), "unit")
            line.values["unit"] = unit = units.get(line["unit"])
            if unit is None or line.errors:
                continue
            line.is_known = held.get(unit.pk, 0) == line["required"]
            if unit.pk in held and not line.is_known:
                words = {"unit": unit.name, "number": held[unit.pk]}
                said = _t("%(unit)s has %(number)d entries to write already. Correct it there; delete this row.")
                line.wrong(said % words, "required")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        scope.target.share_out(by=scope.user, required={line["unit"]: line["required"] for line in lines})
        keys = dict(scope.target.quotas.values_list("unit", "pk"))
        return [keys[line["unit"].pk] for line in lines]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        rows = list(EntryQuota.objects.filter(ward_id=scope.ward_id, pk__in=keys).select_related("unit"))
        used = changed_since(EntryQuota, keys, ward=scope.ward_id, parts={})
        entries = ContestEntry.objects.filter(contest=scope.target, unit__in=[row.unit_id for row in rows])
        if count := entries.exclude(state=EntryState.WITHDRAWN).count():
            used.append(f"{ContestEntry._meta.verbose_name_plural}: {count}")
        if used:
            raise ValidationError(_t("These quotas are in use, so they stay: %(what)s.") % {"what": "; ".join(used)})
        scope.target.share_out(by=scope.user, required={row.unit: 0 for row in rows})

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = EntryQuota.objects.visible_to(scope.user).filter(pk__in=keys).select_related("unit")
        return {row.pk: (str(row), scope.target.get_absolute_url()) for row in rows}
