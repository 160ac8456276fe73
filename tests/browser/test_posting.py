"""A posting by the roles concerned: the clearance officer prepares it, the editorial board puts it up and notes the
banners, a citizen reads it on a phone, and when its days are over the clerk closes it with the signed record."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from core.models import today
from publicity.models import Posting
from tests.browser.checks import FIRST_LOAD, check_page, listen, weigh
from tests.publicity import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "bang-tin.jpg"
    path.write_bytes(make.photo().read())
    return str(path)


def test_a_plan_goes_on_display_is_read_by_a_citizen_and_is_closed(
    world: World, enter: Callable, live_server: Any, page: Page, browser: Browser, photo: str
) -> None:
    make.place(world.ward, name="Bảng tin trụ sở phường")
    make.hanging_rule(world.ward)
    enter(world.clearance_officer)
    page.goto(live_server.url + "/postings/new/")
    check_page(page)
    page.locator("#id_title").fill("Dự thảo phương án bồi thường E6HT")
    page.locator("#id_text").fill("Xem bản đầy đủ trong tệp.")
    page.locator("#id_papers").set_input_files(photo)
    page.get_by_label("Bảng tin trụ sở phường").check()
    page.locator("#id_rule").select_option(index=1)
    page.locator("#id_ends_on").fill(f"{today() - DAY:%d/%m/%Y}")
    page.locator("form.dv-form button[type=submit]").last.click()
    page.get_by_text("Ngày cuối không được trước ngày đầu.").first.wait_for()
    assert page.locator("#id_title").input_value() == "Dự thảo phương án bồi thường E6HT", "nothing typed is lost"
    check_page(page)
    page.locator("#id_ends_on").fill("")
    page.locator("#id_papers").set_input_files(photo)
    page.locator("form.dv-form button[type=submit]").last.click()
    page.get_by_role("button", name="Chuyển để cho niêm yết").click()
    page.get_by_text("Đang chờ cho niêm yết.").wait_for()
    posting = Posting.objects.get()
    here = live_server.url + posting.get_absolute_url()
    assert page.goto(f"{here}put-up/").status == 403, "the editorial board puts it up"
    check_page(page, expected_status=403)

    enter(world.media_officer)
    page.goto(here)
    page.get_by_role("link", name="Cho niêm yết").click()
    page.locator("form.dv-form button[type=submit]").click()
    page.get_by_role("link", name="Trang công khai").wait_for()
    check_page(page)
    page.get_by_role("link", name="Thêm minh chứng").first.click()
    page.locator("#id_file").set_input_files(photo)
    page.get_by_label("Ảnh đang niêm yết").check()
    page.locator("#id_place").select_option(index=1)
    page.locator("form.dv-form button[type=submit]").click()
    page.locator("td", has_text="Bảng tin trụ sở phường").first.wait_for()

    _bring_out(world, live_server, page)

    posting.refresh_from_db()
    _read_as_citizen(world, live_server, browser, posting)

    Posting.objects.filter(pk=posting.pk).update(starts_on=today() - 11 * DAY, ends_on=today() - DAY)
    enter(world.records_clerk)
    page.goto(here)
    page.get_by_role("link", name="Kết thúc niêm yết").click()
    page.locator("#id_opinions").fill("4")
    page.locator("form.dv-form button[type=submit]").click()
    page.get_by_text("Còn 1 chỗ cần sửa").first.wait_for()  # the signed record is missing
    page.locator("#id_record").set_input_files(photo)
    page.locator("form.dv-form button[type=submit]").click()
    page.get_by_role("rowheader", name="Biên bản kết thúc niêm yết").wait_for()
    check_page(page)


def _bring_out(world: World, live_server: Any, page: Page) -> None:
    """What is wrong is said beside its field, what was typed stays; the list shows the entry and adds it up."""
    make.channel(world.ward)
    make.output(world.campaign, world.cell, quantity=3)
    page.goto(live_server.url + "/outputs/")
    page.get_by_role("link", name="Ghi sản phẩm").first.click()
    page.get_by_label("Băng rôn").check()
    page.locator("#id_quantity").fill("-12")
    page.locator("#id_measure").fill("0")
    page.locator("#id_measured_in").select_option("m")
    page.locator("#id_place").fill("Trục đường Cầu Vồng")
    page.locator("#id_on").fill(f"{today() + DAY:%d/%m/%Y}")
    page.locator("#id_channel").select_option(index=1)
    page.locator("#id_unit").select_option(label=str(world.cell))
    send = page.locator("form.dv-form button[type=submit]").last
    send.click()
    page.get_by_text("Còn 3 chỗ cần sửa").first.wait_for()
    for field, said in [
        ("quantity", "từ 1 trở lên"),
        ("measure", "từ 0,01 trở lên"),
        ("on", "từ hôm nay trở về trước"),
    ]:
        assert said in page.locator(f"#div_id_{field}").inner_text()
    assert page.locator("#id_place").input_value() == "Trục đường Cầu Vồng"
    check_page(page)
    page.locator("#id_quantity").fill("12")
    page.locator("#id_measure").fill("240")
    page.locator("#id_on").fill(f"{today():%d/%m/%Y}")
    send.click()
    page.get_by_role("definition").filter(has_text="240 m").wait_for()
    page.goto(live_server.url + "/outputs/")
    page.get_by_role("row", name="Trục đường Cầu Vồng").get_by_text("240 m").wait_for()
    assert page.locator("[data-sum]").inner_text() == "15 sản phẩm"
    page.locator(".dv-seg a", has_text="Băng rôn").click()
    page.get_by_text("240 m của 12/15").wait_for()
    check_page(page)


def _read_as_citizen(world: World, live_server: Any, browser: Browser, posting: Posting) -> None:
    """On a cheap phone, without signing in, within the first load's budget; afterwards the address says it is gone."""
    phone = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=True)
    page = listen(phone.new_page())
    assert weigh(page, f"{live_server.url}/p/{world.ward.slug}/", set()) < FIRST_LOAD
    check_page(page)
    page.get_by_role("link", name=posting.title).click()
    page.get_by_text("Xem bản đầy đủ trong tệp.").wait_for()
    check_page(page)
    page.goto(f"{live_server.url}/p/{world.ward.slug}/postings/")
    check_page(page)
    page.goto(f"{live_server.url}/p/{world.ward.slug}/articles/")
    check_page(page)
    Posting.objects.filter(pk=posting.pk).update(starts_on=today() - 11 * DAY, ends_on=today() - DAY)
    anew = f"{live_server.url}{posting.get_public_url()}?anew=1"  # the phone may keep what it has read for two minutes
    assert page.goto(anew).status == 410
    check_page(page, expected_status=410)
    Posting.objects.filter(pk=posting.pk).update(starts_on=posting.starts_on, ends_on=posting.ends_on)
    phone.close()
