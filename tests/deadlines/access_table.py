import datetime

from core.models import today
from deadlines.models import Blackout
from tests.access_rules import Line
from tests.campaigns.factories import superior_plan
from tests.deadlines import factories as make
from tests.world import World

EDITORS = {"administrator", "campaign_officer"}
READERS = {"head", "field_member", "superior_viewer", "supervisor", "clearance_officer", "leadership"}


def year(world: World) -> list[int]:
    make.calendar_year(world.ward)
    return [today().year]


def day(world: World) -> list[int]:
    return [make.day_off(world.ward, datetime.date(today().year, 4, 30)).pk]


def swap(world: World) -> list[int]:
    return [make.swap(world.ward, datetime.date(2026, 8, 31), datetime.date(2026, 8, 22)).pk]


def rule(world: World) -> list[int]:
    return [make.rule(world.ward).pk]


def blackout(world: World) -> list[int]:
    Blackout.propose(world.ward, by=None)
    return [Blackout.objects.filter(ward=world.ward).values_list("pk", flat=True)[0]]


def deadline(world: World) -> list[int]:
    """Of an incoming document, paused nowhere."""
    for year in (today().year, today().year + 1):
        make.calendar_year(world.ward, year)
    row = make.rule(world.ward, pausable=True)
    return [superior_plan(world).count_deadline(by=world.records_clerk, rule=row, on=today()).pk]


CLERKS = {"records_clerk", "campaign_officer"}
LINES = [
    Line("deadlines:year_list", may=EDITORS | READERS),
    Line("deadlines:day_marks", may=EDITORS | READERS),
    Line("deadlines:year_new", may=EDITORS, denied=READERS),
    Line("deadlines:year_detail", args=year, may=EDITORS | READERS),
    Line("deadlines:year_confirm", args=year, may=EDITORS, denied=READERS),
    Line("deadlines:day_new", args=year, may=EDITORS, denied=READERS),
    Line("deadlines:day_edit", args=day, may=EDITORS, denied=READERS),
    Line("deadlines:day_delete", args=day, may=EDITORS, denied=READERS),
    Line("deadlines:swap_list", may=EDITORS | READERS),
    Line("deadlines:swap_new", may=EDITORS, denied=READERS),
    Line("deadlines:swap_edit", args=swap, may=EDITORS, denied=READERS),
    Line("deadlines:swap_delete", args=swap, may=EDITORS, denied=READERS),
    Line("deadlines:rule_list", may=EDITORS | READERS),
    Line("deadlines:rule_propose", method="post", code=302, may=EDITORS, denied=READERS),
    Line("deadlines:rule_verify", args=rule, may=EDITORS, denied=READERS),
    Line("deadlines:blackout_verify", args=blackout, may=EDITORS, denied=READERS),
    Line(
        "deadlines:deadline_list",
        may=CLERKS | {"leadership", "head", "supervisor"},
        denied={"field_member", "superior_viewer"},
    ),
    Line(
        "deadlines:deadline_detail",
        args=deadline,
        may=CLERKS | {"leadership", "head", "supervisor"},
        unseen={"field_member", "superior_viewer"},
    ),
    *(
        Line(
            f"deadlines:deadline_{name}",
            args=deadline,
            may=CLERKS,
            denied={"leadership", "head"},
            unseen={"field_member", "superior_viewer"},
        )
        for name in ("pause", "resume", "meet")
    ),
    Line(
        "deadlines:deadline_recalculate",
        args=deadline,
        method="post",
        code=302,
        may=CLERKS,
        denied={"leadership", "head"},
        unseen={"field_member"},
    ),
]
