import pytest

from campaigns.models import Campaign, CampaignClosed
from core.models import StateChanged
from notifications.models import Event
from tests.world import World


def test_a_closed_year_refuses_changes_with_a_sentence(world: World) -> None:
    world.campaign.close(by=world.campaign_officer)
    assert not world.campaign.can_change()
    with pytest.raises(CampaignClosed) as refusal:
        world.campaign.require_open()
    assert str(world.campaign.year) in str(refusal.value)


def test_an_open_year_may_be_changed(world: World) -> None:
    assert world.campaign.can_change()
    world.campaign.require_open()


def test_a_year_in_preparation_may_be_changed(world: World) -> None:
    year = Campaign(state="draft")
    year.require_open()
    assert year.can_change()


def test_closing_leaves_a_dated_row_and_an_event(world: World) -> None:
    world.campaign.close(by=world.campaign_officer)
    assert world.campaign.transitions.first().new == "closed"
    assert Event.objects.about(world.campaign).get().kind == "campaigns.campaign.closed"


def test_the_second_closing_is_told_that_it_is_done(world: World) -> None:
    stale = Campaign.objects.get(pk=world.campaign.pk)
    world.campaign.close(by=world.campaign_officer)
    with pytest.raises(StateChanged):
        stale.close(by=world.leadership)


def test_a_year_closed_too_early_is_taken_up_again(world: World) -> None:
    world.campaign.close(by=world.campaign_officer)
    world.campaign.open(by=world.campaign_officer)
    assert world.campaign.is_open
