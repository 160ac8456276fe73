from typing import Any

from beautification.choices import CleanupState, HolidayDecision
from tests.access_rules import Line
from tests.beautification import factories as make
from tests.world import World

OFFICER = {"campaign_officer"}
RUNNERS = OFFICER | {"head"}  # head leads the cell that leads the street
READERS = {"neighbour", "leadership", "supervisor", "administrator", "clearance_officer"}
UNSEEN = {"superior_viewer", "field_member"}  # the team has nothing to do with the street


def slug(world: World) -> list[Any]:
    return [make.street(world).slug]


def series(world: World) -> list[Any]:
    row = make.series(make.street(world))
    return [row.street.slug, row.pk]


def other_year(world: World) -> list[Any]:
    row = make.street(world)
    row.undertaking.foci.all().delete()
    return [row.slug]


def session(state: str = CleanupState.PLANNED, days: int = 0, count: int = 0, **fields: Any) -> Any:
    def build(world: World) -> list[Any]:
        row = make.cleanup(make.street(world), make.days(days), state=state, **fields)
        if count:
            make.turnout(row, count)
        return [row.street.slug, row.original_on.isoformat()]

    return build


undecided = session(days=10, holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
cancelled = session(CleanupState.CANCELLED, reason="Mưa to")


def on_day(name: str, args: Any, **more: Any) -> Line:
    return Line(f"beautification:cleanup_{name}", args=args, denied=READERS, unseen=UNSEEN, **more)


LINES = [
    Line(
        "beautification:public_street_feed",
        args=lambda world: [world.ward.slug, *slug(world)],
        may={"head", "stranger", "superior_viewer"},
        public=True,
        why="it says where and when, and names nobody",
    ),
    Line("beautification:street_list", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:street_new", may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line("beautification:street_detail", args=slug, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:street_edit", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:street_take_up", args=other_year, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:series_new", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:series_edit", args=series, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:cleanup_list", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:cleanup_new", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:cleanup_detail", args=session(), may=RUNNERS | READERS, unseen=UNSEEN),
    on_day("confirm", session(days=3), may=RUNNERS, method="post", code=302),
    on_day("open", session(), may=RUNNERS, method="post", code=302),
    on_day("tally", session(CleanupState.OPEN), may=RUNNERS, method="post", data=lambda w: {"more": "0"}, code=302),
    on_day("count", session(CleanupState.OPEN), may=RUNNERS),
    on_day("close", session(CleanupState.OPEN, count=9), may=RUNNERS),
    on_day("postpone", session(days=3), may=RUNNERS),
    on_day("cancel", session(), may=RUNNERS),
    Line("beautification:cleanup_decide", args=undecided, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:cleanup_reopen", args=cancelled, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
]
