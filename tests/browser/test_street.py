"""A street on a phone: a defect in a few taps with the place of the phone, mended with a photo, the pair for all."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from beautification.models import Defect, DefectKind
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.browser.checks import check_page, listen
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def photo(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture().read()}


def test_a_defect_from_the_report_to_the_public_pair(world: World, live_server: object, enter: Callable) -> None:
    street = make.street(world, name="Phố Trạm")
    DefectKind.objects.create(ward=world.ward, name="Rác tồn đọng")
    page = enter(world.head)
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 105.886123, "latitude": 21.042456})
    page.goto(live_server.url + street.get_absolute_url())
    page.get_by_role("link", name="Báo tồn tại").click()
    page.get_by_text("Rác tồn đọng").click()
    page.get_by_label("Vị trí trên tuyến").fill("Gốc cây trước số 40")
    page.get_by_role("button", name="Thêm vị trí tôi đang đứng").click()
    expect(page.get_by_text("Đã thêm vị trí.")).to_be_visible()
    page.locator("input[type=file]").set_input_files(photo("truoc.jpg"))
    check_page(page)
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.locator("h1")).to_have_text("Gốc cây trước số 40")
    check_page(page)
    row = Defect.objects.get()
    assert str(row.longitude) == "105.886123"
    page.get_by_role("link", name="Đã xử lý xong").click()
    page.locator("input[type=file]").set_input_files(photo("sau.jpg"))
    page.get_by_role("button", name="Lưu là đã xử lý").click()
    expect(page.locator(".dv-chip").first).to_contain_text("Đã xử lý")
    row.photo_pairs.get().clear(by=world.campaign_officer)
    # everybody: a slider that the arrow keys move; without the script both photos stand there
    address = live_server.url + reverse("beautification:public_street", args=[world.ward.slug, street.slug])
    other = page.context.browser.new_context(viewport=PHONE, locale="vi-VN")
    public = listen(other.new_page())
    public.goto(address)
    slider = public.get_by_role("slider")
    expect(slider).to_have_value("50")
    slider.focus()
    public.keyboard.press("ArrowRight")
    expect(slider).to_have_value("51")
    check_page(public)
    other.close()
    plain = page.context.browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=False)
    bare = plain.new_page()
    bare.goto(address)
    expect(bare.locator(".dv-pair-two img")).to_have_count(2)
    expect(bare.get_by_role("slider")).to_have_count(0)
    plain.close()
