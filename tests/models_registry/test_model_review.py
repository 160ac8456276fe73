"""The ward decides: J2."""

import io
from collections.abc import Callable

import pytest
from django.urls import reverse
from PIL import Image

from core.files import SMALL_EDGE
from models_registry.choices import ModelState
from models_registry.models import MobilizationModel
from tests import factories as base
from tests.models_registry import factories as make
from tests.world import World


def test_nothing_is_chosen_beforehand(world: World, sign_in: Callable) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    page = sign_in(world.leadership).get(registration.review_url).content.decode()
    assert page.count('name="verdict"') == 3
    assert "checked" not in page


def test_after_the_decision_comes_the_next_one_and_one_click_takes_it_back(world: World, sign_in: Callable) -> None:
    first = make.submitted(world.campaign, world.cell, world.head)
    second = make.submitted(world.campaign, world.other_cell, world.neighbour)
    client = sign_in(world.leadership)
    response = client.post(first.review_url, {"verdict": "accept"})
    assert response["Location"] == second.review_url
    page = client.get(response["Location"]).content.decode()
    undo = reverse("models_registry:model_undo", args=[first.key])
    form = page.partition(f'<form method="post" action="{undo}">')[2].partition("</form>")[0]
    assert "csrfmiddlewaretoken" in form
    assert "Hoàn tác</button>" in form
    assert client.post(undo)["Location"] == first.review_url
    first.refresh_from_db()
    assert first.state == ModelState.SUBMITTED
    assert not first.steps.exists()
    client.post(first.review_url, {"verdict": "accept"})
    response = client.post(second.review_url, {"verdict": "accept"})
    assert response["Location"] == reverse("models_registry:model_list")


@pytest.mark.parametrize(
    "verdict, sentence, state",
    [
        ("return", "Nhập nội dung đơn vị phải bổ sung", ModelState.RETURNED),
        ("reject", "Nhập lý do không duyệt", ModelState.REJECTED),
    ],
)
def test_the_other_two_need_a_message(world: World, sign_in: Callable, verdict: str, sentence: str, state: str) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    client = sign_in(world.leadership)
    assert sentence in client.post(registration.review_url, {"verdict": verdict}).content.decode()
    client.post(registration.review_url, {"verdict": verdict, "message": "Nêu rõ số hộ"})
    registration.refresh_from_db()
    assert registration.state == state
    assert "Nêu rõ số hộ" in sign_in(world.head).get(registration.get_absolute_url()).content.decode()


def test_a_title_can_not_smuggle_markup_into_the_toast(world: World, sign_in: Callable) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head, title="<script>alert(1)</script>")
    client = sign_in(world.leadership)
    page = client.post(registration.review_url, {"verdict": "accept"}, follow=True).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_second_decider_is_told(world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = make.submitted(world.campaign, world.cell, world.head)
    other = MobilizationModel.objects.get(pk=registration.pk)
    client = sign_in(world.campaign_officer)
    monkeypatch.setattr("models_registry.views.review.fetch", lambda request, key: other)
    registration.accept(by=world.leadership)
    response = client.post(registration.review_url, {"verdict": "reject", "message": "Trùng"}, follow=True)
    assert "Đang thực hiện" in response.content.decode()
    registration.refresh_from_db()
    assert registration.state == ModelState.ACTIVE


def test_a_decision_is_corrected_with_a_reason(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    url = reverse("models_registry:model_correct", args=[registration.key])
    client = sign_in(world.leadership)
    assert 'value="accept"' not in client.get(url).content.decode()
    client.post(url, {"verdict": "wait"})
    registration.refresh_from_db()
    assert registration.state == ModelState.ACTIVE
    client.post(url, {"verdict": "wait", "reason": "Bấm nhầm"})
    registration.refresh_from_db()
    assert registration.state == ModelState.SUBMITTED


def test_a_click_on_undo_too_late_changes_nothing(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    registration.steps.first().mark_done(by=world.head, on=registration.decision().on)
    response = sign_in(world.leadership).post(reverse("models_registry:model_undo", args=[registration.key]))
    assert response.status_code == 403
    registration.refresh_from_db()
    assert registration.state == ModelState.ACTIVE


@pytest.mark.parametrize("verb, state", [("withdraw", ModelState.WITHDRAWN), ("pause", ModelState.PAUSED)])
def test_withdrawing_and_pausing_need_a_reason(world: World, sign_in: Callable, verb: str, state: str) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    url = reverse(f"models_registry:model_{verb}", args=[registration.key])
    client = sign_in(world.head)
    assert client.post(url, {"reason": " "}).status_code == 200
    registration.refresh_from_db()
    assert registration.state == ModelState.ACTIVE
    client.post(url, {"reason": "Chờ mặt bằng"})
    registration.refresh_from_db()
    assert registration.state == state


def test_a_step_is_reported_with_evidence(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    url = reverse("models_registry:step_report", args=[registration.key, "resolution"])
    client = sign_in(world.head)
    assert "Chọn ngày đến hết hôm nay" in client.post(url, {"on": "31/12/2199"}).content.decode()
    today = world.campaign.opens_on.today().strftime("%d/%m/%Y")
    client.post(url, {"on": today, "note": "21/23 đảng viên dự", "evidence": make.paper()})
    step = registration.steps.get(kind="resolution")
    assert step.done_on
    assert step.evidence.get().original_name == "nghi-quyet.pdf"
    page = client.get(registration.get_absolute_url()).content.decode()
    assert "1/5 đã xong" in page
    assert "nghi-quyet" in page


def test_results_are_recorded_per_target(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    target = registration.targets.get()
    url = reverse("models_registry:progress_new", args=[registration.key])
    client = sign_in(world.head)
    today = world.campaign.opens_on.today().strftime("%d/%m/%Y")
    assert "Nhập số của ít nhất một chỉ tiêu" in client.post(url, {"on": today}).content.decode()
    client.post(url, {"on": today, f"target_{target.pk}": "9", "evidence": make.photo()})
    page = client.get(registration.get_absolute_url()).content.decode()
    assert "9/12 hộ" in page
    assert "anh" in page


def test_files_are_attachments(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    url = reverse("models_registry:progress_new", args=[registration.key])
    today = world.campaign.opens_on.today().strftime("%d/%m/%Y")
    sign_in(world.head).post(url, {"on": today, "note": "Đã làm", "evidence": make.photo()})
    file = registration.updates.get().evidence.get()
    client, address = (
        sign_in(world.supervisor),
        reverse("models_registry:model_file", args=[registration.key, "result", file.pk]),
    )
    response = client.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content)[:3] == b"\xff\xd8\xff"
    page = client.get(registration.get_absolute_url()).content.decode()
    assert f'src="{address}?small=1" alt="Ảnh 1' in page
    small = b"".join(client.get(f"{address}?small=1").streaming_content)
    assert max(Image.open(io.BytesIO(small)).size) <= SMALL_EDGE


def test_the_due_day_of_a_step_is_moved_by_the_ward(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    url = reverse("models_registry:step_reschedule", args=[registration.key, "spread"])
    day = base.worked(world.campaign.closes_on, -1)
    client = sign_in(world.campaign_officer)
    client.post(url, {"due_on": day.strftime("%d/%m/%Y"), "reason": "Chờ họp tổ dân phố"})
    step = registration.steps.get(kind="spread")
    assert step.due_on == day
    history = step.history.select_related("pgh_context").order_by("-pgh_id").first()
    assert history.pgh_context.metadata["reason"] == "Chờ họp tổ dân phố"
