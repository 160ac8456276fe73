import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.choices import Branch
from clearance import actions
from clearance.choices import VisitOutcome
from clearance.models import (
    Dialogue,
    Household,
    Milestone,
    Obstacle,
    OpinionLine,
    PlanOpinion,
    Promise,
    RollLine,
    RuleSet,
    record_opinions,
)
from core.figures import FigureValue, Scope, all_figures, get_figure
from core.models import today
from tests import factories as build
from tests.clearance import factories as make
from tests.deadlines import factories as calendars
from tests.world import World

VISITED = "clearance.households_visited.by_project"
INVITED = "clearance.households_invited.by_project"
MET = "clearance.households_met.by_project"
OPEN = "clearance.questions_open"
# Grievances have readers of their own, conferences rows of their own (test_grievances, test_conference); of groups and
# of those who did not agree or told a need nothing is told below five (below).
ELSEWHERE = ("grievances", "conference", "opinions", "by_group", "did_not_agree", "heard", "in_need", "help_offered")
OWN = [key for key in all_figures() if key.startswith("clearance.") and not any(word in key for word in ELSEWHERE)]


def value(world: World, key: str, days: int = 0, **scope: object) -> FigureValue:
    asked = Scope(world.ward, world.campaign, **scope)
    return get_figure(key).value(asked, today() + datetime.timedelta(days=days))


def parts(world: World, key: str, days: int = 0) -> dict[str, int | None]:
    return {slug: part.value for slug, part in value(world, key, days).parts.items()}


def test_a_project_without_a_list_has_no_figure(world: World, place: dict) -> None:
    without = make.project(world.campaign, world.superior)
    assert parts(world, VISITED) == {place["project"].slug: 0, without.slug: None}
    assert value(world, VISITED).value == 0


def test_a_year_without_any_list_says_no_data(world: World) -> None:
    make.project(world.campaign, world.superior)
    assert value(world, VISITED).value is None


def test_visited_and_met_as_they_stood_on_a_day(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    slug = place["project"].slug
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-5, 23), outcome=VisitOutcome.NOBODY_HOME)
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-2, 0))
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-1), outcome=VisitOutcome.WRONG_ADDRESS)
    assert [parts(world, VISITED, day)[slug] for day in (-6, -5, -2, 0)] == [0, 1, 1, 1]
    assert [parts(world, MET, day)[slug] for day in (-6, -5, -3, -2)] == [0, 0, 0, 1]


def test_a_void_visit_never_happened_also_on_earlier_days(world: World, place: dict) -> None:
    visit = make.visit(place["of_cell"][0], world.campaign, world.cell, visited_at=make.at(-5))
    assert value(world, VISITED, -3).value == 1
    actions.void_visit(visit, by=world.head, campaign=world.campaign, reason="Ghi nhầm")
    assert value(world, VISITED, -3).value == 0


