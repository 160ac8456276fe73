import datetime
from collections.abc import Callable

from django.utils import timezone

from campaigns.models import Task
from core.models import today
from notifications.models import Message, ReminderRule
from tests import factories as make
from tests.campaigns.factories import days_ago
from tests.query_baseline import QueryBaseline
from tests.world import World


def one_of_each(world: World) -> dict[str, Task]:
    later = {"due_on": days_ago(-30)}
    tasks = {
        "late": make.task(world.campaign, world.cell, title="Báo cáo quý", due_on=days_ago(2)),
        "week": make.task(world.campaign, world.other_cell, title="Gặp lại hộ", due_on=days_ago(-2)),
        "submitted": make.task(world.campaign, world.cell, title="Phổ biến kế hoạch", due_on=days_ago(5)),
        "later": make.task(world.campaign, world.front, title="Tổng kết", **later),
        "done": make.task(world.campaign, world.cell, title="Đăng ký mô hình", **later),
        "cancelled": make.task(world.campaign, world.cell, title="Việc giao trùng", **later),
    }
    tasks["submitted"].submit(by=world.head, note="Xong")
    tasks["done"].submit(by=world.head, note="Xong")
    tasks["done"].accept(by=world.campaign_officer)
    tasks["cancelled"].cancel(by=world.campaign_officer, reason="Trùng")
    return tasks


def test_what_needs_action_comes_first(world: World, sign_in: Callable) -> None:
    tasks = one_of_each(world)
    page = sign_in(world.campaign_officer).get("/tasks/")
    assert list(page.context["page"]) == [tasks[name] for name in ("late", "week", "submitted", "later")]


def test_each_tab_shows_as_many_rows_as_it_says(world: World, sign_in: Callable) -> None:
    one_of_each(world)
    client = sign_in(world.campaign_officer)
    for tab in client.get("/tasks/").context["tabs"]:
        assert len(client.get(f"/tasks/?{tab['query']}").context["page"]) == tab["count"], tab


def test_filters_agree_with_the_address(world: World, sign_in: Callable) -> None:
    tasks = one_of_each(world)
    client = sign_in(world.campaign_officer)
    late = client.get("/tasks/?state=late&unit=chi-bo-7").context["page"]
    assert list(late) == [tasks["late"]]
    assert list(client.get("/tasks/?q=gap lai ho").context["page"]) == [tasks["week"]]
    work = make.undertaking(world.campaign, name="Phố Trạm", slug="pho-tram")
    Task.objects.filter(pk=tasks["week"].pk).update(undertaking=work)
    assert list(client.get("/tasks/?undertaking=pho-tram").context["page"]) == [tasks["week"]]


def test_a_filter_without_hits_offers_the_way_back(world: World, sign_in: Callable) -> None:
    one_of_each(world)
    assert "Bỏ lọc" in sign_in(world.campaign_officer).get("/tasks/?q=khong co").content.decode()


def test_a_unit_reads_its_answer_in_the_title(world: World, sign_in: Callable) -> None:
    tasks = one_of_each(world)
    client = sign_in(world.head)
    page = client.get("/tasks/")
    assert "Chi bộ 7 còn 1 việc quá hạn" in page.content.decode()
    assert tasks["week"] not in page.context["page"]
    tasks["late"].submit(by=world.head, note="Xong")
    assert "Chi bộ 7 không có việc quá hạn" in client.get("/tasks/").content.decode()


def test_a_unit_reports_from_its_list_and_others_do_not(world: World, sign_in: Callable) -> None:
    tasks = one_of_each(world)
    address = f"/tasks/{tasks['late'].pk}/submit/"
    assert address in sign_in(world.head).get("/tasks/").content.decode()
    assert f"/tasks/{tasks['submitted'].pk}/submit/" not in sign_in(world.head).get("/tasks/").content.decode()
    assert address not in sign_in(world.campaign_officer).get("/tasks/").content.decode()


def test_the_office_sees_the_last_reminder(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    rule = ReminderRule.objects.create(
        ward=world.ward, code="due", source="campaigns.task.due", anchor="due_on", local_time="08:00"
    )
    at = timezone.make_aware(datetime.datetime(2026, 4, 11, 8))
    Message.objects.create(
        ward=world.ward,
        rule=rule,
        user=world.head,
        channel="in_app",
        words="campaigns.task.due",
        dedupe_key="thu",
        subject_type="campaigns.task",
        subject_id=task.pk,
        not_before=at,
        expires_at=at,
        state="sent",
        sent_at=at,
        provider_id="1",
    )
    assert "11/04" in sign_in(world.campaign_officer).get("/tasks/").content.decode()


def test_the_list_of_a_past_day_shows_that_days_states(world: World, sign_in: Callable) -> None:
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Cũ", due_on=days_ago(20))
    task.assign(by=world.campaign_officer, on=days_ago(30))
    task.submit(by=world.head, on=days_ago(10), note="Xong")
    task.accept(by=world.campaign_officer, on=days_ago(5))
    client = sign_in(world.campaign_officer)

    def rows(days: int, state: str) -> list[Task]:
        return list(client.get("/tasks/", {"on": days_ago(days).isoformat(), "state": state}).context["page"])

    assert rows(31, "all") == []
    assert rows(25, "open") == [task]
    assert rows(15, "late") == [task]
    assert rows(7, "submitted") == [task]
    assert rows(5, "done") == [task]
    page = client.get("/tasks/", {"on": days_ago(15).isoformat(), "state": "late"}).content.decode()
    assert f"Số liệu tới {days_ago(15):%d/%m/%Y}" in page
    assert "Quá hạn 5 ngày" in page


def test_a_day_that_is_none_is_not_found(world: World, sign_in: Callable) -> None:
    assert sign_in(world.campaign_officer).get("/tasks/?on=hom-qua").status_code == 404


def test_unreadable_filters_list_nothing_and_the_last_page_stands_for_those_behind(
    world: World, sign_in: Callable
) -> None:
    make.task(world.campaign, world.cell)
    client = sign_in(world.campaign_officer)
    assert len(client.get("/tasks/?page=99").context["page"]) == 1
    page = client.get("/tasks/?unit=no-such")
    assert not page.context["page"]
    assert "Mục lọc “Đơn vị” không có giá trị “no-such”" in page.content.decode()


def test_pages_cost_the_same_with_more_rows(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    one_of_each(world)
    client = sign_in(world.campaign_officer)

    def ten_more() -> None:
        for _n in range(10):
            make.task(world.campaign, world.cell, due_on=today())

    query_baseline.assert_flat(client, "/tasks/", ten_more)


def test_query_baselines(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    tasks = one_of_each(world)
    client = sign_in(world.campaign_officer)
    client.get("/tasks/")
    query_baseline.check("task_list", client, "/tasks/")
    query_baseline.check("task_list_on_a_day", client, f"/tasks/?on={days_ago(1).isoformat()}")
    query_baseline.check("task_detail", client, tasks["submitted"].get_absolute_url())
    query_baseline.check("task_detail_with_a_text_to_copy", client, tasks["late"].get_absolute_url())
