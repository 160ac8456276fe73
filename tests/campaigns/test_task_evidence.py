"""What a task asks for before it is done: a file, a photo, a link, the number reached."""

import io
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from campaigns.models import Task, TaskLink
from core.models import insert_all, today
from tests import factories as make
from tests.campaigns.factories import accepted_file, upload
from tests.world import World

ON = {"note": "Đã xong"}


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    return SimpleUploadedFile("ngo-45.jpg", out.getvalue(), content_type="image/jpeg")


def post(client: object, task: Task, **data: object) -> object:
    return client.post(f"/tasks/{task.pk}/submit/", ON | {"on": f"{today():%d/%m/%Y}"} | data)


@pytest.mark.parametrize(
    "kind, field, wrong, right",
    [
        ("file", "files", {}, {"files": [upload()]}),
        ("photo", "files", {"files": [upload()]}, {"files": [photo()]}),
        ("link", "link", {"link": "bai viet"}, {"link": "longbien.gov.vn/bai-1"}),
        ("figure", "value", {"value": ""}, {"value": "7"}),
    ],
    ids=["file", "photo", "link", "figure"],
)
def test_each_kind_is_asked_for_beside_its_own_field(
    world: World, sign_in: Callable, kind: str, field: str, wrong: dict, right: dict
) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=[kind], target_value=11, target_unit="hộ")
    client = sign_in(world.head)
    form = post(client, task, **wrong).context["form"]
    assert set(form.errors) == {field}
    assert form["note"].value() == "Đã xong"
    assert post(client, task, **right).status_code == 302
    task.refresh_from_db()
    assert task.state == "submitted"


def test_a_link_stands_on_the_page(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=["link"])
    client = sign_in(world.head)
    post(client, task, link="longbien.gov.vn/bai-1")
    assert 'href="https://longbien.gov.vn/bai-1"' in client.get(task.get_absolute_url()).text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://phuong.vn/tep"])
def test_only_the_address_of_a_page_is_a_link(world: World, sign_in: Callable, url: str) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=["link"])
    assert "link" in post(sign_in(world.head), task, link=url).context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskLink.objects.create(ward=world.ward, task=task, on=today(), by=world.head, url=url)


def test_several_kinds_are_all_needed_and_may_come_one_by_one(world: World) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=["file", "figure"], target_value=11, target_unit="hộ")
    task.report(by=world.head, note="Buổi đầu", files=[accepted_file()])
    with pytest.raises(ValidationError) as refused:
        task.submit(by=world.head, note="Xong")
    assert set(refused.value.message_dict) == {"value"}
    task.submit(by=world.head, note="Xong", value=11)
    assert task.state == "submitted"


def test_the_number_reached_is_asked_for_of_a_target_only(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    data = {"title": "Việc", "due_on": f"{make.worked(today()):%d/%m/%Y}", "priority": "2"}
    response = sign_in(world.campaign_officer).post(f"/tasks/{task.pk}/edit/", data | {"evidence_needed": ["figure"]})
    assert "target_value" in response.context["form"].errors
    for kinds in (["figure"], ["bản gốc"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(evidence_needed=kinds)


def test_what_was_asked_for_meanwhile_is_missing_at_acceptance(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    task.submit(by=world.head, note="Xong")
    task.edit(by=world.campaign_officer, helpers=[], evidence_needed=["photo"])
    client = sign_in(world.campaign_officer)
    said = client.post(f"/tasks/{task.pk}/accept/", follow=True).text
    assert "Còn thiếu minh chứng" in said
    assert Task.objects.get().state == "submitted"


# ---- the person, and those who help -----------------------------------------------------------------
def test_the_unit_says_who_does_it_and_that_person_sees_the_task(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell)
    helper = make.member(world.cell, "field_member", make.user("Lê Thị Mận"))
    page, client = task.get_absolute_url(), sign_in(helper)
    assert client.get(page).status_code == 404
    head = sign_in(world.head)
    assert head.post(f"/tasks/{task.pk}/person/", {"person": world.neighbour.pk}).context["form"].errors
    assert head.post(f"/tasks/{task.pk}/person/", {"person": helper.pk}).status_code == 302
    assert client.get(page).status_code == 200
    assert client.get(f"/tasks/{task.pk}/submit/").status_code == 403, "the unit reports it"
    task.refresh_from_db()
    assert task.person == helper


def test_rows_told_by_columns_take_one_list_of_kinds_as_one_value(world: World) -> None:
    """core.models.insert_all: a list is one value a row, but where the column itself holds lists."""
    units = [world.cell.pk, world.other_cell.pk]
    columns = {"ward_id": world.ward.pk, "campaign_id": world.campaign.pk, "title": "Việc thử", "due_on": today()}
    made = insert_all(Task, lead_unit_id=units, evidence_needed=["photo", "link"], **columns)
    assert [Task.objects.get(pk=pk).evidence_needed for pk in made] == [["photo", "link"]] * 2
    assert [Task.objects.get(pk=pk).evidence_needed for pk in insert_all(Task, lead_unit_id=units, **columns)] == [
        []
    ] * 2
