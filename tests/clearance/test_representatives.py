"""A name written wrong and another person from a day on are two acts; the past keeps its person."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clearance.choices import InvitationState
from clearance.models import Household
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.world import World


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def household(world: World, place: dict) -> Household:
    """Visited three days ago, with a receipt of that day."""
    row = place["of_cell"][0]
    visit = make.visit(row, world.campaign, world.cell, visited_at=make.at(-3))
    make.invitation(
        make.dialogue(place["project"], world.campaign),
        row,
        state=InvitationState.SIGNED,
        delivered_at=make.at(-3),
        delivered_in=visit,
    )
    return row


def address(name: str, household: Household) -> str:
    return reverse(f"clearance:{name}", args=[household.project.slug, household.number])


def fresh(household: Household) -> Household:
    return Household.objects.get(pk=household.pk)


def history(client: Client, household: Household) -> str:
    page = reverse("accounts:history_detail", args=["clearance", "household", household.pk])
    return client.get(page).content.decode()


def test_a_corrected_name_is_the_same_person_and_is_said(officer: Client, household: Household) -> None:
    person, old = household.representative, household.representative.name
    sent = officer.post(address("representative_correct", household), {"name": "Nguyễn Thị Lành"})
    assert sent.status_code == 302
    assert fresh(household).representative == person
    assert fresh(household).representative.name == "Nguyễn Thị Lành"
    assert "Sửa tên người đại diện" in officer.get(household.get_absolute_url()).content.decode()
    log = history(officer, household)
    assert old in log
    assert "Nguyễn Thị Lành" in log


def test_the_same_name_again_is_no_correction(world: World, household: Household) -> None:
    household.correct_name(by=world.clearance_officer, campaign=world.campaign, name=household.representative.name)
    assert not Event.objects.filter(kind="clearance.household.name_corrected").exists()


def test_visits_and_receipts_before_the_day_keep_their_person(
    world: World, officer: Client, household: Household
) -> None:
    old = household.representative
    day = today() - datetime.timedelta(days=1)
    sent = {"name": "Nguyễn Thị Lành", "relation": "con gái", "on": f"{day:%d/%m/%Y}"}
    assert officer.post(address("representative_new", household), sent).status_code == 302
    row = fresh(household)
    assert row.representative.name == "Nguyễn Thị Lành"
    assert (row.representative_on(make.at(-3).date()), row.representative_on(day)) == (old, row.representative)
    context = officer.get(household.get_absolute_url()).context
    assert [row[0].person for row in context["visits"]] == [old]
    assert [invitation.person for invitation in context["invitations"]] == [old]
    assert "Nguyễn Thị Lành" in history(officer, household)
    event = Event.objects.get(kind="clearance.household.represented")
    assert event.on == day


def test_somebody_of_the_file_can_represent_it_again(world: World, officer: Client, household: Household) -> None:
    first = household.representative
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    household.represent(**by, on=today() - datetime.timedelta(days=5), party=None, name="Nguyễn Thị Lành")
    sent = {"party": first.pk, "on": f"{today():%d/%m/%Y}"}
    assert officer.post(address("representative_new", household), sent).status_code == 302
    row = fresh(household)
    assert row.representative == first
    assert [(r.party.name, r.valid_to is None) for r in row.represented] == [
        (first.name, False),
        ("Nguyễn Thị Lành", False),
        (first.name, True),
    ]
    assert row.parties.count() == 2


def test_a_day_to_come_or_before_the_present_one_is_refused(
    world: World, officer: Client, household: Household
) -> None:
    household.represent(
        by=world.clearance_officer,
        campaign=world.campaign,
        on=today() - datetime.timedelta(days=5),
        party=None,
        name="Nguyễn Thị Lành",
    )
    page = address("representative_new", household)
    for days in (1, -5):
        day = today() + datetime.timedelta(days=days)
        form = officer.post(page, {"name": "Ai đó", "on": f"{day:%d/%m/%Y}"}).context["form"]
        assert "on" in form.errors
    assert "name" in officer.post(page, {"on": f"{today():%d/%m/%Y}"}).context["form"].errors
    with pytest.raises(ValidationError):
        household.represent(
            by=world.clearance_officer,
            campaign=world.campaign,
            on=today() - datetime.timedelta(days=5),
            party=None,
            name="Ai đó",
        )
