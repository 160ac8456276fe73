"""The facts of 2022, entered as rows, come back as the figures of 12/04/2022."""

import datetime
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from beautification.models import Cleanup
from campaigns.choices import MeetingKind, MeetingState
from campaigns.models import Campaign, Meeting
from clearance.models import Invitation, Visit
from models_registry.choices import EntryState, ModelState
from models_registry.models import ContestEntry, MobilizationModel, MobilizationModelTransition
from publicity.models import ViewReading
from wardportal.demonstration.ward import Ground

FACTS = json.loads(Path(__file__).with_name("long-bien-2022.json").read_text(encoding="utf-8"))
DAY = datetime.date(2022, 4, 12)


def figures(on: datetime.date = DAY) -> dict[str, Any]:
    out = StringIO()
    call_command("figures", campaign=2022, on=on, stdout=out)
    return json.loads(out.getvalue())


def test_figures_of_the_day_are_the_facts(campaign: Campaign) -> None:
    found = figures()
    for key, fact in FACTS["figures_on_2022_04_12"].items():
        assert found[key] == fact, key


def test_the_list_tells_definition_and_address(campaign: Campaign) -> None:
    out = StringIO()
    call_command("figures", campaign=2022, on=DAY, list=True, stdout=out)
    for key, about in json.loads(out.getvalue()).items():
        assert len(about["definition"]) > 20, key
        assert "address" in about, key


def test_the_day_before_the_counter_was_not_read(campaign: Campaign) -> None:
    assert figures(DAY - datetime.timedelta(days=1))["publicity.article_views"] is None


def test_an_earlier_day_gives_the_earlier_state(campaign: Campaign) -> None:
    found = figures(datetime.date(2022, 3, 1))
    assert 0 < found["models.registered"] < 16
    assert found["contest.sent"] == 0
    assert found["contest.in_revision"] == 0
    assert found["clearance.households_visited.by_project"] == {"cum-truong-hoc": 0, "e6ht": None}
    assert found["beautification.turnout.latest"] is None


def count_again(number: int) -> None:
    """The last clean-up is taken up again and closed with another number. (The year is closed: no verb may.)"""
    cleanup = Cleanup.objects.filter(state="done").latest("on")
    cleanup.move("open", since=["done"], by=None, on=DAY, closed_at=None, closed_by=None)
    cleanup.turnouts.update(count=number, exactness="exact")
    cleanup.move("done", since=["open"], by=None, on=DAY, closed_at=timezone.now(), closed_by=None)


def test_each_figure_follows_its_rows(ground: Ground, campaign: Campaign) -> None:
    model = MobilizationModel.objects.filter(campaign=campaign, subject="individual").first()
    field = model.theme_field.code
    model.move(ModelState.WITHDRAWN, since=[ModelState.ACTIVE], by=None, on=DAY)
    visit = Visit.objects.first()
    Visit.objects.filter(pk=visit.pk).update(void_at=visit.visited_at, void_by=ground.officer, void_reason="nhầm hộ")
    Invitation.objects.filter(household=visit.household).update(state="refused")
    count_again(88)
    entry = ContestEntry.objects.get(state=EntryState.REVISING)
    entry.move(EntryState.SUBMITTED, since=[EntryState.REVISING], by=None, on=DAY)
    ViewReading.objects.update(value=140)
    Meeting.objects.create(
        ward=ground.ward, campaign=campaign, kind=MeetingKind.DISSEMINATION, held_on=DAY, state=MeetingState.HELD
    )
    found = figures()
    assert found["models.registered"] == 15
    assert found["models.registered.individual"] == 1
    assert (
        found["models.registered.by_field"][field]
        == FACTS["figures_on_2022_04_12"]["models.registered.by_field"][field] - 1
    )
    assert found["clearance.households_visited.by_project"]["cum-truong-hoc"] == 28
    assert found["clearance.households_invited.by_project"]["cum-truong-hoc"] == 28
    assert found["beautification.turnout.latest"] == {"value": 88, "kind": "exact"}
    assert found["contest.in_revision"] == 0
    assert found["publicity.article_views"] == {"value": 140, "read_on": "2022-04-12"}
    assert found["campaigns.dissemination_sessions"] == 2


def test_the_day_before_a_change_is_as_it_was(ground: Ground, campaign: Campaign) -> None:
    model = MobilizationModel.objects.filter(campaign=campaign, subject="collective").first()
    model.move(ModelState.WITHDRAWN, since=[ModelState.ACTIVE], by=None, on=DAY)
    assert figures()["models.registered"] == 15
    assert figures(DAY - datetime.timedelta(days=1))["models.registered"] == 16


def test_sixteen_models_were_accepted_by_the_day(campaign: Campaign) -> None:
    accepted = MobilizationModelTransition.objects.filter(new=ModelState.ACTIVE, on__lte=DAY)
    assert accepted.values("mobilization_model").distinct().count() == 16


def test_a_year_without_campaign_is_said_so(campaign: Campaign) -> None:
    with pytest.raises(CommandError, match="no campaign of 1999"):
        call_command("figures", campaign=1999, on=DAY)
