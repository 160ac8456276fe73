"""From an empty portal to a unit's first registered model, as its first administrator and a secretary go through it,
with lists as files: of units by LibreOffice, of people by a writer of Excel files, of old models typed by hand."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page

from accounts import actions
from accounts.models import Unit
from core.models import today
from models_registry.models import MobilizationModel
from tests.browser.checks import check_page, listen

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST_CLICKS = 40  # beside the typing
OWN = "mot-mat-khau-rieng-2026"
UNITS = Path(__file__).parent / "files" / "units.ods"  # by LibreOffice 7.4
PEOPLE = [
    ["Họ và tên", "Chức vụ", "Đơn vị", "Vai trò", "Điện thoại"],
    ["Nguyễn Thị Hường", "Bí thư", "Chi bộ 7", "Trưởng đơn vị", 912345678],  # the zero is gone, as in each such file
    ["Trần Văn Khánh", "Bí thư", "Chi bộ 8", "Trưởng đơn vị", None],
]
MODELS = f"""Tên mô hình;Đơn vị;Lĩnh vực;Cách làm;Chỉ tiêu;Số lượng;ĐVT;Ngày duyệt
Bếp ăn nghĩa tình;Chi bộ 8;{{field}};Mỗi tuần một bữa;Suất ăn;1.200;suất;{today():%d/%m/%Y}
"""


class Hand:
    """Counts what a person presses on all pages."""

    def __init__(self) -> None:
        self.clicks = 0

    def press(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def choose(self, what: Locator, label: str) -> None:
        self.clicks += 2  # opens, and picks
        what.select_option(label=label)

    def bring(self, page: Page, name: str, data: bytes) -> None:
        """From the page of the rows: the button, the file out of its folder, read, looked at, taken over."""
        self.press(page.get_by_role("link", name="Nhập từ tệp"))
        look_at(page)
        self.clicks += 2  # the folder opens, and one picks
        page.get_by_label("Tệp danh sách").set_input_files({"name": name, "mimeType": "", "buffer": data})
        self.press(button(page, "Đọc tệp"))
        page.wait_for_url("**/imports/*/")
        look_at(page)
        self.press(button(page, "Nhập danh sách"))
        page.get_by_text("Đã nhập").first.wait_for()
        look_at(page)


def workbook(rows: list[list[Any]]) -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def look_at(page: Page) -> None:
    page.evaluate("scrollTo(0, 0)")  # what has just been filled in lies far down, and the bar above is under the head
    check_page(page)


def later(page: Page) -> Locator:
    return page.get_by_label("Thiết lập phường").get_by_role("link", name="Để sau")


def test_a_ward_opens_and_its_unit_registers_a_model(live_server: Any, page: Page, browser: Any, settings: Any) -> None:
    settings.BASE_URL = live_server.url
    hand = Hand()
    page.goto(live_server.url + actions.opening_address())
    page.get_by_label("Tên phường").fill("Phường Long Biên")
    page.get_by_label("Họ và tên").fill("Đinh Quốc Bảo")
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu", exact=True).fill(OWN)
    page.get_by_label("Nhập lại mật khẩu").fill(OWN)
    look_at(page)
    hand.press(button(page, "Mở cổng"))
    page.get_by_role("heading", name="Còn 13 việc phải thiết lập").wait_for()
    look_at(page)
    hand.press(page.get_by_role("link", name="Tiếp: Phường và cấp trên"))
    page.get_by_label("Đảng ủy cấp trên").fill("Thành ủy")
    hand.press(button(page, "Lưu cấp trên"))

    hand.bring(page, "Đơn vị.ods", UNITS.read_bytes())
    assert Unit.objects.count() == 2 + 11
    hand.press(page.get_by_role("link", name="Tiếp: Đơn vị nào giữ việc gì"))
    hand.choose(page.get_by_label("Thường trực công tác dân vận"), "Văn phòng Đảng ủy")
    hand.press(button(page, "Lưu phân công"))

    hand.bring(page, "Cán bộ.xlsx", workbook(PEOPLE))
    hand.press(page.get_by_role("link", name="Tạo phiếu"))
    hand.press(button(page, "Tạo phiếu"))
    page.get_by_role("heading", name="2 phiếu, chỉ hiện một lần này").wait_for()
    look_at(page)
    slip = page.locator(".dv-slip", has_text="Nguyễn Thị Hường")
    first_password = slip.locator(".dv-slip-code").inner_text()
    hand.press(page.get_by_role("link", name="Tôi đã in xong"))

    hand.press(button(page, "Tôi làm cả cán bộ phong trào"))
    page.get_by_label("Chủ đề").fill("Năm Dân vận khéo")
    hand.press(button(page, "Lưu và mở năm"))
    page.get_by_role("heading", name=f"Lĩnh vực năm {today().year}").wait_for()
    look_at(page)
    hand.press(button(page, "Thêm các lĩnh vực này"))
    hand.press(button(page, "Lập lịch nghỉ tạm tính"))
    hand.press(button(page, "Đưa vào các quy định đã biết"))
    hand.press(button(page, "Thêm các quy tắc thông dụng"))
    hand.press(later(page))
    page.get_by_role("heading", name="Thư điện tử của cổng").wait_for()
    look_at(page)
    hand.press(page.get_by_role("link", name="Các bước"))
    page.get_by_text("Lịch nghỉ năm").first.wait_for()
    assert page.locator(".dv-setup-step", has_text="Xong").count() >= 4

    hand.press(page.get_by_role("navigation").get_by_role("link", name="Mô hình").first)
    hand.bring(page, "Mô hình đã duyệt.csv", MODELS.format(field="Chỉnh trang đô thị").encode())
    assert MobilizationModel.objects.get().state == "active"

    phone = listen(browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN").new_page())
    secretary_registers(phone, live_server.url, hand, first_password)
    model = MobilizationModel.objects.get(unit__name="Chi bộ 7")
    assert model.state == "submitted"
    assert hand.clicks <= MOST_CLICKS, hand.clicks


def secretary_registers(page: Page, url: str, hand: Hand, first_password: str) -> None:
    """By the phone number and the slip, on a phone."""
    page.goto(url)
    page.get_by_label("Số điện thoại hoặc tên đăng nhập").fill("0912345678")
    page.get_by_label("Mật khẩu", exact=True).fill(first_password)
    hand.press(button(page, "Đăng nhập"))
    page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
    page.get_by_label("Nhập lại mật khẩu mới").fill(OWN)
    hand.press(button(page, "Đổi mật khẩu"))
    page.get_by_role("heading", level=1).wait_for()
    hand.press(page.get_by_label("Chính, điện thoại").get_by_role("link", name="Mô hình"))
    hand.press(page.get_by_role("link", name="Đăng ký mô hình").first)
    page.get_by_label("Tên mô hình").fill("Ngõ 45 tự quản trật tự đô thị")
    hand.press(page.get_by_text("Chỉnh trang đô thị"))
    page.get_by_label("Cách làm").fill("12 hộ ký cam kết")
    page.get_by_label("Nội dung").first.fill("Hộ ký cam kết")
    page.get_by_label("Số lượng").first.fill("12")
    page.get_by_label("Hạn").first.fill(f"31/12/{today().year}")
    hand.press(button(page, "Gửi phường duyệt"))
    page.get_by_text("cho phường duyệt").wait_for()
