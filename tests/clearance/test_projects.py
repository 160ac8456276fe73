from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignFocus
from clearance.models import Project
from core import past
from tests import factories as build
from tests.clearance import factories as make
from tests.world import World


def entered(client: Client, world: World, **more: object) -> Project:
    sent = {"name": "Dự án Đường Thử", "shape": "ward_runs", "host": world.government.pk} | more
    response = client.post(reverse("clearance:project_new"), sent)
    assert response.status_code == 302, response.context["form"].errors
    return Project.objects.order_by("-pk").first()


def test_a_new_project_brings_its_undertaking_into_the_year(world: World, sign_in: Callable) -> None:
    client = sign_in(world.clearance_officer)
    project = entered(client, world)
    assert project.slug == "du-an-duong-thu"
    assert CampaignFocus.objects.filter(campaign=world.campaign, undertaking=project.undertaking).exists()
    assert entered(client, world).slug == "du-an-duong-thu-2"


def test_a_project_takes_an_undertaking_of_the_year(world: World, sign_in: Callable) -> None:
    undertaking = build.undertaking(world.campaign, "clearance")
    project = entered(sign_in(world.clearance_officer), world, undertaking=undertaking.pk)
    assert project.undertaking == undertaking


def test_a_project_of_another_year_is_not_on_this_year_s_pages(world: World, sign_in: Callable) -> None:
    other = build.campaign(world.ward, year=world.campaign.year - 1, state="closed")
    project = make.project(other, world.superior)
    client = sign_in(world.clearance_officer)
    assert client.get(project.get_absolute_url()).status_code == 404
    assert client.get(project.get_absolute_url(), {"year": other.year}).status_code == 200
    assert client.get(project.get_absolute_url()).status_code == 200  # the year chosen stays chosen


def test_editing_keeps_the_address_and_leaves_an_event(world: World, sign_in: Callable, place: dict) -> None:
    client, project = sign_in(world.clearance_officer), place["project"]
    sent = {"name": "Tên mới", "shape": "ward_runs", "host": world.government.pk}
    client.post(reverse("clearance:project_edit", args=[project.slug]), sent)
    project.refresh_from_db()
    assert (project.name, project.slug) == ("Tên mới", "cum-truong-thu")


def test_the_page_shows_what_the_ward_owes(world: World, sign_in: Callable, place: dict) -> None:
    make.question(place["of_cell"][0], world.campaign, world.government, text="Bao giờ đo đất?")
    context = sign_in(world.head).get(place["project"].get_absolute_url())
    assert context.context["owed"] == 1
    assert "Bao giờ đo đất?" in context.content.decode()
    # a neighbour sees the count, not the words
    page = sign_in(world.neighbour).get(place["project"].get_absolute_url())
    assert page.context["owed"] == 1
    assert "Bao giờ đo đất?" not in page.content.decode()


def test_squares_tell_the_office_s_work_and_no_reply(world: World, sign_in: Callable, place: dict) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    make.invitation(dialogue, one, state="signed", delivered_at=make.at(-1))
    for household, reply in [(one, "will_come"), (two, "not_coming")]:
        make.visit(household, world.campaign, world.cell, attendance_reply=reply, asked_for=dialogue)
    response = sign_in(world.clearance_officer).get(place["project"].get_absolute_url())
    squares = {square["number"]: square["state"] for square in response.context["squares"]}
    assert squares == {
        one.number: "done",
        two.number: "reached",
        place["of_team"].number: "todo",
        place["of_neighbour"].number: "todo",
    }
    assert "Không dự" not in response.content.decode()


def test_a_page_that_draws_the_first_households_alone_says_so(
    world: World, sign_in: Callable, place: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = sign_in(world.clearance_officer), place["project"].get_absolute_url()
    assert "hộ đầu tiên" not in client.get(url).content.decode()
    monkeypatch.setattr("clearance.views.projects.GRID", 2)
    cache.clear()
    page = client.get(url)
    assert len(page.context["squares"]) == 2
    assert "2 hộ đầu tiên theo số thứ tự." in page.content.decode()


def test_the_legend_counts_the_households_that_its_figure_counts(world: World, sign_in: Callable, place: dict) -> None:
    """Also those at which something waits."""
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    for household in (one, two):
        make.invitation(dialogue, household, state="signed", delivered_at=make.at(-1))
        make.visit(household, world.campaign, world.cell)
    make.question(one, world.campaign, world.committee)
    page = sign_in(world.clearance_officer).get(place["project"].get_absolute_url())
    assert page.context["counts"]["invited"].value == 2
    text = page.content.decode()
    assert "<b>2</b> Đã giao giấy mời" in text
    assert "<b>1</b> Chờ phường trả lời" in text
    listed = sign_in(world.clearance_officer).get(page.context["counts"]["invited"].url)
    assert [row.number for row in listed.context["page"]] == [one.number, two.number]
    assert listed.content.decode().count("Đã giao giấy mời</span>") == 2


def test_a_team_with_one_project_comes_straight_to_its_households(world: World, sign_in: Callable, place: dict) -> None:
    members, listed = sign_in(world.field_member), reverse("clearance:project_list")
    assert members.get(listed).url == reverse("clearance:household_list", args=[place["project"].slug])
    assert sign_in(world.head).get(listed).status_code == 200  # reads the counts of all projects
    second = make.project(world.campaign, world.government)
    make.household(second, world.campaign, world.team)
    assert members.get(listed).status_code == 200


def test_the_way_to_the_questions_is_shown_to_those_who_may_read_them(
    world: World, sign_in: Callable, place: dict
) -> None:
    questions = reverse("clearance:question_list")
    for person, may in [("clearance_officer", True), ("head", True), ("campaign_officer", False)]:
        client = sign_in(world.people[person])
        for address in (reverse("clearance:project_list"), place["project"].get_absolute_url()):
            assert (questions in client.get(address).content.decode()) is may, (person, address)


def test_what_was_wrong_from_the_beginning_is_corrected(world: World, sign_in: Callable, place: dict) -> None:
    client, project = sign_in(world.clearance_officer), place["project"]
    Project.history.rel.related_model.objects.update(pgh_created_at=make.at(-9))
    sent = {"name": "Tên đúng", "shape": project.shape, "host": project.host_id, "since_when": "correction"}
    assert client.post(reverse("clearance:project_edit", args=[project.slug]), sent).status_code == 302
    with past.reading(on=make.at(-3).date()):
        assert Project.objects.get(pk=project.pk).name == "Tên đúng"
