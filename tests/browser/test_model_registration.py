"""A unit registers a model in a browser (J1) and the ward decides (J2)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models_registry.choices import ModelState
from models_registry.models import MobilizationModel
from tests.browser.checks import check_page
from tests.models_registry import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_model_is_registered_in_seven_clicks_and_kept_meanwhile(
    world: World, enter: Callable, live_server: Any, page: Any, tmp_path: Path
) -> None:
    make.theme_field(world.campaign)
    paper = tmp_path / "nghi-quyet.pdf"
    paper.write_bytes(b"%PDF-1.4 thu")
    enter(world.head)
    page.goto(live_server.url + "/models/")
    page.get_by_role("link", name="Đăng ký mô hình").first.click()
    page.get_by_label("Tên mô hình").fill("Ngõ 45 tự quản trật tự đô thị")
    page.get_by_text("Chỉnh trang đô thị").click()
    page.get_by_label("Cách làm").fill("12 hộ ký cam kết")
    page.get_by_text("Đã tự lưu bản nháp lúc").wait_for()
    assert page.url.endswith("/edit/")
    page.get_by_label("Nội dung").first.fill("Hộ ký cam kết")
    page.get_by_label("Số lượng").first.fill("12")
    page.get_by_label("Hạn").first.fill(world.campaign.closes_on.strftime("%d/%m/%Y"))
    page.set_input_files("input[type=file]", str(paper))
    page.get_by_role("link", name="nghi-quyet.pdf").wait_for()
    check_page(page)
    page.get_by_role("button", name="Gửi phường duyệt").click()
    page.get_by_text("cho phường duyệt").wait_for()
    registration = MobilizationModel.objects.get()
    assert (registration.state, registration.documents.count()) == (ModelState.SUBMITTED, 1)
    assert registration.targets.get().target == 12


def test_a_wrong_form_says_so_and_keeps_everything(world: World, enter: Callable, live_server: Any, page: Any) -> None:
    make.theme_field(world.campaign)
    enter(world.head)
    page.goto(live_server.url + "/models/new/")
    page.get_by_label("Cách làm").fill("12 hộ ký cam kết")
    page.get_by_role("button", name="Gửi phường duyệt").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Lỗi:")
    assert page.get_by_label("Cách làm").input_value() == "12 hộ ký cam kết"
    check_page(page)


def test_the_ward_decides_in_three_clicks(world: World, enter: Callable, live_server: Any, page: Any) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    enter(world.leadership)
    page.goto(live_server.url + registration.review_url)
    page.locator("label:has(input[value=accept])").click()
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.get_by_role("button", name="Hoàn tác").wait_for()
    check_page(page)
    registration.refresh_from_db()
    assert registration.state == ModelState.ACTIVE
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_role("button", name="Gửi ý kiến").wait_for()
    registration.refresh_from_db()
    assert registration.state == ModelState.SUBMITTED
