"""Lists of registered models and of contest quotas that come in as files."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.dates import full_date
from core.models import today
from models_registry.models import EntryQuota, MobilizationModel, MobilizationModelTransition
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests.intake.files import act, bring
from tests.models_registry import factories as make
from tests.world import World

HEADINGS = ["Tên mô hình", "Đơn vị", "Cá nhân", "Lĩnh vực", "Cách làm", "Chỉ tiêu", "Số lượng", "ĐVT", "Ngày duyệt"]
DAY = datetime.timedelta(days=1)


def row(title: str, unit: str = "Chi bộ 7", *, person: str = "", accepted: Any = "", **more: Any) -> list[Any]:
    cells = {"field": "Chỉnh trang đô thị", "how": "12 hộ ký cam kết", "target": "Hộ ký cam kết", "number": 12} | more
    return [title, unit, person, cells["field"], cells["how"], cells["target"], cells["number"], "hộ", accepted]


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    make.theme_field(world.campaign)
    return sign_in(world.campaign_officer)


def test_models_come_in_with_their_codes_and_run_where_the_ward_has_approved_them(client: Client, world: World) -> None:
    since = today() - 20 * DAY
    rows = [
        row("Ngõ 45 tự quản", accepted=since),
        row("Bếp ăn nghĩa tình", "chi bo 8", person="Trần Thị Bốn"),
    ]
    batch = bring(client, "models", [HEADINGS, *rows])
    assert (batch.new_count, batch.wrong_count) == (2, 0), [m.text for m in batch.messages.all()]
    assert act(client, batch, "take") == "done"
    running, waiting = MobilizationModel.objects.order_by("code")
    assert (running.state, running.unit, running.entered_for_unit_by) == ("active", world.cell, world.campaign_officer)
    assert (waiting.state, waiting.subject, waiting.person_name) == ("submitted", "individual", "Trần Thị Bốn")
    year = world.campaign.year
    assert [running.code, waiting.code] == [f"MH-{year}-01", f"MH-{year}-02"]
    target = running.targets.get()
    assert (target.name, target.target, target.due_on) == ("Hộ ký cam kết", 12, world.campaign.closes_on)
    assert list(running.transitions.order_by("id").values_list("new", "on")) == [
        ("submitted", since),
        ("active", since),
    ]
    assert [step.due_on for step in running.steps.all()] == [day for _kind, day in running.planned_steps(since)]
    assert MobilizationModel.objects.registered_on(since).count() == 1
    while dispatch.run():
        pass
    assert not Message.objects.filter(event__kind="models_registry.model.listed").exists(), "old news to nobody"
    assert bring(client, "models", [HEADINGS, *rows]).known_count == 2


def test_a_list_of_models_is_taken_back_until_something_was_done_with_one(client: Client, world: World) -> None:
    batch = bring(client, "models", [HEADINGS, row("Một", accepted=today()), row("Hai")])
    act(client, batch, "take")
    running = MobilizationModel.objects.get(title="Một")
    update = running.updates.create(ward=world.ward, on=today())
    assert act(client, batch, "take_back") == "done"
    update.delete()
    assert act(client, batch, "take_back") == "withdrawn"
    assert set(MobilizationModel.objects.values_list("state", flat=True)) == {"withdrawn"}
    last = MobilizationModelTransition.objects.latest("pk")
    assert (last.new, last.by) == ("withdrawn", world.campaign_officer)
    assert Event.objects.filter(kind="models_registry.model.unlisted").count() == 2
    assert bring(client, "models", [HEADINGS, row("Hai")]).new_count == 1, "it may come anew"


def test_the_same_name_on_another_unit_s_list_is_a_hint_and_no_refusal(client: Client, world: World) -> None:
    make.submitted(world.campaign, world.front, world.campaign_officer, title="Ngõ 45 tự quản")
    batch = bring(client, "models", [HEADINGS, row("Ngõ 45  TỰ QUẢN"), row("Khác")])
    assert (batch.new_count, batch.wrong_count) == (2, 0)
    (hint,) = batch.messages.filter(is_hint=True)
    assert "Mặt trận Tổ quốc phường" in hint.text
    assert act(client, batch, "take") == "done"


def test_what_does_not_fit_a_model_is_told(client: Client, world: World) -> None:
    rows = [
        row("Một", "Chi bộ 77"),
        row("Hai", field="Lĩnh vực lạ"),
        row("Ba", accepted=today() + DAY),
        row("Bốn", number=0),
        row("Năm", how=""),
        row("Sáu"),
        row("sau"),
        row("N" * 400),
    ]
    batch = bring(client, "models", [HEADINGS, *rows])
    assert sorted(batch.messages.filter(is_hint=False).values_list("row", flat=True)) == [2, 3, 4, 5, 6, 8, 9]
    days = ["Thời hạn", "Bắt đầu", "Kết thúc", "Ngày đăng ký", "Ngày duyệt"]
    wrong = [
        [*row("Bảy")[:-1], *(full_date(world.campaign.closes_on + n * DAY) for n in (1, 0, 0)), "", ""],
        [*row("Tám")[:-1], "", full_date(today()), full_date(today() - DAY), "", ""],
        [*row("Chín")[:-1], "", "", "", full_date(today()), full_date(today() - DAY)],
    ]
    batch = bring(client, "models", [[*HEADINGS[:-1], *days], *wrong])
    assert batch.wrong_count == 3


def test_quotas_come_in_and_are_taken_back_until_an_entry_is_begun(client: Client, world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=None, required={world.front: 1})
    rows = [["Đơn vị", "Số bài"], ["Chi bộ 7", 2], ["CHI BO 8", "3"], ["Tổ dân vận số 1", 0]]
    batch = bring(client, "quotas", rows, target=contest.pk)
    assert (batch.new_count, batch.known_count) == (2, 1), "who has none to write has none already"
    assert act(client, batch, "take") == "done"
    held = dict(contest.quotas.values_list("unit", "required"))
    assert held == {world.cell.pk: 2, world.other_cell.pk: 3, world.front.pk: 1}, "who is not on the list keeps its own"
    assert bring(client, "quotas", rows, target=contest.pk).known_count == 3
    entry = make.entry(contest, world.cell, world.head)
    assert act(client, batch, "take_back") == "done"
    entry.take("withdrawn", by=world.head, reason="Trùng")
    assert act(client, batch, "take_back") == "withdrawn"
    assert EntryQuota.objects.get().unit == world.front


def test_what_does_not_fit_a_quota_is_told(client: Client, world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=None, required={world.cell: 2})
    rows = [["Chi bộ 7", 3], ["Chi bộ 77", 1], ["Chi bộ 8", 100], ["Chi bộ 8", 1], ["", 1]]
    batch = bring(client, "quotas", [["Đơn vị", "Số bài"], *rows], target=contest.pk)
    assert sorted(set(batch.messages.filter(is_hint=False).values_list("row", flat=True))) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("person", ["leadership", "clearance_officer", "head"])
def test_who_works_for_one_unit_or_decides_only_brings_no_list_of_models(
    world: World, sign_in: Callable, person: str
) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    client = sign_in(world.people[person])
    assert client.get(reverse("intake:batch_new", args=["models"])).status_code == 403
    assert client.get(reverse("intake:batch_new", args=["quotas"]) + f"?for={contest.pk}").status_code == 403
    assert client.get(reverse("intake:batch_list")).status_code == (200 if person == "clearance_officer" else 403)
