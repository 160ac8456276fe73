"""Registering: J1, with and without everything at hand, with and without JavaScript."""

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.dates import full_date
from core.models import today
from models_registry.choices import ModelState
from models_registry.models import MobilizationModel
from tests import factories
from tests.deadlines.factories import day_off
from tests.factories import worked
from tests.models_registry import factories as make
from tests.world import World

NEW = reverse("models_registry:model_new")


def typed(world: World, **said: Any) -> dict[str, Any]:
    """What a browser sends for a whole registration."""
    due = full_date(today() + datetime.timedelta(days=20))
    return {
        "title": "Ngõ 45 tự quản trật tự đô thị",
        "theme_field": make.theme_field(world.campaign).pk,
        "subject": "collective",
        "unit": world.cell.pk,
        "contact": "Nguyễn Thị Hường",
        "approach": "12 hộ ký cam kết",
        "origin": "new",
        "targets-TOTAL_FORMS": "2",
        "targets-0-name": "Hộ ký cam kết",
        "targets-0-target": "12",
        "targets-0-unit_of_measure": "hộ",
        "targets-0-due_on": due,
        "targets-1-name": "",
        "targets-1-target": "",
        "targets-1-unit_of_measure": "",
        "targets-1-due_on": "",
    } | said


def words(response: HttpResponse) -> str:
    return response.content.decode()


def test_unit_and_person_come_from_the_account(world: World, sign_in: Callable) -> None:
    page = words(sign_in(world.head).get(NEW))
    assert f'<option value="{world.cell.pk}" selected>' in page
    assert "Nguyễn Thị Hường" in page
    assert not MobilizationModel.objects.exists()


def test_it_is_sent_in_one_go(world: World, sign_in: Callable) -> None:
    response = sign_in(world.head).post(NEW, typed(world, send="1"))
    registration = MobilizationModel.objects.get()
    assert response.status_code == 302
    assert response["Location"] == registration.get_absolute_url()
    assert registration.state == ModelState.SUBMITTED
    assert registration.code == f"MH-{world.campaign.year}-01"
    assert [(t.name, t.target) for t in registration.targets.all()] == [("Hộ ký cam kết", 12)]


def test_a_target_due_on_a_holiday_is_asked_about_when_it_is_sent(world: World, sign_in: Callable) -> None:
    day, client = worked(today() + datetime.timedelta(days=20)), sign_in(world.head)
    day_off(world.ward, day, name="Nghỉ riêng của phường")
    milestone = {"milestones-TOTAL_FORMS": "1", "milestones-0-name": "Sơ kết", "milestones-0-due_on": full_date(day)}
    sent = typed(world) | {"targets-0-due_on": full_date(day)} | milestone
    assert client.post(NEW, sent | {"save": "1"}).status_code == 302, "a draft is asked nothing"
    url = MobilizationModel.objects.get().edit_url
    page = client.post(url, sent | {"send": "1"})
    assert "Chỉ tiêu “Hộ ký cam kết” có hạn vào ngày nghỉ" in words(page)
    assert "Nghỉ riêng của phường" in words(page)
    assert "Mốc “Sơ kết” rơi vào ngày nghỉ" in words(page)
    token = page.context["form"].fields["keep"].choices[0][0]
    assert f'value="{token}"' in words(page)
    assert client.post(url, sent | {"send": "1", "keep": [token]}).status_code == 302
    assert MobilizationModel.objects.get().state == ModelState.SUBMITTED


def test_an_empty_draft_may_be_saved(world: World, sign_in: Callable) -> None:
    response = sign_in(world.head).post(
        NEW, {"unit": world.cell.pk, "subject": "collective", "origin": "new", "save": "1"}
    )
    registration = MobilizationModel.objects.get()
    assert response["Location"] == registration.edit_url
    assert registration.state == ModelState.DRAFT


