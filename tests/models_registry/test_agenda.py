import datetime

from core.agenda import Ask, Item, items
from core.models import today
from models_registry.models import RegistrationTerms
from tests.factories import worked
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def asked(world: World, person: str, days: int = 400, **ask: object) -> list[Item]:
    user = world.people[person]
    found = items(
        Ask(user=user, campaign=world.campaign, start=today(), end=today() + days * DAY, today=today(), **ask)
    )
    return [item for item in found if "/models/" in item.url or "/contest/" in item.url]


def test_a_submission_waits_for_those_who_decide(world: World) -> None:
    RegistrationTerms.objects.create(ward=world.ward, campaign=world.campaign, review_days=3)
    registration = make.submitted(world.campaign, world.cell, world.head, today() - DAY)
    for person in ("leadership", "campaign_officer"):
        [item] = asked(world, person)
        assert item.due_on == worked(today() + 2 * DAY)
        assert item.action_url == registration.review_url
        assert item.waits_for_signature
    assert not asked(world, "head")
    assert not asked(world, "supervisor")


def test_a_returned_one_waits_for_its_unit(world: World) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    registration.send_back(by=world.leadership, reason="Thiếu")
    [item] = asked(world, "head")
    assert (item.due_on, item.action_url) == (worked(today() + 7 * DAY), registration.edit_url)
    assert not asked(world, "neighbour")
    [seen] = asked(world, "leadership")
    assert seen.action_url == ""


def test_steps_stand_in_their_order_and_late_ones_first(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    registration.steps.filter(order=3).update(due_on=today() - 4 * DAY)
    found = asked(world, "head")
    assert len(found) == 5
    assert found[0].is_overdue(today())
    assert found[0].action_url.endswith("/steps/spread/")
    assert not asked(world, "neighbour")
    assert len(asked(world, "head", unit=world.other_cell)) == 0


def test_a_paused_model_has_no_due_steps(world: World) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    registration.pause(by=world.head, reason="Chờ")
    assert not asked(world, "head")


def test_missing_entries_are_told_until_they_are_handed_in(world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer, closes_on=today() + 5 * DAY)
    contest.share_out(by=world.campaign_officer, required={world.cell: 2})
    [item] = asked(world, "head")
    assert "2" in item.title
    assert item.due_on == today() + 5 * DAY
    entry = make.entry(contest, world.cell, world.head)
    assert "2" in asked(world, "head")[0].title
    entry.take("submitted", by=world.head)
    assert "1" in asked(world, "head")[0].title
    assert not asked(world, "head", days=4)


def test_a_closed_year_asks_for_nothing(world: World) -> None:
    make.accepted(world.campaign, world.cell, world.head, world.leadership)
    make.submitted(world.campaign, world.cell, world.head)
    world.campaign.close(by=world.leadership)
    assert not asked(world, "head")
    assert not asked(world, "leadership")
