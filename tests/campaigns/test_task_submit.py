from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Task, TaskProgress
from core.models import today
from tests import factories as make
from tests.campaigns.factories import days_ago, upload
from tests.world import World


@pytest.fixture
def task(world: World) -> Task:
    return make.task(world.campaign, world.cell, evidence_needed=["file"])


def day(days: int = 0) -> str:
    return days_ago(days).strftime("%d/%m/%Y")


def test_the_unit_reports_with_one_note_and_a_photo(world: World, task: Task, sign_in: Callable) -> None:
    data = {"note": "Đã họp tổ dân phố", "files": [upload()], "on": day()}
    response = sign_in(world.head).post(f"/tasks/{task.pk}/submit/", data)
    assert response.status_code == 302
    task.refresh_from_db()
    assert task.state == "submitted"
    assert task.progress.get().note == "Đã họp tổ dân phố"
    assert task.evidence.get().original_name == "bien-ban.pdf"


def test_missing_evidence_is_said_and_the_note_stays(world: World, task: Task, sign_in: Callable) -> None:
    response = sign_in(world.head).post(f"/tasks/{task.pk}/submit/", {"note": "Đã họp", "on": day()})
    assert "minh chứng" in str(response.context["form"].errors["files"])
    assert "Đã họp" in response.content.decode()
    task.refresh_from_db()
    assert task.state == "assigned"


def test_a_day_before_the_last_step_is_refused(world: World, task: Task, sign_in: Callable) -> None:
    data = {"note": "Đã họp", "files": [upload()], "on": day(3)}
    response = sign_in(world.head).post(f"/tasks/{task.pk}/submit/", data)
    assert day() in str(response.context["form"].errors["on"])


def test_reporting_twice_is_told(world: World, task: Task, sign_in: Callable) -> None:
    client, data = sign_in(world.head), {"note": "Xong", "files": [upload()], "on": day()}
    client.post(f"/tasks/{task.pk}/submit/", data)
    again = client.post(f"/tasks/{task.pk}/submit/", {"note": "Xong", "on": day()})
    assert again.status_code == 403
    assert "Chờ nghiệm thu" in again.content.decode()


def test_the_officer_accepts(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Xong")
    client = sign_in(world.campaign_officer)
    assert "Nghiệm thu nhiệm vụ" in client.get(task.get_absolute_url()).content.decode()
    client.post(f"/tasks/{task.pk}/accept/")
    task.refresh_from_db()
    assert (task.state, task.done_on) == ("done", today())


def test_the_unit_reads_why_a_task_came_back(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Xong")
    due = f"{task.due_after_return(today()):%d/%m/%Y}"
    sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/return/", {"reason": "Thiếu biên bản họp", "due_on": due})
    task.refresh_from_db()
    page = sign_in(world.head).get(task.get_absolute_url()).content.decode()
    assert task.state == "doing"
    assert "Thiếu biên bản họp" in page
    assert "Báo đã làm" in page


def test_a_return_needs_its_reason(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Xong")
    response = sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/return/", {"reason": " "})
    assert "reason" in response.context["form"].errors


def test_progress_counts_to_the_target(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell, target_value=11, target_unit="hộ")
    client = sign_in(world.head)
    client.post(f"/tasks/{task.pk}/progress/", {"value": "7", "note": "", "on": day()})
    client.post(f"/tasks/{task.pk}/progress/", {"value": "9", "note": "Thêm hai hộ", "on": day()})
    page = client.get(task.get_absolute_url())
    assert page.context["reached"] == 9
    assert "9/11" in page.content.decode()
    task.refresh_from_db()
    assert task.state == "doing"


def test_progress_of_a_measured_target_has_decimals(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell, target_value="1.5", target_unit="ha")
    client = sign_in(world.head)
    client.post(f"/tasks/{task.pk}/progress/", {"value": "0,75", "note": "", "on": day()})
    page = client.get(task.get_absolute_url()).content.decode()
    assert "0,75/1,5 ha" in page
    assert 'value="0.75" max="1.50"' in page
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskProgress.objects.create(ward=world.ward, task=task, on=today(), value=-1)


def test_progress_that_says_nothing_is_refused(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell, target_value=11, target_unit="hộ")
    response = sign_in(world.head).post(f"/tasks/{task.pk}/progress/", {"value": "", "note": "", "on": day()})
    assert "note" in response.context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskProgress.objects.create(ward=world.ward, task=task, on=today())


def test_an_officer_is_told_and_marked_as_entering_for_the_unit(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    client = sign_in(world.campaign_officer)
    assert "nhập thay Chi bộ 7" in client.get(f"/tasks/{task.pk}/submit/").content.decode()
    client.post(f"/tasks/{task.pk}/submit/", {"note": "Bí thư báo qua điện thoại", "on": day()})
    assert "nhập thay Chi bộ 7" in client.get(task.get_absolute_url()).content.decode()


def test_cancelling_needs_a_reason_which_the_page_shows(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/cancel/", {"reason": "Giao trùng"})
    assert "Giao trùng" in sign_in(world.head).get(task.get_absolute_url()).content.decode()


def test_a_changed_task_keeps_its_helpers_and_target(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    data = {
        "title": "Vận động hộ dân",
        "due_on": f"{make.worked(days_ago(-3)):%d/%m/%Y}",
        "priority": "1",
        "target_value": "11",
        "target_unit": "hộ",
        "helpers": [world.front.pk],
        "person": world.head.pk,
    }
    response = sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/edit/", data)
    assert response.status_code == 302
    task.refresh_from_db()
    assert (task.title, task.target_value, task.person) == ("Vận động hộ dân", 11, world.head)
    assert [row.unit for row in task.cooperating.all()] == [world.front]


def test_a_target_without_its_unit_is_refused(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    data = {
        "title": "Vận động",
        "due_on": f"{make.worked(days_ago(-3)):%d/%m/%Y}",
        "priority": "1",
        "target_value": "11",
        "target_unit": "",
    }
    response = sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/edit/", data)
    assert response.context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(target_value=11)


def test_a_cooperating_unit_sees_the_task_and_can_not_report_it(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    task.edit(by=world.campaign_officer, helpers=[world.other_cell], title=task.title)
    client = sign_in(world.neighbour)
    assert client.get(task.get_absolute_url()).status_code == 200
    assert client.get(f"/tasks/{task.pk}/submit/").status_code == 403