def test_invited_counts_by_the_day_of_the_hand_over(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    make.invitation(dialogue, one, state="taken_by_family", delivered_at=make.at(-4))
    make.invitation(dialogue, two, state="refused", delivered_at=make.at(-4))
    make.invitation(dialogue, place["of_team"], state="void", delivered_at=make.at(-4))
    assert [value(world, INVITED, day).value for day in (-5, -4, 0)] == [0, 1, 1]


def test_an_open_question_is_open_until_the_household_knows(world: World, place: dict) -> None:
    days = {"asked_on": today() - datetime.timedelta(days=6), "due_on": today()}
    question = make.question(place["of_cell"][0], world.campaign, world.government, **days)
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    question.give_answer(**by, answer="Tháng sau", on=today() - datetime.timedelta(days=3))
    question.tell(**by, on=today() - datetime.timedelta(days=1), accepted=True)
    assert [value(world, OPEN, day).value for day in (-7, -6, -3, -2, -1, 0)] == [0, 1, 1, 1, 0, 0]


def test_an_earlier_year_s_visits_are_not_this_year_s(world: World, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell, visited_at=make.at(-10))
    world.campaign.opens_on = today() - datetime.timedelta(days=5)
    world.campaign.save()
    assert value(world, VISITED).value == 0


@pytest.mark.parametrize("key", OWN)
@pytest.mark.parametrize("days", [0, -3])
def test_every_number_opens_a_list_of_that_length(
    world: World, sign_in: Callable, place: dict, key: str, days: int
) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    make.invitation(dialogue, one, state="signed", delivered_at=make.at(-1))
    make.invitation(dialogue, two, state="signed", delivered_at=make.at(-8))
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-1))
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-8), outcome=VisitOutcome.NOBODY_HOME)
    make.question(one, world.campaign, world.government, asked_on=today() - datetime.timedelta(days=1))
    for household in (one, two, place["of_team"]):
        make.plot(household, world.campaign)
        for kind, ago in (("inventoried", 4), ("paid", 2), ("handed_over", 1)):
            day = {"on": today() - datetime.timedelta(days=ago)}
            Milestone(ward=world.ward, household=household, kind=kind, **day).record(by=None, campaign=world.campaign)
    owed = {"ward": world.ward, "household": one, "owner": world.cell, "due_on": today(), "text": "Sao trích đo"}
    owed |= {"opened_on": today() - datetime.timedelta(days=4)}
    Promise(kind="paper", **owed).enter(by=None, campaign=world.campaign)
    Obstacle(reason="other", **owed).enter(by=None, campaign=world.campaign)
    client = sign_in(world.clearance_officer)
    for scope in ({}, {"unit": world.cell}):
        found = value(world, key, days, user=world.clearance_officer, **scope)
        for part in (found.parts or {"": found}).values():
            assert part.url
            page = client.get(part.url).context["page"]
            assert page.paginator.count == part.value == part.rows.count()


def test_who_does_not_see_the_households_gets_the_number_without_a_link(world: World, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell)
    for person in (world.supervisor, world.head):
        part = value(world, VISITED, user=person).parts[place["project"].slug]
        assert (part.value, part.url) == (1, "")
    own = value(world, VISITED, user=world.head, unit=world.cell).parts[place["project"].slug]
    assert own.value == 1
    assert own.url


# ---- kept by their day --------------------------------------------------------------------------------
def _promised(world: World, household: Household, due: int, closed: int | None) -> Promise:
    """due, closed: days from today."""
    row = Promise(ward=world.ward, household=household, kind="work", text="Đo lại sân", owner=world.cell)
    row.opened_on, row.due_on = today() - datetime.timedelta(days=30), today() + datetime.timedelta(days=due)
    row.enter(by=None, campaign=world.campaign)
    if closed is not None:
        on = today() + datetime.timedelta(days=closed)
        row.close(by=world.clearance_officer, campaign=world.campaign, on=on, result="Đã đo")
    return row


def test_promises_are_kept_by_their_day_or_not(world: World, sign_in: Callable, place: dict) -> None:
    one, two = place["of_cell"]
    for household, due, closed in ((one, -5, -6), (one, -5, -5), (two, -5, -4), (two, -1, None), (two, 3, -2)):
        _promised(world, household, due, closed)
    due, kept = "clearance.promises_due", "clearance.promises_in_time"
    assert [value(world, due, day).value for day in (-6, -5, -1, 0)] == [0, 3, 4, 4]
    assert [value(world, kept, day).value for day in (-6, -5, -1, 0)] == [0, 2, 2, 2]
    client = sign_in(world.clearance_officer)
    for key, count in ((due, 4), (kept, 2)):
        found = value(world, key, user=world.clearance_officer)
        assert client.get(found.url).context["page"].paginator.count == count == found.rows.count()
    assert value(world, kept, unit=world.other_cell).value == 0


def test_promises_by_residential_group_begin_at_five_households(world: World, sign_in: Callable, place: dict) -> None:
    groups = [build.unit(world.ward, f"Tổ dân phố {n}", Branch.RESIDENTIAL) for n in (1, 2, 3)]
    households = make.households(place["project"], world.campaign, 13, world.cell)
    for n, household in enumerate(households):
        household.residential_group = groups[0 if n < 6 else 1 if n < 11 else 2]
        household.save(update_fields=["residential_group"])
    for household in households:
        _promised(world, household, -5, -6)
    key = "clearance.promises_in_time.by_group"
    assert value(world, key).parts == {}, "the number of the one group that is left out could be worked out"
    fourth = build.unit(world.ward, "Tổ dân phố 4", Branch.RESIDENTIAL)
    households[12].residential_group = fourth
    households[12].save(update_fields=["residential_group"])
    found = value(world, key, user=world.clearance_officer)
    assert {slug: part.value for slug, part in found.parts.items()} == {groups[0].slug: 6, groups[1].slug: 5}
    client = sign_in(world.clearance_officer)
    for part in found.parts.values():
        assert client.get(part.url).context["page"].paginator.count == part.value


