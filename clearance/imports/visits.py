"""Lists of visits that were made before the portal stood. Who was met and what for, in the words of the form, and
nothing of what anybody thinks."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from clearance import actions
from clearance.actions import PastVisit
from clearance.choices import STATUTORY_PURPOSES, Outreach, Purpose, VisitOutcome
from clearance.forms.households import teams_of
from clearance.imports.milestones import check_day
from clearance.imports.of_project import OfProject, between, find_households, household_column, read_words
from clearance.models import Household, TeamAssignment, Visit
from core.dates import full_date
from core.imports import Column, Line, Named, Scope, clock, day, declared, text

_PARTED = ";"
_OUTCOMES = {
    VisitOutcome.MET_HEAD: ("gặp chủ hộ", "chủ hộ", "đã gặp chủ hộ"),
    VisitOutcome.MET_AUTHORISED: ("gặp người được ủy quyền", "người được ủy quyền"),
    VisitOutcome.MET_FAMILY: ("gặp người nhà", "người nhà", "người trong gia đình"),
    VisitOutcome.NOBODY_HOME: ("vắng nhà", "đi vắng", "không có nhà"),
    VisitOutcome.LATER: ("hẹn lại", "hẹn hôm khác"),
    VisitOutcome.DECLINED: ("chưa muốn tiếp", "không tiếp"),
    VisitOutcome.MOVED: ("chuyển đi", "đã chuyển đi"),
}
_PURPOSES = {
    Purpose.DELIVER_INVITATION: ("giao giấy mời", "trao giấy mời"),
    Purpose.DELIVER_PAPER: ("giao thông báo", "giao quyết định", "giao văn bản"),
    Purpose.EXPLAIN: ("tuyên truyền", "giải thích chính sách", "vận động"),
}


class _There(NamedTuple):
    at: datetime.datetime
    outcome: str
    purpose: str
    team: int


@declared
class Visits(OfProject):
    code = "visits"
    label = _("Earlier visits")
    lead = _(
        "Visits that were made and written down on paper before the portal had them; visits to come are planned in "
        "rounds. Who was met and what for, nothing of what anybody thinks."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            household_column(),
            Column(
                "on",
                _("Day of the visit"),
                day,
                ("ngay", "ngay tham", "ngay den", "ngay tiep xuc", "ngay van dong", "day"),
                is_needed=True,
                example="17/01/2026",
            ),
            Column(
                "time",
                _("Time"),
                clock,
                ("gio", "gio tham", "thoi gian", "time"),
                example="18:30",
                help_text=_("Blank where nobody wrote it down: the day alone is kept."),
            ),
            Column(
                "team",
                _("Visiting team"),
                text(200),
                ("to van dong", "to tham", "nguoi den", "don vi", "don vi tham", "to phu trach", "team"),
                example="Chi bộ 7",
                help_text=_("As the portal has its name. Blank: the team that the household has."),
            ),
            Column(
                "companions",
                _("Came along"),
                text(600),
                ("cung di", "phoi hop", "don vi phoi hop", "companions"),
                help_text=_("Other bodies, parted by semicolons, as the portal has their names."),
            ),
            Column(
                "purpose",
                _("Purpose"),
                text(120),
                ("muc dich", "noi dung", "noi dung tham", "purpose"),
                is_needed=True,
                example="Giải thích chính sách",
                help_text=_("In the words of the form for a visit."),
            ),
            Column(
                "outcome",
                _("Who was met"),
                text(120),
                ("gap ai", "nguoi gap", "ket qua", "ket qua tham", "da gap", "outcome"),
                is_needed=True,
                example="Gặp chủ hộ",
                help_text=_("In the words of the form for a visit."),
            ),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        find_households(lines, scope)
        read_words(lines, "purpose", _t("Purpose"), Purpose, _PURPOSES)
        read_words(lines, "outcome", _t("Who was met"), VisitOutcome, _OUTCOMES)
        self._find_units(lines, scope)
        there, quiet = _visits_there(lines, scope), _quiet_since(lines, scope)
        first: dict[tuple[int, datetime.date], list[Line]] = {}
        for line in lines:
            if not line.errors:
                self._check_moment(line, scope, quiet)
            if line["number"] and line["on"]:
                _say_twins(line, first.setdefault((line["number"], line["on"]), []))
            if not line.errors:
                _say_known(line, there.get((line["file"], line["on"]), ()))

    def _find_units(self, lines: Sequence[Line], scope: Scope) -> None:
        parts = [[name.strip() for name in (line["companions"] or "").split(_PARTED) if name.strip()] for line in lines]
        teams = Named({unit.name: unit for unit in teams_of(scope.ward_id)}, (line["team"] for line in lines))
        outside = Unit.objects.filter(ward_id=scope.ward_id, is_outside=True)
        others = Named({unit.name: unit for unit in outside}, (name for names in parts for name in names))
        own = TeamAssignment.objects.open().filter(ward_id=scope.ward_id, household__project=scope.target)
        own = own.filter(household__number__range=between(lines)).select_related("team")
        held = {row.household_id: row.team for row in own}
        for line, names in zip(lines, parts, strict=True):
            for name in filter(others.is_unknown, names):
                line.wrong(others.sentence(name, _t("Came along")), "companions")
            line.values["of_companions"] = tuple(unit for name in names if (unit := others.get(name)))
            if teams.is_unknown(said := line["team"]):
                line.wrong(teams.sentence(said, _t("Visiting team")), "team")
            line.values["team"] = teams.get(said) if said else held.get(line["file"])
            if not said and line["file"] and line["team"] is None:
                line.wrong(_t("Visiting team: the household has none. Write which unit went."), "team")

    def _check_moment(self, line: Line, scope: Scope, quiet: Mapping[int, datetime.date]) -> None:
        check_day(line, scope)
        line.values["at"] = at = timezone.make_aware(
            datetime.datetime.combine(line["on"], line["time"] or datetime.time.min)
        )
        if not line.errors and at > timezone.now():
            line.wrong(_t("This moment is still to come."), "time")
        since = quiet.get(line["file"])
        if since and line["on"] >= since and line["purpose"].code not in STATUTORY_PURPOSES:
            said = _t(
                "Since %(day)s the household asks for quiet: only invitations and official papers may be brought."
            )
            line.wrong(said % {"day": full_date(since)}, "purpose")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        return actions.add_visits(scope.target, by=scope.user, campaign=scope.year, visits=_new(lines), advance=advance)

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.take_visits_back(scope.target, by=scope.user, campaign=scope.year, visits=keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Visit.objects.visible_to(scope.user).filter(pk__in=keys).select_related("household__project")
        return {row.pk: (str(row), row.household.get_absolute_url()) for row in rows}


def _new(lines: Sequence[Line]) -> Iterator[PastVisit]:
    for line in lines:
        codes = line["purpose"].code, line["outcome"].code
        yield PastVisit(line["file"], line["at"], line["team"], *codes, line["of_companions"])


def _say_twins(line: Line, others: list[Line]) -> None:
    """Two visits to one household on a day have different times."""
    same = next(
        (other for other in others if not (line["time"] and other["time"]) or line["time"] == other["time"]), None
    )
    others.append(line)
    if same:
        said = _t(
            "Row %(row)d has a visit to this household on the same day. Delete one of the two, or write both times."
        )
        line.wrong(said % {"row": same.number}, "on")


def _say_known(line: Line, there: Sequence[_There]) -> None:
    facts = line["outcome"].code, line["purpose"].code, line["team"].pk
    for one in there:
        time = timezone.localtime(one.at).time()
        is_same_time = not line["time"] or time in (line["time"], datetime.time.min)
        line.is_known = line.is_known or (is_same_time and (one.outcome, one.purpose, one.team) == facts)
    if there and not line.is_known:
        words = {"outcome": VisitOutcome(there[0].outcome).label}
        said = _t(
            "The portal has a visit to this household on that day: %(outcome)s. If it is the same, delete the row."
        )
        line.hints.append(("on", said % words))


def _visits_there(lines: Sequence[Line], scope: Scope) -> dict[tuple[int, datetime.date], list[_There]]:
    rows = Visit.objects.valid().filter(ward_id=scope.ward_id, household__project=scope.target)
    rows = rows.filter(household__number__range=between(lines)).order_by()
    found: dict[tuple[int, datetime.date], list[_There]] = {}
    for file, at, outcome, purpose, team in rows.values_list("household", "visited_at", "outcome", "purpose", "team"):
        found.setdefault((file, timezone.localdate(at)), []).append(_There(at, outcome, purpose, team))
    return found


def _quiet_since(lines: Sequence[Line], scope: Scope) -> dict[int, datetime.date]:
    rows = Household.objects.filter(ward_id=scope.ward_id, project=scope.target, outreach=Outreach.PAUSED_ON_REQUEST)
    found = rows.filter(number__range=between(lines)).values_list("pk", "paused_on")
    return {pk: since for pk, since in found if since}
