import uuid
from collections.abc import Callable

from django.urls import reverse

from tests.clearance import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World


def fill(world: World, place: dict) -> None:
    """Ten more households with a visit, an invitation and a question each."""
    project, campaign = place["project"], world.campaign
    dialogue = project.dialogues.first() or make.dialogue(project, campaign)
    for household in make.households(project, campaign, 10, world.cell):
        make.visit(household, campaign, world.cell, by=world.head, follow_up_on=make.at(2).date())
        make.invitation(dialogue, household)
        make.question(household, campaign, world.government)


def pages(place: dict) -> dict[str, str]:
    project = place["project"]
    args = [project.slug]
    return {
        "project_list": reverse("clearance:project_list"),
        "project_detail": project.get_absolute_url(),
        "household_list": reverse("clearance:household_list", args=args),
        "dialogue_list": reverse("clearance:dialogue_list", args=args),
        "dialogue_detail": project.dialogues.first().get_absolute_url(),
        "dialogue_attendance": reverse("clearance:dialogue_attendance", args=[*args, project.dialogues.first().pk]),
        "dialogue_invite": reverse("clearance:dialogue_invite", args=[*args, project.dialogues.first().pk]),
        "question_list": reverse("clearance:question_list"),
    }


def test_pages_keep_their_number_of_queries(
    world: World, sign_in: Callable, place: dict, query_baseline: QueryBaseline
) -> None:
    fill(world, place)
    client = sign_in(world.clearance_officer)
    household = place["of_cell"][0]
    own = {
        "household_detail": household.get_absolute_url(),
        "visit_new": reverse("clearance:visit_new", args=[place["project"].slug, household.number]),
    }
    for name, url in (pages(place) | own).items():
        client.get(url)
        query_baseline.check(name, client, url)


def test_a_form_that_is_sent_keeps_its_number_of_queries(
    world: World, sign_in: Callable, place: dict, query_baseline: QueryBaseline
) -> None:
    """Of the page and the refusal the goal is 12; what is saved has its rules, history, event and what follows."""
    fill(world, place)
    client, household = sign_in(world.head), place["of_cell"][0]
    url = reverse("clearance:visit_new", args=[place["project"].slug, household.number])
    client.get(url)
    query_baseline.check("visit_new_refused", client, url, sent={"outcome": ""})
    sent = {"client_id": str(uuid.uuid4()), "outcome": "met_head", "purpose": "explain"}
    query_baseline.check("visit_new_saved", client, url, sent=sent, status=302)


def test_lists_cost_the_same_with_more_rows(
    world: World, sign_in: Callable, place: dict, query_baseline: QueryBaseline
) -> None:
    fill(world, place)
    client = sign_in(world.clearance_officer)
    for url in pages(place).values():
        query_baseline.assert_flat(client, url, lambda: fill(world, place))
    query_baseline.assert_flat(
        client,
        pages(place)["project_list"],
        lambda: [make.project(world.campaign, world.superior) for _n in range(10)],
    )
    query_baseline.assert_flat(
        client,
        pages(place)["dialogue_list"],
        lambda: [make.dialogue(place["project"], world.campaign) for _n in range(10)],
    )