def test_answers_by_their_day_and_how_long_half_of_them_took(world: World, sign_in: Callable, place: dict) -> None:
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    for asked, due, answered in ((-20, -10, -18), (-20, -10, -10), (-20, -10, -4), (-20, -2, None), (-5, 4, -3)):
        days = [today() + datetime.timedelta(days=n) for n in (asked, due)]
        row = make.question(place["of_cell"][0], world.campaign, world.government, asked_on=days[0], due_on=days[1])
        if answered is not None:
            row.give_answer(**by, answer="Tháng sau", on=today() + datetime.timedelta(days=answered))
    found = value(world, "clearance.questions_in_time", user=world.clearance_officer)
    assert (found.value, value(world, "clearance.questions_due").value) == (2, 4)
    assert "10 ngày" in found.beside
    client = sign_in(world.clearance_officer)
    assert client.get(found.url).context["page"].paginator.count == 2


def test_households_that_the_last_visit_did_not_find(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-5), outcome=VisitOutcome.MOVED)
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-4), outcome=VisitOutcome.WRONG_ADDRESS)
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-2))
    key = "clearance.households_away.by_project"
    assert [value(world, key, day).value for day in (-6, -5, -4, -2, 0)] == [0, 1, 2, 1, 1]


def test_proof_is_a_signature_or_a_refusal_on_record(world: World, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    states = {"signed": place["of_cell"][0], "taken_by_family": place["of_cell"][1], "refused": place["of_team"]}
    for state, household in states.items():
        make.invitation(dialogue, household, state=state, delivered_at=make.at(-4))
    key = "clearance.invitations_proved.by_project"
    assert [value(world, key, day).value for day in (-5, -4)] == [0, 2]


# ---- heard after a disagreement -----------------------------------------------------------------------
DISAGREED, HEARD = "clearance.did_not_agree.by_project", "clearance.heard_in_time.by_project"


def _opinions(world: World, against: int) -> tuple[Dialogue, list[Household]]:
    """A conference of 20 days ago at which so many of seven households did not agree; the rule allows ten days."""
    project = make.project(world.campaign, world.government)
    project.rule_set = RuleSet.objects.create(
        ward=world.ward, code="thu", name="Luật thử", source="Luật thử", valid_from=datetime.date(2020, 1, 1)
    )
    project.save(update_fields=["rule_set"])
    calendars.rule(world.ward, code="dialogue", value=10, rule_set="Luật thử")
    for day in (today(), today() - datetime.timedelta(days=20)):
        calendars.calendar_year(world.ward, day.year)
    households = make.households(project, world.campaign, 7, world.cell)
    held = make.held_dialogue(project, world.campaign, days=-20)
    held.record_attendance(by=None, campaign=world.campaign, roll=dict.fromkeys(households, RollLine("self")))
    lines = {
        household: OpinionLine("disagrees" if n < against else "agrees", words="Xem lại giá" if n < against else "")
        for n, household in enumerate(households)
    }
    record_opinions(held, by=None, campaign=world.campaign, opinions=lines)
    return held, households


def _heard(world: World, held: Dialogue, days: int, households: list[Household]) -> None:
    later = make.held_dialogue(held.project, world.campaign, days=days)
    later.record_attendance(by=None, campaign=world.campaign, roll=dict.fromkeys(households, RollLine("self")))


def test_a_disagreement_is_heard_in_the_days_of_the_law(world: World, sign_in: Callable) -> None:
    held, households = _opinions(world, 6)
    _heard(world, held, -12, households[:2])  # in ten days
    _heard(world, held, -5, households[2:4])  # later
    slug = held.project.slug
    assert [parts(world, DISAGREED, day)[slug] for day in (-21, -20, 0)] == [None, 6, 6]
    assert [parts(world, HEARD, day)[slug] for day in (-20, -12, 0)] == [0, 2, 2]
    client = sign_in(world.clearance_officer)
    for key in (DISAGREED, HEARD):
        part = value(world, key, user=world.clearance_officer).parts[slug]
        assert client.get(part.url).context["page"].paginator.count == part.value == part.rows.count()
    files = reverse("clearance:household_list", args=[slug])
    assert client.get(f"{files}?heard=owed").context["page"].paginator.count == 2


def test_an_invitation_handed_over_is_as_good_as_coming(world: World) -> None:
    held, households = _opinions(world, 5)
    later = make.held_dialogue(held.project, world.campaign, days=-12)
    make.invitation(later, households[0], state="signed", delivered_at=make.at(-13))
    make.invitation(later, households[1], state="refused", delivered_at=make.at(-13))
    assert parts(world, HEARD)[held.project.slug] == 1


def test_without_a_rule_none_is_in_time_and_below_five_nothing_is_told(world: World) -> None:
    held, households = _opinions(world, 5)
    _heard(world, held, -12, households)
    held.project.rule_set = None
    held.project.save(update_fields=["rule_set"])
    assert parts(world, HEARD)[held.project.slug] == 0
    PlanOpinion.objects.filter(attendance__household=households[0]).update(after="agrees")
    assert parts(world, DISAGREED)[held.project.slug] is None
    assert parts(world, HEARD)[held.project.slug] is None


@pytest.mark.parametrize("person", ["leadership", "supervisor", "head"])
def test_who_did_not_agree_is_told_to_nobody_who_does_not_write_the_minutes(
    world: World, sign_in: Callable, person: str
) -> None:
    held, _households = _opinions(world, 6)
    part = value(world, DISAGREED, user=world.people[person]).parts[held.project.slug]
    assert (part.value, part.url) == (6, "")
    answer = sign_in(world.people[person]).get(
        reverse("clearance:household_list", args=[held.project.slug]) + "?heard=any"
    )
    assert answer.status_code in (403, 404) or answer.context["page"].paginator.count == 0


def test_needs_are_counted_from_five_households_on_and_named_to_who_may_know_them(
    world: World, sign_in: Callable
) -> None:
    project = make.project(world.campaign, world.superior, has_household_list=True)
    households = make.households(project, world.campaign, 11, world.cell)
    told = [
        make.people_row(one, world.campaign, "need", text="Cần xe đưa đón", on=today() - datetime.timedelta(days=9))
        for one in households[:4]
    ]
    keys = "clearance.in_need.by_project", "clearance.help_offered.by_project"
    assert [parts(world, key) for key in keys] == [{project.slug: None}] * 2, "four are told of nowhere"
    told += [
        make.people_row(one, world.campaign, "need", text="Cần phiên dịch", on=today() - datetime.timedelta(days=9))
        for one in households[4:10]
    ]
    made = {"by": world.clearance_officer, "campaign": world.campaign, "body": "Hội Chữ thập đỏ"}
    told[0].offer(text="Xe", on=today() - datetime.timedelta(days=2), **made)
    told[4].offer(text="Phiên dịch", on=today(), **made)
    make.people_row(households[4], world.campaign, "need", text="Cần chỗ ở tạm")
    assert [parts(world, key)[project.slug] for key in keys] == [10, None], "one of ten is told of nowhere"
    for need in (*told[1:4], told[5]):
        need.offer(text="Xe", on=today(), **made)
    assert [parts(world, key)[project.slug] for key in keys] == [10, 5], "a second need still waits"
    officer = sign_in(world.clearance_officer)
    offered = [households[place].number for place in (0, 1, 2, 3, 5)]
    for key, numbers in zip(keys, ([one.number for one in households[:10]], offered), strict=True):
        [part] = value(world, key, user=world.clearance_officer).parts.values()
        assert [row.number for row in officer.get(part.url).context["page"].object_list] == numbers
        [part] = value(world, key, user=world.leadership).parts.values()
        assert part.value is not None
        assert not part.url
    page = sign_in(world.leadership).get(reverse("clearance:household_list", args=[project.slug]), {"need": "waiting"})
    assert not page.context["page"].object_list
    waits = officer.get(reverse("clearance:household_list", args=[project.slug]), {"need": "waiting"})
    assert len(waits.context["page"].object_list) == 5
    assert value(world, keys[0], unit=world.cell).value is None
