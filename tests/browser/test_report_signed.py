"""The report of 12/04/2022 on its way: written by journey 6, checked, signed, numbered and sent by four people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Locator, Page

from accounts.choices import Role
from campaigns.choices import CampaignState, MeetingState
from campaigns.models import Campaign
from reports.models import Report
from tests.browser.checks import check_page
from tests.campaigns import factories as cascade
from wardportal.demonstration import ward, year_2022
from wardportal.demonstration.ward import Ground
from wardportal.demonstration.year_2022 import DAY

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ground(transactional_db: None) -> Ground:
    """The ward of 2022, its year taken up again, before anybody has written its report."""
    laid = ward.lay()
    year_2022.load(laid)
    campaign = Campaign.objects.get(ward=laid.ward, year=2022)
    campaign.move(CampaignState.OPEN, since=[CampaignState.CLOSED], by=None)
    written = Report.objects.get(campaign=campaign)
    written.sections.all().delete()
    Report.objects.filter(pk=written.pk).update(campaign=campaign, on=DAY.replace(month=3), title="báo cáo khác")
    return laid


class Clicks:
    """Every click of one person on the way; what is typed is none."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        what.click()
        self.count += 1


def answered(page: Page, click: Clicks) -> None:
    """What a form asks first is ticked, and sent once more."""
    box = page.locator("input[name=keep]")
    if box.count():
        click(box.locator("xpath=ancestor::label"))
        click(page.locator("form.dv-form button[type=submit]"))


def open_from_work(page: Page, base: str, words: str, click: Clicks) -> None:
    """From what waits for the person to the report."""
    page.goto(f"{base}/work/?year=2022")
    click(page.get_by_role("link", name=words).first)


def test_the_report_of_2022_passes_four_desks_and_stays_as_it_was_signed(
    ground: Ground, enter: Callable, live_server: Any, page: Page, tmp_path: Path
) -> None:
    base, people = live_server.url, ground.people
    writes = Clicks()
    enter(people[Role.CAMPAIGN_OFFICER])
    page.goto(f"{base}/reports/?year=2022")
    writes(page.get_by_role("link", name="Viết báo cáo").first)
    page.locator("#id_kind").select_option("day")
    page.locator("#id_on").fill(f"{DAY:%d/%m/%Y}")
    page.locator("#id_title").fill("kết quả bước đầu thực hiện chủ đề năm 2022")
    page.locator("#id_next").fill("\n".join(year_2022.NEXT_TASKS))
    writes(page.locator("form.dv-form button[type=submit]"))
    paper = page.locator("article.dv-paper")
    for fact in ("90-KH/QU", "16 mô hình", "14 tập thể", "29 hộ", "gần 100 người", "DỰ THẢO"):
        assert fact in paper.inner_text(), fact
    here = page.url
    before = paper.locator(".dv-fact-miss").count()
    writes(page.get_by_role("button", name="Bỏ câu này").first)
    assert paper.locator(".dv-fact-miss").count() < before
    check_page(page)
    with page.expect_download() as downloaded:
        writes(page.get_by_role("link", name="Tải .docx"))
    downloaded.value.save_as(tmp_path / "nhap.docx")
    writes(page.get_by_role("button", name="Trình kiểm tra"))
    assert writes.count <= 5, "journey 6 asks for five clicks"

    checks = Clicks()
    enter(people[Role.RECORDS_CLERK])
    page.goto(here)
    checks(page.get_by_role("button", name="Đã kiểm tra"))
    assert not page.get_by_role("link", name="Ký báo cáo").count(), "the clerk does not sign"

    signs = Clicks()
    enter(people[Role.LEADERSHIP])
    open_from_work(page, base, "Ký báo cáo", signs)
    assert page.get_by_text("Các số khớp nhau.").is_visible()
    signs(page.get_by_role("link", name="Ký báo cáo"))
    check_page(page)
    signs(page.locator("form.dv-form button[type=submit]"))
    answered(page, signs)
    assert signs.count <= 5

    numbers = Clicks()
    enter(people[Role.RECORDS_CLERK])
    page.goto(here)
    numbers(page.get_by_role("link", name="Cấp số"))
    page.locator("#id_on").fill(f"{DAY:%d/%m/%Y}")
    numbers(page.locator("form.dv-form button[type=submit]"))
    answered(page, numbers)
    numbers(page.get_by_role("link", name="Ghi đã gửi"))
    numbers(page.locator("form.dv-form button[type=submit]"))
    report = Report.objects.latest("pk")
    assert (report.state, report.issued_as.dated_on) == ("sent", DAY)

    campaign = Campaign.objects.get(ward=ground.ward, year=2022)
    page.goto(here)
    signed = paper.inner_text()
    assert "ngày 12 tháng 4 năm 2022" in signed
    cascade.meeting(campaign, held_on=DAY, state=MeetingState.HELD)
    page.goto(here)
    assert page.locator(".dv-fact-now").first.inner_text() == "hiện nay: 02"
    page.locator(".dv-fact-now").evaluate_all("found => found.forEach(one => one.remove())")
    assert paper.inner_text().split() == signed.split(), "word for word as it was signed"
    check_page(page)

    enter(people[Role.CAMPAIGN_OFFICER])
    page.goto(here)
    for number in range(paper.locator("a.dv-fact").count()):
        page.goto(here)
        paper.locator("a.dv-fact").nth(number).click()
        page.wait_for_url(lambda url: url != here)
        assert not page.get_by_text("Không có trang này").count()

    enter(people[Role.SUPERIOR_VIEWER])
    page.goto(here)
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Tải .docx").click()
    downloaded.value.save_as(tmp_path / "ky.docx")
    document = docx.Document(str(tmp_path / "ky.docx"))
    cells = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert report.issued_as.symbol in cells
    assert "ĐẢNG BỘ QUẬN LONG BIÊN" in cells
    assert "ngày 12 tháng 4 năm 2022" in cells
    assert "DỰ THẢO" not in document.sections[0].first_page_header._element.xml
