import uuid
from typing import Any

from beautification.choices import CleanupState, HolidayDecision
from beautification.models import CheckinCode, CriteriaSet, Photo, PhotoPair, Scan
from core.files import accept
from tests.access_rules import Line
from tests.beautification import factories as make
from tests.clearance.photos import photo as small_photo
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


def code(world: World) -> list[Any]:
    row = make.cleanup(make.street(world), state=CleanupState.OPEN)
    return [CheckinCode.of(row).token]


def scan(world: World) -> list[Any]:
    row = make.cleanup(make.street(world), state=CleanupState.OPEN)
    Scan.check_in(row, device="one", unit=world.cell)
    return [row.street.slug, row.original_on.isoformat(), row.scans.get().pk]


def scan_session(world: World) -> list[Any]:
    return scan(world)[:2]


def pair(world: World, *, whole: bool = False) -> list[Any]:
    return [photo(world, whole=whole).pair.pk]


def photo(world: World, *, whole: bool = False) -> Photo:
    row = make.cleanup(make.street(world), state=CleanupState.OPEN)
    made = PhotoPair(ward=world.ward, street=row.street, cleanup=row, spot="Đầu ngõ 12")
    for moment in ("before", "after") if whole else ("before",):
        made.add(accept(small_photo()), moment=moment, by=None, client_id=uuid.uuid4())
    return made.photos.first()


def hidden(world: World) -> list[Any]:
    row = photo(world, whole=True).pair
    row.clear(by=world.campaign_officer)
    return [row.pk]


def shown_photo(world: World) -> int:
    row = photo(world, whole=True)
    row.pair.clear(by=world.campaign_officer)
    return row.pk


def edition(world: World) -> list[Any]:
    """Of this world, made once: several lines may be tried in one world."""
    return [(CriteriaSet.objects.filter(ward=world.ward).first() or make.criteria(world)).pk]


def to_assess(world: World) -> list[Any]:
    edition(world)
    return slug(world)


def assessed(world: World) -> Any:
    edition(world)
    return make.assessment(make.street(world))


def assessment(world: World) -> list[Any]:
    row = assessed(world)
    return [row.street.slug, row.pk]


def result(world: World) -> list[Any]:
    row = assessed(world)
    return [row.street.slug, row.results.first().pk]


def evidence(world: World) -> list[Any]:
    row = assessed(world).results.first()
    row.add_evidence([accept(small_photo())], by=world.campaign_officer)
    return [row.evidence.get().pk]


def kind(world: World) -> list[Any]:
    return [make.defect(make.street(world)).kind_id]


def defect(world: World, *, mended: bool = False) -> list[Any]:
    row = make.defect(make.street(world))
    if mended:
        row.mend(by=None, on=make.days(0), reason="Đã dọn")
    return [row.pk]


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
    Line(
        "beautification:public_street",
        args=lambda world: [world.ward.slug, *slug(world)],
        may={"head", "stranger", "superior_viewer"},
        public=True,
        why="it says where and when, and names nobody",
    ),
    Line(
        "beautification:public_photo",
        args=lambda world: [world.ward.slug, shown_photo(world)],
        may={"head", "stranger", "superior_viewer"},
        public=True,
        why="the officer has looked at it and shown it to everybody",
    ),
    Line("beautification:year_plan", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:rotation_new", may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line(
        "beautification:cleanup_paper",
        may=RUNNERS | {"neighbour", "field_member"},
        denied=READERS - {"neighbour"} | {"superior_viewer"},
    ),
    Line("beautification:street_list", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:street_new", may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line("beautification:street_detail", args=slug, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:street_edit", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:street_take_up", args=other_year, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:series_new", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:series_edit", args=series, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:line_draw", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:line_wipe", args=slug, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:street_turnout", args=slug, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:kind_new", may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line("beautification:kind_edit", args=kind, may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line("beautification:defect_list", may=RUNNERS | READERS | UNSEEN),
    Line(
        "beautification:defect_new",
        args=slug,
        may=RUNNERS | {"neighbour"},
        denied=READERS - {"neighbour"},
        unseen=UNSEEN,
    ),
    Line("beautification:defect_detail", args=defect, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:defect_hand", args=defect, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:defect_mend", args=defect, may=RUNNERS, denied=READERS, unseen=UNSEEN),
    Line(
        "beautification:defect_reopen",
        args=lambda w: defect(w, mended=True),
        may=RUNNERS | {"neighbour"},
        denied=READERS - {"neighbour"},
        unseen=UNSEEN,
    ),
    Line("beautification:criteria", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:criteria_new", may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line(
        "beautification:criteria_propose",
        may=OFFICER,
        denied=READERS | {"head", "field_member"},
        method="post",
        code=302,
    ),
    Line("beautification:criteria_verify", args=edition, may=OFFICER, denied=READERS | {"head", "field_member"}),
    Line("beautification:result_list", may=RUNNERS | READERS | UNSEEN),
    Line("beautification:assessment_list", args=slug, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:assessment_new", args=to_assess, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:assessment_detail", args=assessment, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:assessment_edit", args=assessment, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:evidence_new", args=result, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:evidence_file", args=evidence, may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:evidence_remove", args=evidence, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
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
    on_day("needs", session(days=3), may=RUNNERS),
    Line(
        "beautification:cleanup_reply",
        args=session(days=3),
        may=RUNNERS | {"neighbour"},
        denied=READERS - {"neighbour"},
        unseen=UNSEEN,
    ),
    Line("beautification:cleanup_lead", args=session(days=3), may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    on_day("code", session(days=3), may=RUNNERS),
    Line("beautification:cleanup_sheet", args=session(days=3), may=RUNNERS | READERS, unseen=UNSEEN),
    on_day("scans", scan_session, may=RUNNERS),
    Line(
        "beautification:scan_remove",
        args=scan,
        may=RUNNERS,
        denied=READERS,
        unseen=UNSEEN,
        method="post",
        code=302,
    ),
    on_day("photo", session(CleanupState.OPEN), may=RUNNERS),
    Line("beautification:series_needs", args=series, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:photo_file", args=lambda w: [photo(w).pk], may=RUNNERS | READERS, unseen=UNSEEN),
    Line("beautification:pair_clear", args=pair, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line(
        "beautification:pair_hide",
        args=hidden,
        may=OFFICER,
        denied=READERS | {"head"},
        unseen=UNSEEN,
        method="post",
        code=302,
    ),
    Line("beautification:pair_remove", args=pair, may=RUNNERS, denied=READERS, unseen=UNSEEN),
    Line(
        "beautification:checkin_find",
        may={"head", "stranger", "superior_viewer"},
        public=True,
        why="who comes to a clean-up has no account",
    ),
    Line(
        "beautification:checkin",
        args=code,
        may={"head", "stranger", "superior_viewer"},
        public=True,
        why="the code is good on its day alone, and nobody is named",
    ),
    Line("beautification:cleanup_decide", args=undecided, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
    Line("beautification:cleanup_reopen", args=cancelled, may=OFFICER, denied=READERS | {"head"}, unseen=UNSEEN),
]
