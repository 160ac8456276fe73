"""Who is invited to a meeting, who came, who was told afterwards, and what was decided there."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Meeting, MeetingInvitee, MeetingOutcome, Task
from core.models import today
from notifications import registry
from notifications.engine import dispatch
from notifications.models import Message
from notifications.registry import Target
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting
from tests.world import World


def told(words: str) -> set[str]:
    dispatch.run()
    return set(Message.objects.filter(words=words).values_list("user__full_name", flat=True))


def invited(world: World, **fields: object) -> Meeting:
    row = meeting(world.campaign, **{"held_on": days_ago(-7)} | fields)
    row.invite_all(
        by=world.campaign_officer,
        units=[world.cell, world.other_cell],
        people=[world.field_member],
        groups=["Hiệu trưởng các trường"],
    )
    return row


# ---- inviting -----------------------------------------------------------------------------------------
def test_units_people_and_others_are_invited_in_one_act_and_nobody_twice(world: World, sign_in: Callable) -> None:
    row, client = meeting(world.campaign, held_on=days_ago(-7)), sign_in(world.campaign_officer)
    data = {
        "units": [f"all-{world.cell.kind_id}"],
        "people": [world.field_member.pk],
        "groups": "Hiệu trưởng các trường\n\n- Ông An, trưởng ban công tác mặt trận\nhiệu trưởng các trường",
    }
    for _n in range(2):
        assert client.post(f"/briefings/{row.pk}/invite/", data).status_code == 302
    cells = type(world.cell).objects.filter(ward=world.ward, kind=world.cell.kind_id).count()
    assert row.invitees.filter(unit__isnull=False).count() == cells
    assert row.invitees.get(person__isnull=False).invited == 1
    assert row.invitees.filter(unit=None, person=None).count() == 2


def test_inviting_nobody_is_said(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    client = sign_in(world.campaign_officer)
    assert "Chọn ít nhất" in client.post(f"/briefings/{row.pk}/invite/", {"groups": " "}).text
    long = client.post(f"/briefings/{row.pk}/invite/", {"groups": "a" * 151}).context["form"]
    assert "groups" in long.errors
    assert not row.invitees.exists()


def test_those_who_are_invited_are_told_and_told_of_another_day(world: World) -> None:
    row = invited(world)
    wanted = {world.head.full_name, world.neighbour.full_name, world.field_member.full_name}
    assert told("campaigns.meeting.invited") == wanted
    row.edit(by=world.campaign_officer, title="Tên mới")
    assert told("campaigns.meeting.moved") == set()
    row.edit(by=world.campaign_officer, held_on=days_ago(-9), starts_at=datetime.time(14))
    assert told("campaigns.meeting.moved") == wanted
    message = Message.objects.filter(words="campaigns.meeting.moved").first()
    assert "14:00" in registry.render(message, row, today()).line
    row.cancel(by=world.campaign_officer, reason="Bão số 3")
    assert told("campaigns.meeting.cancelled") == wanted


def test_nobody_is_told_of_a_meeting_that_is_over(world: World) -> None:
    row = invited(world, held_on=days_ago(3))
    assert not row.is_to_come
    words = registry.get_words("campaigns.meeting.invited")
    told("campaigns.meeting.invited")
    message = Message.objects.filter(words="campaigns.meeting.invited").first()
    assert not words.wanted(row, message, dispatch.Seats(world.ward.pk))


def test_who_is_invited_by_name_sees_the_meeting(world: World, sign_in: Callable) -> None:
    row, other = invited(world), meeting(world.campaign)
    client = sign_in(world.field_member)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404


def test_a_meeting_that_is_coming_is_reminded_of(world: World) -> None:
    row = invited(world)
    source, target = registry.get_source("campaigns.meeting.coming"), Target(row, row.held_on)
    people = source.recipients(target, dispatch.Seats(world.ward.pk))
    assert {user.pk for user in people} == {world.head.pk, world.neighbour.pk, world.field_member.pk}
    assert source.still_due(target)
    row.cancel(by=world.campaign_officer, reason="Bão")
    assert not source.still_due(target)


def test_the_database_keeps_a_person_apart_from_units_and_groups(world: World) -> None:
    row = meeting(world.campaign)
    wrong = [
        {"person": world.head, "unit": world.cell},
        {"person": world.head, "group": "Nhóm"},
        {"unit": world.cell, "reason": "Ốm"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            MeetingInvitee.objects.create(ward=world.ward, meeting=row, **fields)
    for _n in range(2):
        made = MeetingInvitee(ward=world.ward, meeting=row, person=world.head)
        if row.invitees.exists():
            with pytest.raises(IntegrityError), transaction.atomic():
                made.save()
        else:
            made.save()


# ---- attendance ---------------------------------------------------------------------------------------
def posted(row: Meeting, **cells: dict[str, str]) -> dict[str, str]:
    """What the page sends; cells: the name of an invitee -> what was entered."""
    rows = list(row.invitees.order_by("id"))
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(len(rows))}
    for n, invitee in enumerate(rows):
        cell = {"absence": "", "reason": "", "re_briefed_on": "", "present": ""} | cells.get(_key(invitee), {})
        data |= {f"form-{n}-{name}": value for name, value in cell.items()} | {f"form-{n}-id": str(invitee.pk)}
    return data


def _key(invitee: MeetingInvitee) -> str:
    return "person" if invitee.person_id else "group" if invitee.group else invitee.unit.slug.replace("-", "_")


def test_attendance_is_entered_on_one_page_and_the_rest_were_present(world: World, sign_in: Callable) -> None:
    row, client = invited(world, held_on=days_ago(2)), sign_in(world.campaign_officer)
    row.hold(by=world.campaign_officer, held_on=days_ago(2))
    url = f"/briefings/{row.pk}/attendance/"
    assert client.get(url).status_code == 200
    cells = {"chi_bo_7": {"present": "21"}, "chi_bo_8": {"absence": "absent", "reason": "Họp ở quận"}}
    assert client.post(url, posted(row, **cells) | {"rest_present": "on"}).status_code == 302
    found = {_key(invitee): (invitee.absence, invitee.present, invitee.reason) for invitee in row.invitees.all()}
    assert found == {
        "chi_bo_7": ("present", 21, ""),
        "chi_bo_8": ("absent", None, "Họp ở quận"),
        "person": ("present", 1, ""),
        "group": ("present", None, ""),
    }
    page = client.get(row.get_absolute_url()).text
    assert "Còn phải truyền đạt cho:" in page
    assert "Họp ở quận" in page
    assert url in client.get("/work/").text
    later = {"chi_bo_8": {"absence": "re_briefed", "reason": "Họp ở quận", "re_briefed_on": f"{today():%d/%m/%Y}"}}
    client.post(url, posted(row, **cells | later, person={"absence": "present"}))
    assert row.invitees.get(unit=world.other_cell).re_briefed_on == today()
    assert "Còn phải truyền đạt cho:" not in client.get(row.get_absolute_url()).text
    assert url not in client.get("/work/").text


@pytest.mark.parametrize(
    "cell",
    [
        {"absence": "re_briefed"},
        {"absence": "re_briefed", "re_briefed_on": "01/01/2099"},
        {"absence": "absent", "present": "3"},
        {"present": "hai mươi"},
    ],
    ids=["no day", "a day to come", "absent and there", "no number"],
)
def test_what_is_wrong_is_said_in_its_row_and_nothing_is_saved(world: World, sign_in: Callable, cell: dict) -> None:
    row = invited(world, held_on=days_ago(2))
    data = posted(row, chi_bo_7=cell, chi_bo_8={"present": "9"})
    page = sign_in(world.campaign_officer).post(f"/briefings/{row.pk}/attendance/", data)
    assert page.status_code == 200
    assert page.text.count("invalid-feedback") == 1
    assert 'value="9"' in page.text, "what was typed stays"
    assert not row.invitees.exclude(present=None).exists()


def test_attendance_costs_the_same_for_many(world: World, sign_in: Callable, query_baseline: object) -> None:
    row, client = invited(world, held_on=days_ago(2)), sign_in(world.campaign_officer)
    row.conclude(by=world.campaign_officer, text="Giao Chi bộ 7")

    def more() -> None:
        row.invite_all(by=world.campaign_officer, groups=[f"Nhóm {n}" for n in range(10)])
        for n in range(10):
            make.task(world.campaign, world.cell, outcome=row.conclude(by=world.campaign_officer, text=f"Kết luận {n}"))

    for url in (f"/briefings/{row.pk}/attendance/", row.get_absolute_url()):
        query_baseline.assert_flat(client, url, more)


def test_the_sign_in_sheet_has_a_line_for_everybody(world: World, sign_in: Callable) -> None:
    row = invited(world)
    row.invitees.filter(unit=world.cell).update(invited=3)
    lines = sign_in(world.campaign_officer).get(row.get_absolute_url()).context["lines_to_sign"]
    assert lines.count(("", "Chi bộ 7")) == 3
    assert (world.field_member.full_name, "") in lines
    assert lines[-1] == ("", "")


# ---- outcomes -----------------------------------------------------------------------------------------
def test_an_outcome_becomes_tasks_that_lead_back(world: World, sign_in: Callable) -> None:
    row, client = meeting(world.campaign, held_on=days_ago(2), state="held"), sign_in(world.campaign_officer)
    client.post(f"/briefings/{row.pk}/outcomes/new/", {"text": "- Chi bộ 7, 8 rà soát hộ khó khăn"})
    outcome = MeetingOutcome.objects.get()
    assert outcome.text == "Chi bộ 7, 8 rà soát hộ khó khăn"
    url = f"/briefings/outcomes/{outcome.pk}/assign/"
    form = client.get(url).context["form"]
    assert form.initial["title"] == outcome.text
    data = {
        "title": outcome.text,
        "lead_units": [world.cell.pk, world.other_cell.pk],
        "due_on": f"{make.worked(days_ago(-9)):%d/%m/%Y}",
        "on": f"{today():%d/%m/%Y}",
        "priority": "2",
    }
    assert client.post(url, data).status_code == 302
    assert {task.lead_unit for task in Task.objects.filter(outcome=outcome)} == {world.cell, world.other_cell}
    task = Task.objects.get(lead_unit=world.cell)
    assert row.get_absolute_url() in sign_in(world.head).get(task.get_absolute_url()).text
    page = client.get(row.get_absolute_url()).text
    assert task.get_absolute_url() in page
    remove = f"/briefings/outcomes/{outcome.pk}/remove/"
    assert remove not in page
    assert client.get(remove).status_code == 403


def test_an_outcome_without_tasks_is_changed_and_removed(world: World, sign_in: Callable) -> None:
    row, client = meeting(world.campaign), sign_in(world.campaign_officer)
    outcome = row.conclude(by=world.campaign_officer, text="Sai")
    client.post(f"/briefings/outcomes/{outcome.pk}/edit/", {"text": "Đúng"})
    assert "Đúng" in client.get(row.get_absolute_url()).text
    assert client.post(f"/briefings/outcomes/{outcome.pk}/edit/", {"text": " "}).context["form"].errors
    client.post(f"/briefings/outcomes/{outcome.pk}/remove/")
    assert not MeetingOutcome.objects.exists()
