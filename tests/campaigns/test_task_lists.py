"""Lists of tasks that come in as files."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Task
from core.dates import full_date
from intake.models import Batch
from tests import factories as make
from tests.intake.files import act, bring
from tests.world import World

HEADINGS = ["Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Phối hợp", "Chỉ tiêu", "ĐVT"]


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.campaign_officer)


def test_tasks_are_given_to_their_units_and_taken_back_until_one_is_begun(client: Client, world: World) -> None:
    due = make.worked(world.campaign.closes_on, -1)
    rows = [
        ["Rà soát hộ khó khăn", "chi bo 7", due, "Chi bộ 8; Tổ dân vận số 1", 40, "hộ"],
        ["Họp chi bộ", "Chi bộ 8", full_date(due), "", "", ""],
    ]
    batch = bring(client, "tasks", [HEADINGS, *rows])
    assert (batch.new_count, batch.wrong_count) == (2, 0)
    assert act(client, batch, "take") == "done"
    task = Task.objects.get(title="Rà soát hộ khó khăn")
    assert (task.lead_unit, task.due_on, task.target_value) == (world.cell, due, 40)
    assert {row.unit for row in task.cooperating.all()} == {world.other_cell, world.team}
    assert bring(client, "tasks", [HEADINGS, *rows]).known_count == 2
    other = Task.objects.get(title="Họp chi bộ")
    other.acknowledge(by=world.neighbour)
    assert act(client, batch, "take_back") == "done"
    assert act(client, bring(client, "tasks", [HEADINGS, ["Việc khác", "Chi bộ 7", due]]), "take") == "done"
    assert act(client, Batch.objects.latest("pk"), "take_back") == "withdrawn"
    assert Task.objects.get(title="Việc khác").state == "cancelled"


def test_what_does_not_fit_is_told(client: Client, world: World) -> None:
    beyond = world.campaign.closes_on.replace(year=world.campaign.closes_on.year + 1)
    rows = [
        ["Một", "Chi bộ 77", world.campaign.closes_on],
        ["Hai", "Chi bộ 7", beyond],
        ["Ba", "Chi bộ 7", "31/02/2026"],
        ["Bốn", "Chi bộ 7", world.campaign.closes_on, "Chi bộ 8; Hội lạ", "", ""],
        ["Năm", "Chi bộ 7", world.campaign.closes_on, "", 12, ""],
    ]
    batch = bring(client, "tasks", [HEADINGS, *rows])
    assert sorted(batch.messages.filter(is_hint=False).values_list("row", flat=True)) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("person", ["clearance_officer", "leadership", "head"])
def test_who_gives_no_tasks_brings_no_list_of_them(world: World, sign_in: Callable, person: str) -> None:
    assert sign_in(world.people[person]).get(reverse("intake:batch_new", args=["tasks"])).status_code == 403