def test_what_is_missing_is_told_and_nothing_is_lost(world: World, sign_in: Callable) -> None:
    said = typed(world, send="1", title="", **{"targets-0-due_on": "31/12/2019"}) | {"documents": make.paper()}
    page = words(sign_in(world.head).post(NEW, said))
    registration = MobilizationModel.objects.get()
    assert registration.state == ModelState.DRAFT
    assert "Nhập tên mô hình" in page
    assert "Chọn ngày từ" in page
    assert "31/12/2019" in page
    assert "12 hộ ký cam kết" in page
    assert "nghi-quyet.pdf" in page
    assert registration.documents.get().original_name == "nghi-quyet.pdf"
    assert f'action="{registration.edit_url}"' in page
    assert "Còn 2 chỗ cần sửa" in page


def test_a_target_may_have_decimals_as_the_page_s_language_writes_them(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    client.post(NEW, typed(world, save="1", **{"targets-0-target": "1.234,5"}))
    registration = MobilizationModel.objects.get()
    assert registration.targets.get().target == Decimal("1234.5")
    assert 'value="1234,5"' in client.get(registration.edit_url).content.decode()
    for refused in ("1,555", "0", "-1"):
        page = client.post(registration.edit_url, typed(world, save="1", **{"targets-0-target": refused}))
        assert refused in page.content.decode()
    assert registration.targets.get().target == Decimal("1234.5")


def test_a_number_that_is_none_stays_on_the_page(world: World, sign_in: Callable) -> None:
    page = words(sign_in(world.head).post(NEW, typed(world, save="1", **{"targets-0-target": "mười hai"})))
    assert "mười hai" in page
    assert MobilizationModel.objects.get().targets.get().target is None


def test_a_refused_file_keeps_the_good_one(world: World, sign_in: Callable) -> None:
    bad = make.paper("chuong-trinh.pdf")
    bad.file.seek(0)
    bad.file.write(b"MZ....")
    bad.file.seek(0)
    page = words(sign_in(world.head).post(NEW, typed(world, send="1") | {"documents": [make.paper(), bad]}))
    registration = MobilizationModel.objects.get()
    assert [paper.original_name for paper in registration.documents.all()] == ["nghi-quyet.pdf"]
    assert "dv-note-bad" in page
    assert "chuong-trinh.pdf: " in page
    assert registration.state == ModelState.DRAFT


def test_a_target_row_is_added_and_left_out_by_buttons(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    page = words(client.post(NEW, typed(world, add_targets="1")))
    assert 'name="targets-2-name"' in page
    assert "Hộ ký cam kết" in page
    registration = MobilizationModel.objects.get()
    page = words(client.post(registration.edit_url, typed(world, drop_targets="0")))
    assert "Hộ ký cam kết" not in page
    assert not registration.targets.exists()


def test_a_paper_is_removed_again(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    client.post(NEW, typed(world, save="1") | {"documents": make.paper()})
    registration = MobilizationModel.objects.get()
    page = words(client.post(registration.edit_url, typed(world, drop_document=str(registration.documents.get().pk))))
    assert "nghi-quyet.pdf" not in page
    assert not registration.documents.exists()


def test_a_model_of_a_person_needs_the_name(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    page = words(client.post(NEW, typed(world, send="1", subject="individual")))
    assert "Nhập họ tên cá nhân" in page
    registration = MobilizationModel.objects.get()
    client.post(registration.edit_url, typed(world, send="1", subject="individual", person_name="Đỗ Văn Thử"))
    registration.refresh_from_db()
    assert (registration.state, registration.person_name) == (ModelState.SUBMITTED, "Đỗ Văn Thử")


def test_the_end_is_not_before_the_start(world: World, sign_in: Callable) -> None:
    first, last = full_date(today()), full_date(today() - datetime.timedelta(days=1))
    page = words(sign_in(world.head).post(NEW, typed(world, save="1", starts_on=first, ends_on=last)))
    assert f"Chọn ngày kết thúc từ {first} trở đi" in page
    assert last in page


def test_a_returned_one_stays_whole(world: World, sign_in: Callable) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    registration.send_back(by=world.leadership, reason="Thiếu cách làm")
    client = sign_in(world.head)
    assert "Thiếu cách làm" in words(client.get(registration.edit_url))
    page = words(client.post(registration.edit_url, typed(world, save="1", title="", approach="Cách làm mới")))
    assert "Nhập tên mô hình" in page
    before = registration.title
    registration.refresh_from_db()
    assert (registration.title, registration.approach) == (before, "Cách làm mới")


def test_an_officer_enters_for_a_unit_and_it_is_marked(world: World, sign_in: Callable) -> None:
    sign_in(world.campaign_officer).post(NEW, typed(world, send="1", unit=world.other_cell.pk))
    registration = MobilizationModel.objects.get()
    assert (registration.unit, registration.entered_for_unit_by) == (world.other_cell, world.campaign_officer)


def test_a_unit_does_not_register_for_another(world: World, sign_in: Callable) -> None:
    sign_in(world.head).post(NEW, typed(world, send="1", unit=world.other_cell.pk))
    assert not MobilizationModel.objects.filter(unit=world.other_cell).exists()


def test_a_sent_one_is_not_edited(world: World, sign_in: Callable) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    response = sign_in(world.head).get(registration.edit_url)
    assert response.status_code == 403
    assert "Chờ duyệt" in words(response)


def test_a_closed_year_takes_no_registration(world: World, sign_in: Callable) -> None:
    world.campaign.close(by=world.leadership)
    client = sign_in(world.head)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, typed(world, send="1")).status_code == 403


# ---- autosave -------------------------------------------------------------------------------------------
def autosave(client: Client, url: str, said: dict[str, Any]) -> dict[str, Any]:
    response = client.post(url, said)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_draft_is_saved_while_it_is_typed(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    kept = autosave(client, reverse("models_registry:model_autosave_new"), typed(world, title="Ngõ"))
    assert kept["said"].startswith("Đã tự lưu bản nháp lúc ")
    for title in ("Ngõ 45", "Ngõ 45 tự quản"):
        kept = autosave(client, kept["autosave"], typed(world, title=title))
    registration = MobilizationModel.objects.get()
    assert registration.title == "Ngõ 45 tự quản"
    assert registration.targets.count() == 1
    assert kept["action"] == registration.edit_url


def test_a_file_is_stored_at_once(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    kept = autosave(client, reverse("models_registry:model_autosave_new"), typed(world) | {"documents": make.photo()})
    assert "anh.jpg" in kept["papers"]
    assert kept["refused"] == []


def test_autosave_comes_too_late_after_sending(world: World, sign_in: Callable) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    url = reverse("models_registry:model_autosave", args=[registration.key])
    assert sign_in(world.head).post(url, typed(world, title="Muộn")).status_code == 403


# ---- similar ones ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("title", ["To dan van kheo pho Tram", "Tổ  dân vận khéo “phố\u00a0Trạm”…"])
def test_similar_models_are_named_for_information(world: World, sign_in: Callable, title: str) -> None:
    other = make.submitted(world.campaign, world.other_cell, world.neighbour, title="Tổ dân vận khéo phố Trạm")
    mine = make.draft(world.campaign, world.cell, world.head, title=title)
    page = words(sign_in(world.head).get(mine.edit_url))
    assert other.title in page
    assert "trùng tên" in page
    assert other.get_absolute_url() not in page
    mine.submit(by=world.head)


def test_the_same_work_counts_as_similar(world: World) -> None:
    work = factories.undertaking(world.campaign)
    fields = [make.theme_field(world.campaign, code, code) for code in ("a", "b")]
    first = make.submitted(world.campaign, world.other_cell, world.neighbour, theme_field=fields[0])
    second = make.draft(world.campaign, world.cell, world.head, theme_field=fields[1])
    assert not MobilizationModel.objects.similar_to(second)
    for row, unit in ((first, world.neighbour), (second, world.head)):
        MobilizationModel.objects.get(pk=row.pk)
        row.about.create(ward=world.ward, undertaking=work)
        assert unit
    assert [row.same_work for row in MobilizationModel.objects.similar_to(second)] == [True]


@pytest.mark.parametrize("words_typed", ["pho tram", "PHỐ TRẠM", "MH-"])
def test_the_list_is_searched_without_marks(world: World, sign_in: Callable, words_typed: str) -> None:
    make.submitted(world.campaign, world.cell, world.head, title="Tổ dân vận khéo phố Trạm")
    response = sign_in(world.head).get(reverse("models_registry:model_list"), {"q": words_typed})
    assert "phố Trạm" in words(response)
