import datetime

from core.agenda import Ask, Item, items
from core.models import today
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting
from tests.world import World


def ask(world: World, user: object, **fields: object) -> list[Item]:
    week = {"start": today(), "end": today() + datetime.timedelta(days=7), "today": today()}
    return items(Ask(user=user, campaign=world.campaign, **week | fields))


def test_a_unit_finds_its_overdue_task_with_the_button(world: World) -> None:
    task = make.task(world.campaign, world.cell, title="Báo cáo quý", due_on=days_ago(2))
    make.task(world.campaign, world.other_cell)
    make.task(world.campaign, world.cell, due_on=days_ago(-20))
    (item,) = ask(world, world.head, unit=world.cell)
    assert item.title == "Báo cáo quý"
    assert item.is_overdue(today())
    assert item.action_url == f"/tasks/{task.pk}/submit/"


def test_a_task_handed_in_waits_for_those_who_accept(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Xong")
    assert not ask(world, world.head)
    (item,) = ask(world, world.campaign_officer)
    assert item.action_url == task.get_absolute_url()


def test_a_closed_year_offers_no_button(world: World) -> None:
    make.task(world.campaign, world.cell)
    world.campaign.close(by=world.campaign_officer)
    (item,) = ask(world, world.head)
    assert not item.action_url


def test_meetings_of_the_days_asked_are_events(world: World) -> None:
    meeting(world.campaign, held_on=days_ago(-3), title="Hội nghị quán triệt", starts_at=datetime.time(8))
    meeting(world.campaign, held_on=days_ago(-30))
    (item,) = ask(world, world.campaign_officer)
    assert (item.title, item.kind, item.at) == ("Hội nghị quán triệt", "event", datetime.time(8))


def test_the_cost_does_not_grow_with_the_tasks(world: World, django_assert_max_num_queries: object) -> None:
    for _n in range(12):
        make.task(world.campaign, world.cell)
    ask(world, world.campaign_officer)
    with django_assert_max_num_queries(35):
        assert len(ask(world, world.campaign_officer)) == 12
