"""The ward inspects a model: what was found stands on its page, what is to be mended is the unit's work."""

import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse

from campaigns.models import Task
from core.models import StateChanged, today
from models_registry.models import Inspection
from notifications.engine import dispatch
from notifications.models import Message
from tests.factories import worked
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def test_what_is_to_be_mended_becomes_the_units_tasks(world: World, sign_in: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    client, url = sign_in(world.campaign_officer), reverse("models_registry:inspection_new", args=[row.key])
    due_on = worked(today() + 10 * DAY)
    typed = {
        "on": today().strftime("%d/%m/%Y"),
        "inspectors": "Ban chỉ đạo",
        "findings": "Danh sách hộ chưa đủ chữ ký.",
        "mend": f"Bổ sung danh sách hộ; {due_on:%d/%m/%Y}\nHọp lại tổ dân phố",
        "evidence": make.paper("bien-ban.pdf"),
    }
    refused = client.post(url, typed).content.decode()
    assert "Dòng 2" in refused
    assert "Danh sách hộ chưa đủ chữ ký." in refused
    assert not Inspection.objects.exists()
    assert not Task.objects.exists()
    typed |= {"mend": f"Bổ sung danh sách hộ; {due_on:%d/%m/%Y}", "evidence": make.paper("bien-ban.pdf")}
    assert client.post(url, typed)["Location"] == row.get_absolute_url()
    task = Task.objects.get()
    assert (task.lead_unit, task.due_on, task.title) == (world.cell, due_on, "Bổ sung danh sách hộ")
    assert row.code in task.product
    page = sign_in(world.head).get(row.get_absolute_url()).content.decode()
    assert "Ban chỉ đạo" in page
    assert task.get_absolute_url() in page
    file = Inspection.objects.get().evidence.get()
    address = reverse("models_registry:model_file", args=[row.key, "inspection", file.pk])
    assert b"".join(sign_in(world.head).get(address).streaming_content).startswith(b"%PDF")
    dispatch.run()
    told = Message.objects.filter(event__kind="models_registry.model.inspected")
    assert {message.user for message in told} == {world.head}


def test_a_day_off_is_asked_about_and_a_past_day_refused(world: World, sign_in: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    client, url = sign_in(world.leadership), reverse("models_registry:inspection_new", args=[row.key])
    saturday = today() + datetime.timedelta(days=(5 - today().weekday()) % 7 + 7)
    typed = {"on": today().strftime("%d/%m/%Y"), "inspectors": "Ban chỉ đạo", "findings": "Tốt."}
    asked = client.post(url, typed | {"mend": f"Họp lại; {saturday:%d/%m/%Y}"}).content.decode()
    assert "Vẫn giữ" in asked
    assert "chọn ngày từ" in client.post(url, typed | {"mend": f"Họp; {today() - DAY:%d/%m/%Y}"}).content.decode()
    assert not Task.objects.exists()


def test_a_draft_and_a_model_that_is_through_are_not_inspected(world: World) -> None:
    said = {"on": today(), "inspectors": "Ban chỉ đạo", "findings": "Tốt."}
    waiting = make.submitted(world.campaign, world.cell, world.head)
    with pytest.raises(StateChanged):
        Inspection.enter(waiting, by=world.leadership, mend=[("Họp", today())], **said)
    assert not Task.objects.exists()
