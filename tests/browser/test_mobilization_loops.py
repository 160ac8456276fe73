"""The three written mobilisations of a household, pressed from opening to what comes of each."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from clearance.models import Household, LoopMinutes, MobilisationLoop, RuleSet
from clearance.models.procedure import propose_procedure
from core.models import today
from deadlines.models import Deadline
from tests import factories as people
from tests.browser.checks import check_page, submit
from tests.clearance import factories as make
from tests.clearance.test_loops import paper, reached, verified
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)
LONG = 40 * DAY
WORDS = "Gia đình chờ con trai về"
KINDS = [
    ("inventory", "Vận động phối hợp kiểm đếm", 15, ["notice"], []),
    ("plan", "Vận động thực hiện phương án", 10, ["plan"], ["approved"]),
    ("handover", "Vận động bàn giao mặt bằng", 10, ["decision"], ["paid"]),
]


def household_by(world: World, law: str) -> Household:
    place = make.scene(world)
    make.clocks(world)
    verified(world)
    propose_procedure(world.ward, by=None)
    project, row = place["project"], place["of_cell"][0]
    project.rule_set = RuleSet.objects.get(ward=world.ward, code=law)
    project.save(update_fields=["rule_set"])
    row.project = project
    return row


def open_loop(page: Page, url: str, household: Household, kind: str) -> MobilisationLoop:
    page.goto(url + household.get_absolute_url())
    page.get_by_role("link", name="Mở đợt vận động").click()
    page.get_by_label(kind).check()
    submit(page, -1)
    expect(page.locator("form.dv-form")).to_contain_text("Còn")  # the household's words are missing
    page.locator("[name=words]").fill(WORDS)
    submit(page, -1)
    expect(page.locator("h1")).to_contain_text(kind, ignore_case=True)
    return MobilisationLoop.objects.get(ended_on=None)


def write_minutes(page: Page, here: str, *, signed: bool) -> None:
    page.goto(here)
    page.get_by_role("link", name="Lập biên bản").first.click()
    for name, who in (("ward", "Phó Chủ tịch"), ("front", "Bà Bình"), ("unit", "Anh Chính"), ("household", "Chủ hộ")):
        page.locator(f"[name=of_{name}]").fill(who)
    page.get_by_label("Hộ đã ký" if signed else "Không ký biên bản, có hai người chứng kiến").check()
    if not signed:
        submit(page, -1)
        page.get_by_text("phải có hai người chứng kiến").first.wait_for()
        page.locator("[name=witness]").fill("Ông Tư")
        page.locator("[name=second_witness]").fill("Bà Năm")
    else:
        page.locator("[name=paper]").fill("Hồ sơ số 12")
    submit(page, -1)
    page.get_by_text("Biên bản vận động lần thứ").first.wait_for()


def let_days_pass(loop: MobilisationLoop) -> None:
    """Everything of the loop lies so many days further back."""
    days = Deadline.objects.filter(pk__in=[loop.window_id, loop.wait_id])
    days.update(anchor_on=F("anchor_on") - LONG, due_on=F("due_on") - LONG)
    LoopMinutes.objects.filter(loop=loop).update(on=F("on") - LONG)
    MobilisationLoop.objects.filter(pk=loop.pk).update(opened_on=F("opened_on") - LONG)


@pytest.mark.parametrize("law", ["resolution-254", "land-law-2024"])
@pytest.mark.parametrize(("kind", "label", "window", "papers", "milestones"), KINDS)
def test_each_mobilisation_is_pressed_from_its_opening_to_its_whole_gate(
    world: World,
    enter: Callable,
    live_server: Any,
    page: Page,
    law: str,
    kind: str,
    label: str,
    window: int,
    papers: list[str],
    milestones: list[str],
) -> None:
    household = household_by(world, law)
    enter(world.clearance_officer)
    loop = open_loop(page, live_server.url, household, label)
    assert loop.window.due_on == today() + window * DAY
    assert loop.wait.due_on == today() + (window + 11) * DAY
    assert loop.window.rule.rule_set == household.project.rule_set.name
    here = live_server.url + loop.get_absolute_url()
    check_page(page)
    expect(page.locator("main")).to_contain_text("còn thiếu")

    enter(world.head)
    write_minutes(page, here, signed=False)
    write_minutes(page, here, signed=True)
    expect(page.locator("main")).to_contain_text("Bà Năm")
    expect(page.locator("main")).to_contain_text("lần thứ 2")

    let_days_pass(loop)
    page.goto(here)
    expect(page.locator("main")).to_contain_text("Đã hết thời hạn")
    expect(page.locator("main")).to_contain_text(f"còn thiếu {len(papers) + len(milestones)} căn cứ")
    for name in papers:
        paper(household, world, name)
    for name in milestones:
        MobilisationLoop.objects.filter(pk=loop.pk).update(opened_on=today() - 30 * DAY)  # the money came before
        reached(household, world, name, days=45)
    page.goto(here)
    expect(page.locator("main")).to_contain_text("đã đủ căn cứ")
    check_page(page)

    enter(world.clearance_officer)
    page.goto(here)
    page.get_by_role("link", name="Ghi nhận có quyết định").click()
    page.locator("[name=number]").fill("77/QĐ-UBND")
    page.locator("[name=on]").fill(f"{today():%d/%m/%Y}")
    submit(page, -1)
    expect(page.locator("main")).to_contain_text("77/QĐ-UBND")
    if kind != "handover":
        return
    expect(page.locator("main")).to_contain_text("chờ người thứ hai")
    second = people.member(world.committee, "clearance_officer", people.user("Người Thứ Hai"))
    enter(second)
    page.goto(here)
    page.get_by_role("link", name="Xác nhận quyết định").click()
    page.get_by_role("button", name="Đã xem quyết định").click()
    expect(page.locator("main")).to_contain_text("Người Thứ Hai")


def test_the_household_cooperates_and_one_press_ends_it(
    world: World, enter: Callable, live_server: Any, page: Page
) -> None:
    household = household_by(world, "resolution-254")
    enter(world.clearance_officer)
    loop = open_loop(page, live_server.url, household, "Vận động phối hợp kiểm đếm")
    enter(world.head)
    page.goto(live_server.url + loop.get_absolute_url())
    page.get_by_role("link", name="Hộ phối hợp").click()
    page.locator("[name=note]").fill("Cho đo đạc thửa đất")
    submit(page, -1)
    expect(page.locator("main")).to_contain_text("Cho đo đạc thửa đất")
    expect(page.locator("main")).to_contain_text("Đợt vận động này đã kết thúc")
    assert page.get_by_role("link", name="Lập biên bản").count() == 0
    check_page(page)
