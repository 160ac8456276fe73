import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from clearance.agenda import owed
from clearance.models import AnsweredAlready, Household, Obstacle, Promise
from clearance.reminders import _promises_due
from core.agenda import Ask
from core.models import today
from notifications.models import Event, ReminderRule
from tests.clearance import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

ONE_DAY = datetime.timedelta(days=1)


def post(client: Client, url: str, data: dict) -> Any:
    """With a yes to what is asked of a day off."""
    response = client.post(url, data)
    if response.status_code == 200 and "keep" in response.context["form"].fields:
        data = data | {"keep": [response.context["form"].fields["keep"].choices[0][0]]}
        response = client.post(url, data)
    return response


def day(days: int) -> str:
    return f"{today() + days * ONE_DAY:%d/%m/%Y}"


def promised(household: Household, world: World, days: int = 3, **fields: Any) -> Promise:
    facts = {"text": "Gửi bản sao trích đo", "owner": world.other_cell, "due_on": today() + days * ONE_DAY}
    row = Promise(ward=world.ward, household=household, kind="paper", **facts | fields)
    row.enter(by=world.head, campaign=world.campaign)
    return row


def agenda_of(user: object, world: World) -> list[str]:
    ask = Ask(user, world.campaign, today(), today() + 7 * ONE_DAY, today())
    return [item.title for item in owed(ask)]


def test_a_promise_at_the_door_stands_among_its_owner_s_work_until_it_is_kept(
    world: World, sign_in: Callable, place: dict
) -> None:
    household = place["of_cell"][0]
    client: Client = sign_in(world.head)
    address = reverse("clearance:promise_new", args=[household.project.slug, household.number])
    sent = {"kind": "paper", "text": "Gửi bản sao trích đo", "owner": world.other_cell.pk}
    sent |= {"opened_on": day(0), "due_on": day(5)}
    wrong = client.post(address, sent | {"due_on": day(-1)}).context["form"]
    assert "không thể trước" in str(wrong.errors)
    assert "số điện thoại" in str(client.post(address, sent | {"text": "Gọi 0912345678"}).context["form"].errors)
    assert post(client, address, sent).status_code == 302
    row = Promise.objects.get()
    page = client.get(household.get_absolute_url()).content.decode()
    assert "Gửi bản sao trích đo" in page
    assert "Lời hứa, Giấy tờ" in page
    assert agenda_of(world.neighbour, world) == [f"Thực hiện lời hứa với hộ số {household.number}"]
    assert agenda_of(world.clearance_officer, world) == agenda_of(world.neighbour, world)
    assert agenda_of(world.head, world) == [], "the cell that made it known does not see to it"

    closing = {"result": "Đã gửi ngày hôm nay", "on": day(0)}
    assert client.post(row.get_absolute_url(), closing).status_code == 403
    owner = sign_in(world.neighbour)
    assert owner.get(household.get_absolute_url()).status_code == 404, "who sees to it does not read the file"
    detail = owner.get(row.get_absolute_url())
    assert household.representative.name not in detail.content.decode()
    assert AccessLog.objects.filter(user=world.neighbour, subject_id=household.pk).exists()
    assert owner.post(row.get_absolute_url(), closing | {"on": day(-30)}).context["form"].errors["on"]
    assert owner.post(row.get_absolute_url(), closing).status_code == 302
    assert agenda_of(world.neighbour, world) == []
    assert owner.post(row.get_absolute_url(), closing).status_code == 403
    kinds = Event.objects.filter(subject_id=household.pk).values_list("kind", flat=True)
    assert {"clearance.promise.made", "clearance.promise.kept"} <= set(kinds)


def test_an_obstacle_has_a_body_that_clears_it_and_what_came_of_it(
    world: World, sign_in: Callable, place: dict
) -> None:
    household = place["of_cell"][0]
    client: Client = sign_in(world.clearance_officer)
    address = reverse("clearance:obstacle_new", args=[household.project.slug, household.number])
    sent = {"reason": "area_differs", "text": "Lệch 3 m²", "owner": world.government.pk}
    assert post(client, address, sent | {"opened_on": day(0), "due_on": day(2)}).status_code == 302
    row = Obstacle.objects.get()
    assert "Diện tích đo lệch" in client.get(household.get_absolute_url()).content.decode()
    assert "vướng mắc" in agenda_of(world.clearance_officer, world)[0]
    row.close(by=world.clearance_officer, campaign=world.campaign, on=today(), result="Đo lại, khớp")
    with pytest.raises(AnsweredAlready):
        row.close(by=world.clearance_officer, campaign=world.campaign, on=today(), result="khác")
    row.refresh_from_db()
    assert row.result == "Đo lại, khớp"
    assert "Đo lại, khớp" in client.get(row.get_absolute_url()).content.decode()


