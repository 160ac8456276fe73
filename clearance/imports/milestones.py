"""Lists of milestones that households reached, as offices keep them on paper until the portal stands."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clearance import actions
from clearance.actions import Reached
from clearance.choices import MilestoneKind
from clearance.imports.of_project import OfProject, between, find_households, household_column, of_file, read_words
from clearance.models import Milestone
from core.dates import full_date
from core.imports import Column, Line, Scope, day, declared, tell_twins, text
from core.personal import no_personal_number

_SAID = {
    MilestoneKind.INVENTORIED: ("kiểm đếm", "đã kiểm đếm", "kiểm kê", "đã kiểm kê", "inventory"),
    MilestoneKind.APPROVED: ("phê duyệt", "đã phê duyệt", "phê duyệt phương án", "approval"),
    MilestoneKind.PAID: ("chi trả", "đã chi trả", "đã nhận tiền", "nhận tiền", "payment"),
    MilestoneKind.DEPOSITED: ("gửi tiền", "gửi tài khoản", "deposit"),
    MilestoneKind.HANDED_OVER: ("bàn giao", "đã bàn giao", "bàn giao đất", "bàn giao mặt bằng", "hand-over"),
}


@declared
class Milestones(OfProject):
    code = "milestones"
    label = _("Milestones of households")
    lead = _(
        "Inventory, approval, payment, hand-over: one a row, with its day. A household has a row for each that it "
        "reached; never an amount of money."
    )

    def after(self, scope: Scope) -> tuple[str, Any]:
        return of_file("visits", scope), _("Earlier visits from a file")

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            household_column(),
            Column(
                "kind",
                _("Milestone"),
                text(120),
                ("moc", "cac moc", "noi dung", "moc tien do", "ket qua", "milestone"),
                is_needed=True,
                example="Đã bàn giao mặt bằng",
                help_text=_("In the words of the form: inventory, approval, payment, deposit or hand-over."),
            ),
            Column(
                "on",
                _("On the day"),
                day,
                ("ngay", "ngay thuc hien", "ngay hoan thanh", "vao ngay", "day"),
                is_needed=True,
                example="12/03/2026",
            ),
            Column(
                "paper",
                _("Paper that says so"),
                text(150, no_personal_number),
                ("van ban", "so van ban", "bien ban", "so bien ban", "quyet dinh", "giay to", "paper", "document"),
                example="Biên bản 15/BB",
                help_text=_("Number and day of the minutes or the decision; never an amount of money."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        find_households(lines, scope)
        read_words(lines, "kind", _t("Milestone"), MilestoneKind, _SAID)
        tell_twins(lines, _key, "kind", _t("Milestone"))
        rows = Milestone.objects.filter(ward_id=scope.ward_id, household__project=scope.target, void_at=None)
        rows = rows.filter(household__number__range=between(lines))
        there = {(file, kind): on for file, kind, on in rows.values_list("household", "kind", "on")}
        for line in lines:
            if line.errors:
                continue
            if (on := there.get((line["file"], line["kind"].code))) is None:
                check_day(line, scope)
            elif on == line["on"]:
                line.is_known = True
            else:
                said = _t("The file has this milestone with the day %(day)s. Correct it there; delete this row.")
                line.wrong(said % {"day": full_date(on)}, "on")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        new = (Reached(line["file"], line["kind"].code, line["on"], line["paper"] or "") for line in lines)
        return actions.add_milestones(scope.target, by=scope.user, campaign=scope.year, milestones=new, advance=advance)

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.take_milestones_back(scope.target, by=scope.user, campaign=scope.year, milestones=keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Milestone.objects.visible_to(scope.user).filter(pk__in=keys).select_related("household__project")
        return {row.pk: (f"{row.household}: {row}", row.household.get_absolute_url()) for row in rows}


def _key(line: Line) -> tuple[int, str] | None:
    return (line["number"], line["kind"].code) if line["number"] and line["kind"] else None


def check_day(line: Line, scope: Scope) -> None:
    """As a form does that records one."""
    try:
        scope.target.check_day(scope.year, line["on"])
    except ValidationError as error:
        line.wrong(" ".join(error.messages), "on")
