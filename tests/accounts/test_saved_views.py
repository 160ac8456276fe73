"""Ways to look at a list: kept by a person for herself, brought back with the rights of today."""

from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import SavedView
from accounts.models.saved_views import MOST
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
LATE = "state=late"


def keep(world: World, name: str = "Việc trễ", query: str = LATE, **more: object) -> SavedView:
    asked = {"by": world.campaign_officer, "ward": world.ward, "page": "/tasks/", "is_first": False} | more
    return SavedView.keep(name=name, query=query, **asked)


def words(answer: object) -> str:
    return unescape(answer.content.decode())


def save(client: Client, address: str, **typed: str) -> object:
    return client.post(f"/saved-views/new/?list={quote(address, safe='')}", typed, follow=True)


def test_the_filters_of_a_list_are_kept_and_stand_above_it_alone(world: World, sign_in: Callable) -> None:
    make.task(world.campaign, world.cell)
    client = sign_in(world.campaign_officer)
    page = words(client.get(f"/tasks/?unit={world.cell.slug}&state=late&q=kế&year={world.campaign.year}"))
    way = f"/saved-views/new/?list=/tasks/?{LATE}&unit={world.cell.slug}"
    assert quote(way.partition("list=")[2], safe="") in page.replace("/tasks/%3F", quote("/tasks/?", safe=""))
    shown = save(client, f"/tasks/?unit={world.cell.slug}&state=late&q=kế&on=2026-01-01", name="Chi bộ 7 trễ")
    view = SavedView.objects.get()
    assert (view.page, view.query, view.user) == ("/tasks/", f"{LATE}&unit={world.cell.slug}", world.campaign_officer)
    assert "Cách xem đã lưu. " not in words(shown), "said once, in the sentence of the act"
    assert shown.request["PATH_INFO"] == "/tasks/"
    assert 'aria-current="true"' in words(shown).partition("Chi bộ 7 trễ")[0][-300:]
    assert "Đổi tên hoặc xóa cách xem này" in words(shown)
    for address in ("/tasks/board/", "/documents/", "/profile/"):
        assert "Chi bộ 7 trễ" not in words(client.get(address)), address
    assert "Chi bộ 7 trễ" not in words(sign_in(world.head).get("/tasks/"))


def test_nothing_is_offered_to_save_where_no_filter_is_set(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    assert "Lưu cách xem này" not in words(client.get("/tasks/?q=kế"))
    assert "Lưu cách xem này" in words(client.get("/tasks/?state=late"))
    for wrong in ("/tasks/", "/tasks/?q=a", "/no-such/?a=b", "//example.org/?a=b", "https://example.org/?a=b"):
        assert client.get(f"/saved-views/new/?list={quote(wrong, safe='')}").status_code == 404, wrong


def test_a_list_begins_with_the_one_view_that_is_first(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    first = keep(world, is_first=True)
    opened = client.get("/tasks/")
    assert (opened.status_code, opened.url) == (302, f"/tasks/?{LATE}&saved={first.pk}")
    assert client.get("/tasks/?saved=").status_code == 200, "all of the list, by “Clear filters”"
    assert 'href="?saved="' in words(client.get(f"/tasks/?{LATE}"))
    other = keep(world, "Đang làm", "state=open", is_first=True)
    assert client.get("/tasks/").url == f"/tasks/?{other.query}&saved={other.pk}"
    assert SavedView.objects.filter(is_first=True).count() == 1
    assert sign_in(world.head).get("/tasks/").status_code == 200, "nobody else's list begins so"


def test_what_a_view_asks_for_and_is_known_no_more_is_left_out_with_a_word(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    view = keep(world, query=f"{LATE}&street=tram&unit=no-such-unit")
    opened = client.get(view.get_absolute_url())
    assert (opened.status_code, opened.url) == (302, f"/tasks/?{LATE}&saved=")
    page = words(client.get(opened.url))
    assert "Cách xem đã lưu có bộ lọc “Đơn vị”" in page
    assert "Cách xem đã lưu có bộ lọc “Street”" in page
    assert client.get(f"/tasks/?unit=no-such-unit&saved={view.pk}x").status_code == 200, "no view: as any address"
    assert client.get(f"/tasks/?{LATE}&street=tram&unit={world.cell.slug}&saved={view.pk}").status_code == 302


def test_a_view_opens_nothing_that_its_reader_may_not_read(world: World, sign_in: Callable) -> None:
    view = SavedView.keep(
        by=world.head, ward=world.ward, page="/access-log/", query="act=x", name="Nhật ký", is_first=False
    )
    assert sign_in(world.head).get(view.get_absolute_url()).status_code == 403
    view.page = "/households-of-nobody/"
    assert sign_in(world.head).get(view.get_absolute_url()).status_code == 404


def test_it_is_renamed_and_deleted_by_its_owner(world: World, sign_in: Callable) -> None:
    view, client = keep(world), sign_in(world.campaign_officer)
    client.post(view.edit_url, {"name": "Quá hạn", "is_first": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_first) == ("Quá hạn", True)
    for person in (world.head, world.administrator, world.stranger):
        assert sign_in(person).post(view.edit_url, {"name": "x"}).status_code == 404
    page = client.post(f"{view.edit_url}delete/", follow=True)
    assert page.request["PATH_INFO"] == "/tasks/"
    assert not SavedView.objects.exists()


def test_names_and_filters_are_one_each_and_there_are_no_more_than_are_found_again(
    world: World, sign_in: Callable
) -> None:
    keep(world)
    client = sign_in(world.campaign_officer)
    assert "Bạn đã có cách xem tên này" in words(save(client, "/tasks/?state=open", name="VIỆC TRỄ"))
    assert "Bạn đã lưu các bộ lọc này" in words(save(client, f"/tasks/?{LATE}", name="Khác"))
    assert "số điện thoại" in words(save(client, "/tasks/?state=open", name="0912345678"))
    keep(world, page="/documents/")
    for n in range(1, MOST):
        keep(world, f"Cách {n}", f"unit=u{n}")
    with pytest.raises(ValidationError):
        keep(world, "Thừa", "unit=thua")
    row = SavedView(ward=world.ward, user=world.head, page="tasks", query=LATE, name="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_it_goes_with_the_person(world: World) -> None:
    field = SavedView._meta.get_field("user")
    assert field.remote_field.on_delete.__name__ == "CASCADE"


def test_a_printed_list_says_what_it_is_narrowed_to(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    page = " ".join(words(client.get(f"/tasks/?unit={world.cell.slug}&q=kế&state=late")).split())
    assert '<p class="dv-only-print">Chỉ gồm: Tìm nhiệm vụ: kế; Đơn vị: Chi bộ 7.</p>' in page
    assert "Chỉ gồm:" not in words(client.get("/tasks/?state=late"))
    figures = words(client.get("/reports/figures/?about=clearance"))
    assert "Chỉ gồm: Nội dung: Vận động GPMB." in " ".join(figures.split())
