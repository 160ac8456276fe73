"""One model through its year: registered (J1), returned, accepted (J2), carried out, inspected, scored, recognised,
taken up by another unit and carried over; by those whose turn it is, and refused to those whose it is not."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Task
from models_registry.choices import ModelState
from models_registry.models import Appraisal, MobilizationModel, Replication
from tests.browser.checks import check_page, submit
from tests.models_registry import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_year_of_a_model(
    world: World, enter: Callable, sign_in: Callable, live_server: Any, page: Page, tmp_path: Path
) -> None:
    make.theme_field(world.campaign)
    make.rubric(world.ward, world.leadership)
    paper, photo = tmp_path / "nghi-quyet.pdf", tmp_path / "hien-truong.png"
    paper.write_bytes(b"%PDF-1.4 thu")
    photo.write_bytes(make.photo().read())

    def refused(path: str, **expected: int) -> None:
        """Asked without a browser: the answer's code for each of these people."""
        codes = {name: sign_in(world.people[name]).get(path).status_code for name in expected}
        assert codes == expected, path

    # The unit registers; what is typed is kept meanwhile.
    enter(world.head)
    page.goto(live_server.url + "/models/")
    page.get_by_role("link", name="Đăng ký mô hình").first.click()
    page.get_by_label("Tên mô hình").fill("Khéo trong giữ gìn ngõ 45")
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
    model = MobilizationModel.objects.get()
    assert (model.state, model.documents.count(), model.targets.get().target) == (ModelState.SUBMITTED, 1, 12)
    refused(model.review_url, head=403, neighbour=404, stranger=404, supervisor=403)

    # The ward asks for more; the unit adds it; the ward approves, takes it back, and approves again.
    decide = live_server.url + model.review_url
    enter(world.leadership)
    page.goto(decide)
    page.locator("label:has(input[value=return])").click()
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(page.locator("main")).to_contain_text("Nhập nội dung đơn vị phải bổ sung")
    page.fill("[name=message]", "Nêu rõ ai phụ trách từng hộ")
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.get_by_role("button", name="Hoàn tác").wait_for()
    enter(world.head)
    page.goto(live_server.url + model.edit_url)
    expect(page.locator("main")).to_contain_text("Nêu rõ ai phụ trách từng hộ")
    page.get_by_label("Cách làm").fill("12 hộ ký cam kết; mỗi đảng viên phụ trách 2 hộ")
    page.get_by_role("button", name="Gửi phường duyệt").click()
    page.get_by_text("cho phường duyệt").wait_for()
    enter(world.leadership)
    for is_last in (False, True):
        page.goto(decide)
        page.locator("label:has(input[value=accept])").click()
        page.get_by_role("button", name="Gửi ý kiến").click()
        page.get_by_role("button", name="Hoàn tác").wait_for()
        if not is_last:
            page.get_by_role("button", name="Hoàn tác").click()
            page.get_by_role("button", name="Gửi ý kiến").wait_for()
    check_page(page)
    model.refresh_from_db()
    assert model.state == ModelState.ACTIVE

    # Results from a phone, with a photo.
    home = live_server.url + model.get_absolute_url()
    page.set_viewport_size({"width": 390, "height": 844})
    enter(world.head)
    page.goto(home)
    page.click("a.btn:has-text('Ghi kết quả')")
    page.fill("[name^=target_]", "7")
    page.set_input_files("input[type=file]", str(photo))
    submit(page)
    expect(page.locator("main")).to_contain_text("7/12")
    refused(f"{model.get_absolute_url()}results/new/", leadership=403, neighbour=404)

    # Inspected; what is to be mended is the unit's task.
    enter(world.campaign_officer)
    page.goto(f"{home}inspections/new/")
    page.fill("[name=inspectors]", "Ban chỉ đạo")
    page.fill("[name=findings]", "Hai hộ còn để vật liệu")
    page.fill("[name=mend]", f"Bổ sung danh sách hộ; {world.campaign.closes_on:%d/%m/%Y}")
    submit(page)
    page.wait_for_load_state()
    if page.locator("[name=keep]").count():  # asked whether a day off is meant
        page.locator("[name=keep]").first.check()
        submit(page)
    expect(page.locator("main")).to_contain_text("Hai hộ còn để vật liệu")
    assert Task.objects.get().lead_unit == world.cell

    # Assessed by the unit, scored by two of others, each alone.
    enter(world.head)
    page.goto(f"{home}self-assess/")
    page.fill("[name^=target_]", "12")
    page.fill("[name=note]", "Đủ 12 hộ; khó vì mưa")
    submit(page)
    expect(page.locator("main")).to_contain_text("Đủ 12 hộ; khó vì mưa")
    enter(world.campaign_officer)
    page.goto(f"{home}appraisal/open/")
    page.locator("details:has([name=people])").evaluate_all("folded => folded.forEach((one) => { one.open = true })")
    for person in (world.leadership, world.neighbour):
        page.check(f"[name=people][value='{person.pk}']")
    submit(page)
    expect(page.locator("#appraisal")).to_contain_text("Còn phải chấm")
    appraisal = Appraisal.objects.get()
    first, second = appraisal.rubric.all_criteria
    score = f"{model.get_absolute_url()}score/"
    refused(score, head=403, stranger=404)  # whoever has no sheet is told so
    for person, points in ((world.leadership, ("60", "30")), (world.neighbour, ("60", "40"))):
        enter(person)
        page.goto(live_server.url + score)
        assert not page.get_by_text("Mới được bốn tháng").count()  # which the first has written
        for criterion, given in zip((first, second), points, strict=True):
            page.fill(f"[name=points_{criterion.pk}]", given)
        if points[1] == "30":
            submit(page)
            expect(page.locator("form.dv-form")).to_contain_text("Ghi lý do trừ điểm")
            page.fill(f"[name=reason_{second.pk}]", "Mới được bốn tháng")
            assert page.input_value(f"[name=points_{first.pk}]") == "60"
        submit(page)
    check_page(page)

    # Decided by a document, recognised above, taken up by another unit.
    refused(model.conclude_url, head=403, neighbour=404)
    enter(world.leadership)
    page.goto(live_server.url + model.conclude_url)
    page.locator("label:has(input[value=recognised])").click()
    submit(page)
    expect(page.locator("form.dv-form")).to_contain_text("Ghi số quyết định")
    page.fill("[name=number]", "15-QĐ/ĐU")
    submit(page)
    expect(page.locator("main")).to_contain_text("15-QĐ/ĐU")
    expect(page.locator("main")).to_contain_text("95")
    page.goto(f"{home}honours/new/")
    page.locator("label:has(input[value=recognition])").click()
    page.select_option("[name=level]", "city")
    page.fill("[name=decided_by]", "Thành ủy")
    page.fill("[name=number]", "88-QĐ/TU")
    submit(page)
    expect(page.locator("main")).to_contain_text("88-QĐ/TU")
    page.goto(f"{home}honours/new/")
    page.locator("label:has(input[value=replication])").click()
    page.select_option("[name=unit]", str(world.other_cell.pk))
    submit(page)
    expect(page.locator("main")).to_contain_text(world.other_cell.name)
    check_page(page)
    assert Replication.objects.get().unit == world.other_cell

    # Carried over: a draft of the next year that says what it continues.
    enter(world.campaign_officer)
    year = world.campaign.year
    page.goto(f"{live_server.url}/campaigns/{year}/next/")
    page.fill("[name=theme]", "Năm sau")
    for name, day in (("opens_on", datetime.date(year + 1, 1, 1)), ("closes_on", datetime.date(year + 1, 12, 31))):
        page.fill(f"[name={name}]", day.strftime("%d/%m/%Y"))
    submit(page)
    page.wait_for_url(f"**/campaigns/{year + 1}/carry-over/")
    page.check("[name=parts][value=models]")
    page.click("main button[type=submit]")
    expect(page.locator("main")).to_contain_text("Việc còn phải làm")
    fresh = MobilizationModel.objects.get(campaign__year=year + 1)
    assert (fresh.previous, fresh.state, fresh.unit) == (model, ModelState.DRAFT, world.cell)
    page.goto(live_server.url + fresh.get_absolute_url())
    expect(page.locator("main")).to_contain_text(model.title)
    check_page(page)
