"""From an incoming document to a unit's task: presented, an opinion given, the day by the ward's rule."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from campaigns.models import Document, Instruction, Task
from core.models import today
from deadlines.models import Calendar
from notifications.models import Event
from tests.campaigns.factories import superior_plan, ward_plan
from tests.deadlines import factories as deadlines
from tests.world import World

ANSWER = "incoming-answer"


def address(document: Document) -> str:
    return reverse("campaigns:document_instruct", args=[document.pk])


def lawful(world: World) -> None:
    for year in (today().year, today().year + 1):
        deadlines.calendar_year(world.ward, year)
    deadlines.rule(world.ward, code=ANSWER, rolls=True, legal_ref="Quy chế làm việc")


def test_a_leader_turns_an_incoming_document_into_a_task_by_the_ward_s_rule(world: World, sign_in: Callable) -> None:
    lawful(world)
    document, leader, clerk = superior_plan(world), sign_in(world.leadership), sign_in(world.records_clerk)
    assert address(document) not in leader.get("/work/").content.decode()
    clerk.post(reverse("campaigns:document_present", args=[document.pk]))
    assert address(document) in leader.get("/work/").content.decode()
    form = leader.get(address(document)).context["form"]
    due = form.initial["due_on"]
    assert due == Calendar(world.ward.pk).nearest_worked(today() + datetime.timedelta(days=10), step=1)
    assert "Quy chế làm việc" in form.fields["due_on"].help_text
    sent = {"text": "Giao Chi bộ 7 chủ trì, Chi bộ 8 phối hợp", "lead_unit": world.cell.pk}
    sent |= {"helpers": [world.cell.pk, world.other_cell.pk], "due_on": due.strftime("%d/%m/%Y")}
    leader.post(address(document), sent)
    row = Instruction.objects.get()
    assert (row.leader, row.entered_by, row.task.lead_unit, row.task.due_on) == (
        world.leadership,
        None,
        world.cell,
        due,
    )
    assert [one.unit for one in row.task.cooperating.all()] == [world.other_cell]
    assert document.summary in row.task.title
    assert address(document) not in leader.get("/work/").content.decode()
    page = clerk.get(document.get_absolute_url()).content.decode()
    assert row.task.get_absolute_url() in page
    assert "Giao Chi bộ 7 chủ trì" in page


def test_the_clerk_writes_down_what_a_leader_wrote_on_paper(world: World, sign_in: Callable) -> None:
    document, clerk = superior_plan(world), sign_in(world.records_clerk)
    missing = clerk.post(address(document), {"text": "Lưu"})
    assert "leader" in missing.context["form"].errors
    clerk.post(address(document), {"text": "Lưu", "leader": world.leadership.pk})
    row = Instruction.objects.get()
    assert (row.leader, row.entered_by, row.task) == (world.leadership, world.records_clerk, None)
    assert "ghi lại" in clerk.get(document.get_absolute_url()).content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"lead_unit": True, "due_on": ""}, "due_on"),
        ({"lead_unit": True, "due_on": "01/01/2000"}, "due_on"),
        ({"lead_unit": True, "due_on": "31/02/2026"}, "due_on"),
        ({"helpers": True}, "lead_unit"),
        ({"text": " "}, "text"),
    ],
)
def test_what_is_missing_is_said_at_its_field(world: World, sign_in: Callable, sent: dict, field: str) -> None:
    document = superior_plan(world)
    sent = {
        key: world.cell.pk if value is True else value for key, value in ({"text": "Giao thực hiện"} | sent).items()
    }
    response = sign_in(world.leadership).post(address(document), sent)
    assert field in response.context["form"].errors
    assert not Instruction.objects.exists()


def test_a_document_of_no_year_gets_an_opinion_and_no_task(world: World, sign_in: Callable) -> None:
    document = superior_plan(world)
    Document.objects.filter(pk=document.pk).update(campaign=None)
    response = sign_in(world.leadership).post(address(document), {"text": "Lưu", "lead_unit": world.cell.pk})
    assert response.status_code == 302
    assert Instruction.objects.get().task is None


def test_only_what_came_in_is_presented_and_only_once(world: World, sign_in: Callable) -> None:
    clerk, incoming = sign_in(world.records_clerk), superior_plan(world)
    url = reverse("campaigns:document_present", args=[incoming.pk])
    clerk.post(url)
    assert "đã nhận" in clerk.post(url, follow=True).content.decode()
    assert Event.objects.about(incoming).filter(kind="campaigns.document.presented").count() == 1
    own = ward_plan(world)
    assert clerk.post(reverse("campaigns:document_present", args=[own.pk])).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=own.pk).update(presented_on=today())