def test_the_database_keeps_days_and_results_together(world: World, place: dict) -> None:
    row = promised(place["of_cell"][0], world)
    for wrong in ({"closed_on": today()}, {"result": "x"}, {"due_on": today() - ONE_DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.filter(pk=row.pk).update(**wrong)


def test_what_is_asked_of_the_household_stands_beside_what_the_ward_owes(
    world: World, sign_in: Callable, place: dict
) -> None:
    household = place["of_cell"][0]
    client: Client = sign_in(world.head)
    dialogue = make.dialogue(place["project"], world.campaign, days=4)
    make.invitation(dialogue, household, state="signed", delivered_at=make.at(-1))
    make.visit(household, world.campaign, world.cell, visited_at=make.at(-1), follow_up_on=today() + ONE_DAY)
    asked = client.get(household.get_absolute_url()).context["asked"]
    assert [item["due_on"] for item in asked] == [dialogue.held_on, today() + ONE_DAY]
    other = client.get(place["of_cell"][1].get_absolute_url()).content.decode()
    assert "Hiện chưa đề nghị hộ việc gì" in other


def test_a_promise_is_reminded_of_while_it_is_open(world: World, place: dict) -> None:
    row, rule = promised(place["of_cell"][0], world), ReminderRule(ward=world.ward, code="x")
    assert [target.subject for target in _promises_due(rule, today(), row.due_on)] == [row]
    row.close(by=world.head, campaign=world.campaign, on=today(), result="Xong")
    assert not list(_promises_due(rule, today(), row.due_on))


def test_a_file_with_forty_visits_asks_the_database_ten_times_at_most(
    world: World, sign_in: Callable, place: dict, query_baseline: QueryBaseline
) -> None:
    household = place["of_cell"][0]
    client: Client = sign_in(world.clearance_officer)

    def fill(count: int = 10) -> None:
        for n in range(count):
            make.visit(household, world.campaign, world.cell, visited_at=make.at(-n - 1))
            make.question(household, world.campaign, world.government)
            make.plot(household, world.campaign)
            promised(household, world)

    fill(30)
    query_baseline.assert_flat(client, household.get_absolute_url(), fill)
    count, _page = query_baseline.count(client, household.get_absolute_url())
    assert count <= 10
    assert household.visits.count() == 40
    row = promised(household, world)
    client.get(row.get_absolute_url())
    query_baseline.check("owed_detail", client, row.get_absolute_url())


def test_the_lists_of_promises_and_obstacles_have_what_is_open_first(
    world: World, sign_in: Callable, place: dict, query_baseline: QueryBaseline
) -> None:
    one, other = place["of_cell"][0], place["of_neighbour"]
    late, kept = promised(one, world, 0, opened_on=today() - 9 * ONE_DAY), promised(one, world, owner=world.cell)
    Promise.objects.filter(pk=late.pk).update(due_on=today() - ONE_DAY)
    kept.close(by=world.clearance_officer, campaign=world.campaign, on=today(), result="Đã trao bản sao")
    elsewhere = promised(other, world, owner=world.government)
    facts = {"ward": world.ward, "household": one, "owner": world.government, "due_on": today() + ONE_DAY}
    stone = Obstacle(reason="papers_missing", text="Thiếu giấy chứng nhận", **facts)
    stone.enter(by=world.head, campaign=world.campaign)
    officer, head = sign_in(world.clearance_officer), sign_in(world.head)

    def listed(client: Client, name: str, **query: str) -> list[Any]:
        return list(client.get(reverse(f"clearance:{name}_list"), query).context["page"].object_list)

    assert listed(officer, "promise") == [late, elsewhere]
    assert listed(officer, "promise", state="overdue") == [late]
    assert listed(officer, "promise", state="closed") == [kept]
    assert set(listed(officer, "promise", state="all")) == {late, kept, elsewhere}
    assert listed(officer, "promise", owner=world.government.slug) == [elsewhere]
    assert listed(head, "promise") == [late], "another team's household is not its own"
    assert listed(officer, "obstacle", reason="papers_missing") == [stone]
    page = officer.get(place["project"].get_absolute_url())
    assert (page.context["promises_owed"], page.context["obstacles_owed"]) == (2, 1)
    assert "2</b> lời hứa phải thực hiện" in page.content.decode()
    for name in ("promise", "obstacle"):
        address = reverse(f"clearance:{name}_list")
        officer.get(address)
        query_baseline.check(f"{name}_list", officer, address)
