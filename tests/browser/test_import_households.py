"""5,000 households come in from a file with 37 wrong rows: looked at in the background, mended in the list that says
what to do, taken over, and taken back; and a list made by hand, with all that is odd about such lists."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page

from accounts.choices import Branch
from clearance.models import Household, Party
from core.imports import as_text
from core.tables import Book
from notifications.engine import jobs
from tests import factories as build
from tests.browser.checks import check_page
from tests.clearance import factories as clearance
from tests.intake import files
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNT, WRONG, SINCE = 5_000, 37, 1_000
BY_HAND = Path(__file__).parent.parent / "core" / "tables" / "households.ods"  # by LibreOffice 7.4, signatures below


def table() -> tuple[list[list[Any]], dict[int, list[Any]]]:
    """The list with 37 wrong rows, and what is right in each of them, by row of the sheet."""
    rows = files.households(COUNT, since=SINCE, group="Tổ dân phố số 9")
    right = {}
    for n in range(WRONG):
        row = 10 + 100 * n
        right[row + 1] = list(rows[row])
        wrong = rows[row]
        if n % 4 == 0:
            wrong[0] = rows[row - 1][0]
        elif n % 4 == 1:
            wrong[1] = "N" * 400
        elif n % 4 == 2:
            wrong[3] = "Tổ dân phố số 99"
        else:
            wrong[2] = ""
    return rows, right


def send(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("Tệp danh sách").set_input_files({"name": name, "mimeType": "", "buffer": data})
    page.get_by_role("button", name="Đọc tệp").click()


@pytest.fixture
def place(world: World) -> dict[str, Any]:
    build.unit(world.ward, name="Tổ dân phố số 9", branch=Branch.RESIDENTIAL)
    return clearance.scene(world)


def test_five_thousand_households_come_in_with_errors_mended(
    live_server: Any, enter: Callable, world: World, place: dict
) -> None:
    before = Household.objects.count(), Party.objects.count()
    rows, right = table()
    page = enter(world.clearance_officer)
    page.goto(f"{live_server.url}/clearance/projects/{place['project'].slug}/households/")
    page.get_by_role("link", name="Nhập từ tệp").click()
    check_page(page)
    send(page, "Danh sách hộ.xlsx", files.xlsx(rows))
    after_job(page)
    check_page(page)
    assert page.get_by_role("heading", name="37 dòng cần sửa").is_visible()
    assert Household.objects.count() == before[0]

    with page.expect_download() as told:
        page.get_by_role("link", name="Tải tệp cần sửa").click()
    book = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes()))
    sheet = book.active
    advised = [n for n in range(2, COUNT + 2) if sheet.cell(n, 5).value]
    assert advised == sorted(right)
    for row, cells in right.items():
        for column, cell in enumerate(cells, 1):
            sheet.cell(row, column).value = cell
    out = io.BytesIO()
    book.save(out)

    page.get_by_role("link", name="Đưa lên tệp đã sửa").click()
    send(page, "Danh sách hộ đã sửa.xlsx", out.getvalue())
    after_job(page)
    page.get_by_role("button", name="Nhập danh sách").click()
    after_job(page)
    check_page(page)
    made = Household.objects.filter(project=place["project"], number__gte=SINCE)
    assert made.count() == COUNT
    meant = {(number, name, address) for number, name, address, _group in files.households(COUNT, since=SINCE)[1:]}
    stored = made.values_list("number", "representations__party__name", "address_line")
    assert set(stored) == meant
    page.get_by_role("link", name="5.000").click()
    check_page(page)
    assert page.locator("tbody tr").count() == 50

    page.go_back()
    page.get_by_role("link", name="Rút lại danh sách").click()
    page.get_by_role("button", name="Rút lại danh sách").click()
    after_job(page)
    assert (Household.objects.count(), Party.objects.count()) == before


def after_job(page: Page) -> None:
    """A long list's work is done in the background; its page leads on to what came of it."""
    page.wait_for_url("**/jobs/*/")
    jobs.run_all(120)
    page.reload()
    check_page(page)
    page.locator("main a[href^='/imports/']").last.click()
    page.wait_for_url("**/imports/*/")


def test_a_list_made_by_hand_asks_what_is_odd_and_ends_right(
    live_server: Any, enter: Callable, world: World, place: dict, page: Page
) -> None:
    """Headings of two rows further down, numbers of columns, titles between groups, a sum, signatures."""
    enter(world.clearance_officer)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/clearance/projects/{place['project'].slug}/households/")
    page.get_by_role("link", name="Nhập từ tệp").click()
    send(page, "Biểu thống kê.ods", BY_HAND.read_bytes())
    page.wait_for_url("**/ask/")
    check_page(page)
    page.get_by_role("button", name="Tiếp tục").click()
    check_page(page)
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    page.wait_for_url("**/imports/*/")
    check_page(page)
    page.get_by_role("button", name="Nhập danh sách").click()
    page.get_by_text("Đã nhập 4 dòng").wait_for()
    check_page(page)
    book = Book(BY_HAND.read_bytes(), "ods")
    numbers = {as_text(row[0]) for row in book.read(book.sheets[0].name).rows[6:] if isinstance(row[0], float)}
    made = Household.objects.filter(number__gte=300, project=place["project"]).order_by("number")
    assert {str(row.number) for row in made} == numbers
    assert [str(row.representative) for row in made][:2] == ["Lê Thị Hoa", "Nguyễn Văn Bình"]
