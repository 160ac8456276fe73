"""Clearance rows for tests. Every name and address is invented."""

import datetime
import uuid
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Unit, User
from campaigns.choices import UndertakingKind
from campaigns.models import Campaign
from clearance import actions
from clearance.choices import DialogueState, Purpose, Shape, VisitOutcome
from clearance.models import (
    Dialogue,
    DialogueMinutes,
    Grievance,
    Household,
    Invitation,
    LandKind,
    Plot,
    PrivacyRequest,
    Project,
    Question,
    Visit,
    people,
)
from clearance.tracks import Door
from core.models import today
from deadlines.models import CalendarYear, DeadlineRule
from tests import factories as make
from tests.world import World

_number = count(7001)  # far from the numbers that tests type
NAMES = ["Nguyễn Văn Thử", "Trần Thị Mẫu", "Lê Văn Giả", "Phạm Thị Định"]


def project(campaign: Campaign, host: Unit, **fields: Any) -> Project:
    n = next(_number)
    undertaking = fields.pop("undertaking", None) or make.undertaking(
        campaign, UndertakingKind.CLEARANCE, valid_from=datetime.date(2020, 1, 1)
    )
    defaults = {"name": f"Dự án thử {n}", "slug": f"du-an-thu-{n}", "shape": Shape.WARD_CARRIES}
    return Project.objects.create(
        **{"ward": campaign.ward, "undertaking": undertaking, "host": host} | defaults | fields
    )


def households(project: Project, campaign: Campaign, amount: int, team: Unit | None = None) -> list[Household]:
    first = 1 + (project.households.count())
    new = [actions.NewHousehold(n, f"{NAMES[n % 4]} {n}", f"Ngõ {n}, đường Thử") for n in range(first, first + amount)]
    on = today() - datetime.timedelta(days=90)
    files = actions.add_households(project, by=None, campaign=campaign, households=new, team=team, on=on)
    rows = list(Household.objects.filter(ward=campaign.ward, pk__in=files).order_by("number"))
    for row in rows:
        row.project = project
    return rows


def household(project: Project, campaign: Campaign, team: Unit | None = None) -> Household:
    return households(project, campaign, 1, team)[0]


def visit(household: Household, campaign: Campaign, team: Unit, **fields: Any) -> Visit:
    defaults = {
        "by": None,
        "client_id": uuid.uuid4(),
        "visited_at": timezone.now(),
        "purpose": Purpose.EXPLAIN,
        "outcome": VisitOutcome.MET_HEAD,
    }
    return actions.record_visit(household, campaign=campaign, team=team, **defaults | fields)


def at(days: int, hour: int = 9) -> datetime.datetime:
    """A moment so many days from today."""
    day = today() + datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def dialogue(project: Project, campaign: Campaign, days: int = 7, **fields: Any) -> Dialogue:
    defaults = {"host": project.host, "held_on": today() + datetime.timedelta(days=days), "place": "Hội trường thử"}
    row = Dialogue(ward=project.ward, project=project, **defaults | fields)
    row.plan(by=None, campaign=campaign)
    return row


def invited_dialogue(project: Project, campaign: Campaign, days: int = 7, **fields: Any) -> Dialogue:
    """With an invitation for every household of the project."""
    row = dialogue(project, campaign, days, **fields)
    row.invite(by=None, campaign=campaign, households=row.to_invite())
    return row


def held_dialogue(project: Project, campaign: Campaign, days: int = -3, **fields: Any) -> Dialogue:
    row = dialogue(project, campaign, days, **fields)
    row.hold(by=None, campaign=campaign, on=row.held_on)
    assert row.state == DialogueState.HELD
    return row


def minutes(project: Project, campaign: Campaign, closed_by: User | None = None) -> Dialogue:
    """A held conference with minutes."""
    dialogue = held_dialogue(project, campaign)
    row = DialogueMinutes(ward=project.ward, dialogue=dialogue, chair="Ông Chủ Tọa", secretary="Bà Thư Ký")
    row.write(by=None, campaign=campaign)
    if closed_by:
        DialogueMinutes.objects.filter(pk=row.pk).update(
            closed_at=timezone.now(), closed_by=closed_by, was_read_back=True
        )
    return dialogue


