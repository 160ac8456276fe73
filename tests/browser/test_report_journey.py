"""Journey 6: the office writes the month's report from figures that are already there and takes the paper along."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page

from reports.choices import SectionCode
from reports.models import Report
from tests.browser.checks import check_page
from tests.models_registry import factories as models
from tests.reports import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_office_writes_a_report_and_downloads_it_in_five_clicks(
    world: World, enter: Callable, live_server: Any, page: Page, tmp_path: Path
) -> None:
    make.standard(world)
    models.submitted(world.campaign, world.cell, world.head)
    enter(world.campaign_officer)
    page.goto(live_server.url + "/reports/")
    page.get_by_role("link", name="Viết báo cáo").first.click()
    page.locator("#id_title").fill("kết quả tháng này")
    page.locator("#id_body").select_option(str(world.committee.pk))
    page.locator("#id_situation").fill("Nhân dân đồng tình với chủ trương chung.")
    page.locator("#id_next").fill("Hoàn thành việc mời dự hội nghị")
    page.locator("form.dv-form button[type=submit]").click()
    paper = page.locator("article.dv-paper")
    paper.get_by_text("Nhân dân đồng tình với chủ trương chung.").wait_for()
    assert paper.locator(".dv-fact").count(), "no fact leads to its rows"
    missing = paper.locator(".dv-fact-miss").all_inner_texts()
    assert missing
    assert all(text.startswith("[") and text.endswith("]") for text in missing)
    page.emulate_media(media="print")  # the brackets are in the text; the print adds none
    added = paper.locator(".dv-fact-miss").first.evaluate("found => getComputedStyle(found, '::before').content")
    assert added == "none"
    page.emulate_media(media="screen")
    check_page(page)
    written = page.url
    paper.locator(".dv-fact").first.click()
    page.wait_for_url(lambda url: url != written)
    page.goto(written)
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Tải .docx").click()
    downloaded.value.save_as(tmp_path / "bao-cao.docx")
    with ZipFile(tmp_path / "bao-cao.docx") as archive:
        text = archive.read("word/document.xml").decode()
    assert "Nhân dân đồng tình với chủ trương chung." in text
    assert "[chưa có" in text
    assert Report.objects.get().lines(SectionCode.NEXT) == ["Hoàn thành việc mời dự hội nghị"]


def test_a_unit_head_reads_the_report_and_is_refused_its_writing(
    world: World, enter: Callable, live_server: Any, page: Page
) -> None:
    report = make.sent(world)
    enter(world.head)
    page.goto(live_server.url + report.get_absolute_url())
    assert page.get_by_role("link", name="Tải .docx").is_visible()
    assert not page.get_by_role("link", name="Sửa lời văn").count()
    for path in ("/reports/new/", f"{report.get_absolute_url()}edit/"):
        assert page.goto(live_server.url + path).status == 403
        check_page(page, expected_status=403)
