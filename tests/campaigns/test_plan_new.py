from collections.abc import Callable

from accounts.models import Duty
from campaigns.models import Document, PlanItem, Task
from core.models import today
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import days_ago, plan_item, superior_plan, ward_plan
from tests.world import World


def test_the_wards_plan_is_made_from_the_superiors(world: World, sign_in: Callable) -> None:
    parent = superior_plan(world)
    data = {
        "kind": make.document_kind(world.ward).pk,
        "issuer": world.committee.pk,
        "number": "82",
        "symbol": "",
        "dated_on": days_ago(40).strftime("%d/%m/%Y"),
        "summary": "Thực hiện năm Dân vận khéo",
        "items": "- Phổ biến kế hoạch\n\n• Đăng ký mô hình\n",
    }
    client = sign_in(world.campaign_officer)
    page = client.get(f"/documents/{parent.pk}/plan/")
    assert page.context["form"]["issuer"].value() == world.committee.pk
    client.post(f"/documents/{parent.pk}/plan/", data)
    plan = Document.objects.get(number=82)
    assert (plan.carries_out, plan.direction, plan.state) == (parent, "out", "draft")
    assert list(plan.plan_items.values_list("text", "order")) == [("Phổ biến kế hoạch", 1), ("Đăng ký mô hình", 2)]


def test_the_wards_plan_is_not_older_than_the_superiors(world: World, sign_in: Callable) -> None:
    parent = superior_plan(world, dated_on=days_ago(10))
    data = {
        "kind": make.document_kind(world.ward).pk,
        "issuer": world.committee.pk,
        "number": "82",
        "dated_on": days_ago(20).strftime("%d/%m/%Y"),
        "summary": "Thực hiện",
        "items": "Một việc",
    }
    response = sign_in(world.campaign_officer).post(f"/documents/{parent.pk}/plan/", data)
    assert "dated_on" in response.context["form"].errors
    assert not PlanItem.objects.exists()


def test_items_change_places_and_stay_in_a_row(world: World, sign_in: Callable) -> None:
    plan = ward_plan(world)
    first, second, third = (plan_item(plan) for _n in range(3))
    client = sign_in(world.campaign_officer)
    client.post(f"/plan-items/{third.pk}/shift/", {"to": "up"})
    client.post(f"/plan-items/{first.pk}/shift/", {"to": "up"})
    assert list(plan.plan_items.all()) == [first, third, second]
    assert list(plan.plan_items.values_list("order", flat=True)) == [1, 2, 3]


def test_an_item_with_tasks_stays(world: World, sign_in: Callable) -> None:
    item = plan_item(ward_plan(world))
    make.task(world.campaign, world.cell, plan_item=item)
    response = sign_in(world.campaign_officer).post(f"/plan-items/{item.pk}/remove/")
    assert response.status_code == 403
    assert "không bỏ được" in response.content.decode()


def test_an_item_without_tasks_is_removed(world: World, sign_in: Callable) -> None:
    item = plan_item(ward_plan(world))
    sign_in(world.campaign_officer).post(f"/plan-items/{item.pk}/remove/")
    assert not PlanItem.objects.exists()


def test_each_lead_unit_gets_a_task_of_its_own(world: World, sign_in: Callable) -> None:
    item = plan_item(ward_plan(world), text="Phổ biến kế hoạch tới nhân dân")
    client = sign_in(world.campaign_officer)
    assert client.get(f"/plan-items/{item.pk}/assign/").context["form"]["title"].value() == item.text
    data = {
        "title": item.text,
        "lead_units": [world.cell.pk, world.other_cell.pk],
        "helpers": [world.front.pk, world.cell.pk],
        "due_on": f"{make.worked(today()):%d/%m/%Y}",
        "on": days_ago(2).strftime("%d/%m/%Y"),
        "priority": "2",
        "evidence_needed": ["file"],
    }
    client.post(f"/plan-items/{item.pk}/assign/", data)
    tasks = Task.objects.filter(plan_item=item)
    assert {task.lead_unit for task in tasks} == {world.cell, world.other_cell}
    own = tasks.get(lead_unit=world.cell)
    assert {row.unit for row in own.cooperating.all()} == {world.front}
    assert own.transitions.get().on == days_ago(2)
    assert own.evidence_needed == ["file"]
    assert Event.objects.filter(kind="campaigns.task.assigned").count() == 2


def test_a_due_day_outside_the_year_is_refused_with_the_days(world: World, sign_in: Callable) -> None:
    data = {"title": "Muộn", "lead_units": [world.cell.pk], "due_on": "01/01/2099", "priority": "2", "on": "1/1"}
    response = sign_in(world.campaign_officer).post("/tasks/new/", data)
    assert f"{world.campaign.closes_on:%d/%m/%Y}" in str(response.context["form"].errors["due_on"])
    assert not Task.objects.exists()


def test_a_superiors_plan_takes_a_second_item_as_the_wards_does(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    for plan in (superior_plan(world), ward_plan(world)):
        plan_item(plan)
        page = client.get(f"/campaigns/{plan.campaign.year}/plans/{plan.pk}/").content.decode()
        assert f'href="/documents/{plan.pk}/items/new/"' in page


def test_a_typed_number_before_an_item_stands_once(world: World, sign_in: Callable) -> None:
    plan = ward_plan(world)
    client = sign_in(world.campaign_officer)
    for text in ("1. Phổ biến", "b) Đăng ký mô hình", "III- Kiểm tra", "– 4. Sơ kết", "30.000 hộ được phổ biến"):
        client.post(f"/documents/{plan.pk}/items/new/", {"text": text})
    assert list(plan.plan_items.values_list("text", flat=True)) == [
        "Phổ biến",
        "Đăng ký mô hình",
        "Kiểm tra",
        "Sơ kết",
        "30.000 hộ được phổ biến",
    ]
    item = plan.plan_items.get(order=3)
    client.post(f"/plan-items/{item.pk}/edit/", {"text": "3. Kiểm tra"})
    page = client.get(f"/campaigns/{plan.campaign.year}/plans/{plan.pk}/").content.decode()
    assert "3. Kiểm tra" in page
    assert "3. 3." not in page


def test_an_item_of_two_lines_becomes_a_title_with_a_blank(world: World, sign_in: Callable) -> None:
    item = plan_item(ward_plan(world), text="Vận động các hộ\ntrong dự án")
    page = sign_in(world.campaign_officer).get(f"/plan-items/{item.pk}/assign/")
    assert page.context["form"]["title"].value() == "Vận động các hộ trong dự án"
    assert str(item) == "Vận động các hộ trong dự án"


def test_an_office_that_issues_nothing_itself_proposes_the_body_above_it(world: World, sign_in: Callable) -> None:
    office = make.unit(world.ward, "Khối Dân vận Đảng ủy", parent=world.committee)
    Duty.objects.filter(ward=world.ward).update(unit=office)
    page = sign_in(world.campaign_officer).get(f"/documents/{superior_plan(world).pk}/plan/")
    assert page.context["form"]["issuer"].value() == world.committee.pk
