from typing import Any

from core import tables
from intake import actions
from intake.models import Batch
from tests.access_rules import Line
from tests.clearance.access_table import scene
from tests.intake import files
from tests.world import World

DENIED = {"leadership", "campaign_officer", "head", "superior_viewer"}
WRONG = [files.HEADINGS, [1, "Lê Thị Hoa", "", ""]]


def project(world: World) -> dict[str, Any]:
    return {"for": scene(world)["project"].pk}


def of_households(_world: World) -> list[Any]:
    return ["households"]


def brought(world: World, rows: list[list[Any]], *, taken: bool = False) -> list[Any]:
    scene(world)
    by = world.clearance_officer
    scope = Batch(kind="households", ward=world.ward, target=project(world)["for"]).scope(by)
    batch = actions.begin("households", scope, tables.accept(files.upload(files.xlsx(rows))), by=by)
    if not actions.standing(batch, scope).asks:
        actions.check(batch, scope, by=by)
    if taken:
        actions.take(batch, scope, by=by)
    return [batch.pk]


def asking(world: World) -> list[Any]:
    return brought(world, [["Mã", "Tên", "Nơi"], [901, "Lê Thị Hoa", "Số 1"]])


def right(world: World) -> list[Any]:
    return brought(world, files.households(3, since=901))


def wrong(world: World) -> list[Any]:
    return brought(world, WRONG)


def taken(world: World) -> list[Any]:
    return brought(world, files.households(3, since=901), taken=True)


def officer(name: str, **more: Any) -> Line:
    return Line(name, **{"may": {"clearance_officer"}, "denied": DENIED} | more)


LINES = [
    Line("intake:batch_list", may={"clearance_officer"}, denied={"superior_viewer", "head", "leadership"}),
    officer("intake:batch_new", args=of_households, data=project),
    officer("intake:template", args=of_households, data=project),
    officer("intake:batch_detail", args=wrong),
    officer("intake:batch_detail", args=taken),
    officer("intake:batch_ask", args=asking),
    officer("intake:batch_mend", args=wrong),
    officer("intake:batch_rows", args=taken),
    officer("intake:batch_check", args=right, method="post", code=302),
    officer("intake:batch_take", args=right, method="post", code=302),
    officer("intake:batch_take_back", args=taken, method="post", code=302),
    officer("intake:batch_cancel", args=wrong, method="post", code=302),
]
