"""What a superior reads of several wards: signed numbers ward by ward, their sums, and no way to anything else."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Branch, Role
from core.figures import Scope
from core.models import today
from core.periods import span_of
from reports import wards
from reports.models import Report, ReportFigure
from reports.narrative import compose
from tests import factories as make
from tests.reports import factories as written
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = reverse("reports:ward_list")
SPAN = span_of("month", today()).before


def signed(world: World, numbers: dict[str, int | None], **fields: Any) -> Report:
    """A monthly report of the last month with these numbers in it."""
    fields = {"kind": "month", "first_on": SPAN.first, "on": SPAN.last} | fields
    row = written.checked(world, **fields)
    paper = compose(row, Scope(ward=row.ward, campaign=row.campaign))
    figures = [ReportFigure(ward=row.ward, report=row, key=key, value=value) for key, value in numbers.items()]
    row.sign(by=world.leadership, paper=paper, figures=figures)
    return row


@pytest.fixture
def second(world: World) -> World:
    """Another ward with its desks, which the same superior follows."""
    ward = make.ward(name="Phường Ái Mộ", slug="ai-mo")
    committee = make.unit(ward, "Đảng ủy phường Ái Mộ", branch=Branch.PARTY, slug="dang-uy")
    roles = (Role.CAMPAIGN_OFFICER, Role.RECORDS_CLERK, Role.LEADERSHIP)
    people = {role.value: make.member(committee, role) for role in roles}
    make.member(committee, Role.SUPERIOR_VIEWER, world.superior_viewer)
    rest = {"superior": world.superior, "government": committee, "front": committee, "cell": committee}
    rest |= {"other_cell": committee, "team": committee, "campaign": make.campaign(ward)}
    return World(ward=ward, committee=committee, people=people, **rest)  # type: ignore[arg-type]


def numbers(world: World) -> dict[str, dict[str, int | None]]:
    """Ward -> the figures that its line tells."""
    found = wards.lines(world.superior_viewer, SPAN)
    return {
        line.ward.slug: {key: one.value for key, one in zip(wards.COLUMNS, line.numbers, strict=True)} for line in found
    }


def test_each_ward_has_its_signed_numbers_and_sums_leave_out_what_nobody_told(world: World, second: World) -> None:
    visited = "clearance.households_visited.by_project"
    signed(world, {"models.registered": 7, f"{visited}:a": 3, f"{visited}:b": 4, "contest.sent": None})
    signed(second, {"models.registered": 5})
    found = numbers(world)
    assert list(found) == ["ai-mo", "song-hong"], "by name, Á among the first"
    assert (found["song-hong"][visited], found["ai-mo"][visited]) == (7, None)
    sums = dict(zip(wards.COLUMNS, wards.sums(wards.lines(world.superior_viewer, SPAN)), strict=True))
    assert (sums["models.registered"].value, sums["models.registered"].wards) == (12, 2)
    assert (sums[visited].value, sums[visited].wards) == (7, 1)
    assert (sums["contest.sent"].value, sums["contest.sent"].wards) == (None, 0), "no data is not 0"


def test_a_ward_is_told_by_its_newest_report_in_force_of_that_kind_alone(world: World, second: World) -> None:
    signed(world, {"models.registered": 6}, first_on=None, on=SPAN.first)
    newest = signed(world, {"models.registered": 7})
    signed(world, {"models.registered": 8}, kind="quarter")
    signed(world, {"models.registered": 9}, on=SPAN.last + datetime.timedelta(days=1))
    written.checked(second, kind="month", on=SPAN.last)
    assert numbers(world)["song-hong"]["models.registered"] == 7
    assert wards.lines(world.superior_viewer, SPAN)[0].report is None, "a draft is no report yet"
    newest.withdraw(by=world.leadership, reason="Sai số")
    assert numbers(world)["song-hong"]["models.registered"] == 6


def test_each_number_opens_the_report_that_says_it(world: World, second: World, sign_in: Callable[..., Client]) -> None:
    rows = [signed(one, {"models.registered": 7}) for one in (world, second)]
    client = sign_in(world.superior_viewer)
    page = client.get(LIST).content.decode()
    for row, slug in zip(rows, ["song-hong", "ai-mo"], strict=True):
        address = reverse("reports:ward_report", args=[slug, row.pk])
        assert page.count(f'href="{address}"') == 2, "the ward and its number"
        paper = client.get(address).content.decode()
        assert "dv-paper" in paper
        assert 'class="dv-fact"' not in paper, "nothing behind it opens"


def test_drafts_and_wards_that_one_does_not_follow_stay_shut(
    world: World, second: World, sign_in: Callable[..., Client]
) -> None:
    draft = written.checked(second)
    theirs = signed(second, {})
    client = sign_in(world.superior_viewer)
    assert client.get(reverse("reports:ward_report", args=["ai-mo", draft.pk])).status_code == 404
    assert client.get(reverse("reports:ward_report", args=["song-hong", theirs.pk])).status_code == 404, (
        "of another ward"
    )
    world.superior_viewer.memberships.filter(ward=second.ward).update(valid_to=today() - datetime.timedelta(days=1))
    client = sign_in(world.superior_viewer)
    assert client.get(reverse("reports:ward_report", args=["ai-mo", theirs.pk])).status_code == 404
    assert "Ái Mộ" not in client.get(LIST).content.decode()


def test_who_follows_several_wards_begins_with_them(
    world: World, second: World, sign_in: Callable[..., Client]
) -> None:
    assert sign_in(world.superior_viewer).get("/", follow=True).redirect_chain[-1][0] == LIST
    world.superior_viewer.memberships.filter(ward=second.ward).update(valid_to=today() - datetime.timedelta(days=1))
    client = sign_in(world.superior_viewer)
    assert client.get("/", follow=True).redirect_chain[-1][0] == reverse("reports:report_list")
    assert f'href="{LIST}"' in client.get(reverse("reports:report_list")).content.decode()
    assert f'href="{LIST}"' not in sign_in(world.supervisor).get(reverse("reports:report_list")).content.decode()


@pytest.mark.parametrize("address", ["?kind=week", "?day=31/02/2026", "?day=x"])
def test_an_address_without_a_period_is_not_found(world: World, sign_in: Callable[..., Client], address: str) -> None:
    assert sign_in(world.superior_viewer).get(LIST + address).status_code == 404


def test_few_queries_whatever_the_number_of_wards(
    world: World, second: World, sign_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    signed(world, {"models.registered": 7})
    signed(second, {"models.registered": 5})
    with django_assert_max_num_queries(5):
        wards.lines(world.superior_viewer, SPAN)