def invitation(dialogue: Dialogue, household: Household, **fields: Any) -> Invitation:
    row = Invitation.to(dialogue, household=household, **fields)
    row.save()
    return row


def question(household: Household, campaign: Campaign, owner: Unit, **fields: Any) -> Question:
    defaults = {"text": "Bao giờ công bố phương án?", "due_on": today() + datetime.timedelta(days=5)}
    row = Question(ward=household.ward, household=household, owner=owner, **defaults | fields)
    row.ask(by=None, campaign=campaign)
    return row


def scene(world: World, households_of_cell: int = 2) -> dict[str, Any]:
    """A project with households of `world.cell`, of `world.team` and of the neighbour, one each beyond the cell's."""
    row = project(world.campaign, world.superior, name="Cụm trường học thử", slug="cum-truong-thu")
    of_cell = households(row, world.campaign, households_of_cell, world.cell)
    of_team = household(row, world.campaign, world.team)
    of_neighbour = household(row, world.campaign, world.other_cell)
    return {"project": row, "of_cell": of_cell, "of_team": of_team, "of_neighbour": of_neighbour}


def land_kind(world: World, code: str = "ODT", **fields: Any) -> LandKind:
    defaults = {
        "name": f"Đất thử {code}",
        "group": "other",
        "source": "Luật thử",
        "valid_from": datetime.date(2020, 1, 1),
    }
    return LandKind.objects.create(**{"ward": world.ward, "code": code} | defaults | fields)


def plot(household: Household, campaign: Campaign, sheet: str = "12", number: str = "", **fields: Any) -> Plot:
    """A plot that the household holds."""
    new = actions.NewPlot(sheet, number or str(next(_number)), **fields)
    on = actions.since_list(household.project)
    return actions.enter_plot(household, by=None, campaign=campaign, plot=new, on=on).plot


def grievance(world: World, sorted_as: str = "", **fields: Any) -> Grievance:
    """Received today; sorted_as: a track of the ward's own, by rules of which nobody said that they are right."""
    defaults = {"door": Door.COUNTER, "name": "Nguyễn Thị Thử", "address_line": "Ngõ 5, đường Thử"}
    row = Grievance(ward=world.ward, **defaults | {"text": "Đèn đường hỏng đã hai tuần."} | fields)
    row.receive(by=world.grievance_officer)
    if sorted_as:
        clocks(world)
        row.sort(by=world.grievance_officer, track=sorted_as, summary="Đèn đường")
    return row


def clocks(world: World) -> None:
    """The ward's rules, and the calendar of this year with its neighbours."""
    DeadlineRule.propose(world.ward, by=None)
    for year in range(today().year - 1, today().year + 2):
        if not CalendarYear.objects.filter(ward=world.ward, year=year).exists():
            CalendarYear.propose(world.ward, year, None)


PEOPLE: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "member": (people.Member, {"name": "Trần Thị Con", "relation": "con"}),
    "authorisation": (people.Authorisation, {"name": "Lê Văn Thay", "paper": "215/2026"}),
    "asset": (people.Asset, {"kind": "house", "what": "Nhà hai tầng", "quantity": 80, "unit": "m²"}),
    "need": (people.Need, {"text": "Bà cụ không đi lại được"}),
}


def people_row(household: Household, campaign: Campaign, kind: str, **fields: Any) -> Any:
    model, defaults = PEOPLE[kind]
    row = model(ward=household.ward, household=household, **defaults | fields)
    row.record(by=None, campaign=campaign)
    return row


def privacy_request(world: World, kind: str = "see", **fields: Any) -> PrivacyRequest:
    """Received today at the counter."""
    defaults = {"name": "Nguyễn Thị Hỏi", "text": "Cho tôi xem dữ liệu của tôi"}
    row = PrivacyRequest(ward=world.ward, kind=kind, **defaults | fields)
    row.receive(by=world.administrator)
    return row
