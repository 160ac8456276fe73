"""Defects of streets: reported in a few taps, asked about where near, mended by who must act, counted on return."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.seats import Seats
from beautification.models import Defect, DefectKind, PhotoPair
from beautification.validators import about_the_place
from campaigns.models import Task
from core import agenda
from core.figures import FigureValue, Scope, get_figure
from core.files import accept
from core.models import StateChanged, today
from notifications.models import Event
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.world import World


def sent(kind: DefectKind, **fields: object) -> dict[str, object]:
    return {"kind": kind.pk, "place": "Trước số 40", "client_id": str(uuid4())} | fields


def new(street: object) -> str:
    return reverse("beautification:defect_new", args=[street.slug])  # type: ignore[attr-defined]


# ---- reported ------------------------------------------------------------------------------------------
def test_a_member_reports_with_three_answers_and_the_unit_that_must_act_is_told(
    world: World, sign_in: Callable
) -> None:
    street = make.street(world)
    kind = DefectKind.objects.create(ward=world.ward, name="Dây chùng", unit=world.other_cell)
    head = sign_in(world.head)
    answer = head.post(new(street), sent(kind, photo=picture()))
    row = Defect.objects.get()
    assert answer.url == row.get_absolute_url()
    assert (row.owner, row.unit, row.state, row.longitude) == (world.other_cell, world.cell, "to_mend", None)
    assert row.photo_pairs.get().before is not None
    event = Event.objects.get(kind="beautification.defect.reported")
    assert event.unit == world.other_cell
    assert "Trước số 40" in head.get(street.get_absolute_url()).content.decode()


def test_without_a_unit_of_its_kind_the_street_s_unit_must_act(world: World) -> None:
    assert make.defect(make.street(world)).owner == world.cell


def test_the_same_report_sent_twice_is_one(world: World, sign_in: Callable) -> None:
    street, key = make.street(world), str(uuid4())
    kind = DefectKind.objects.create(ward=world.ward, name="Rác")
    for _time in range(2):
        sign_in(world.head).post(new(street), sent(kind, client_id=key, photo=picture()))
    assert (Defect.objects.count(), PhotoPair.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("place", "Xe 29A-123.45 đỗ trước số 40"),
        ("note", "Của ông Nguyễn Văn Thử bày ra"),
        ("note", "Gọi 0912 345 678"),
        ("place", "MẬT: ngõ 12"),
        ("place", ""),
    ],
)
def test_it_is_about_the_street_and_never_about_somebody(
    world: World, sign_in: Callable, field: str, words: str
) -> None:
    street, kind = make.street(world), DefectKind.objects.create(ward=world.ward, name="Rác")
    answer = sign_in(world.head).post(new(street), sent(kind) | {field: words})
    assert answer.context["form"].errors[field]
    assert not Defect.objects.exists()


@pytest.mark.parametrize("plate", ["30F1-234.56", "29 H1 12345", "29LD-123.45", "29-B1 123.45"])
def test_number_plates_are_known_and_house_numbers_are_none(plate: str) -> None:
    with pytest.raises(ValidationError):
        about_the_place(f"Xe {plate} trên vỉa hè")
    about_the_place("Trước số 18 đến 22, ngõ 12A, cách 150 m")


def test_what_seems_to_be_the_same_is_asked_about_and_never_refused(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    there = make.defect(street, place="Đầu ngõ 12, gốc cây", kind="Rác")
    make.defect(street, place="Đầu ngõ 12, gốc cây", kind="Dây")
    mended = make.defect(street, place="Đầu ngõ 12", kind="Rác")
    mended.mend(by=None, on=today(), reason="Đã dọn")
    make.defect(make.street(world), place="Đầu ngõ 12, gốc cây", kind="Rác")
    assert list(
        Defect.objects.like(Defect(ward=world.ward, street=street, kind=there.kind, place="goc cay ngo 12"))
    ) == [there]
    client, data = sign_in(world.head), sent(there.kind, place="Gốc cây đầu ngõ 12")
    asked = client.post(new(street), data)
    assert "đã có phản ánh tương tự" in asked.content.decode()
    assert Defect.objects.count() == 4
    box = asked.context["form"].fields["keep"].choices[0][0]
    assert client.post(new(street), data | {"keep": box}).status_code == 302
    assert Defect.objects.count() == 5


def test_what_lies_within_steps_of_another_is_near_whatever_it_is_called(world: World) -> None:
    street = make.street(world)
    here = make.defect(street, place="Quán nước", longitude=Decimal("105.886100"), latitude=Decimal("21.042000"))
    asked = {"ward": world.ward, "street": street, "kind": here.kind, "place": "Cột điện"}
    near = Defect(**asked, longitude=Decimal("105.886250"), latitude=Decimal("21.042100"))
    far = Defect(**asked, longitude=Decimal("105.887100"), latitude=Decimal("21.042000"))
    assert list(Defect.objects.like(near)) == [here]
    assert not Defect.objects.like(far).exists()


def test_the_phone_may_say_where_it_is(world: World, sign_in: Callable) -> None:
    street, kind = make.street(world), DefectKind.objects.create(ward=world.ward, name="Rác")
    sign_in(world.head).post(new(street), sent(kind, longitude="105.886123", latitude="21.042456"))
    assert Defect.objects.get().longitude == Decimal("105.886123")
    page = sign_in(world.head).get(new(street)).content.decode()
    assert "js/here.js" in page


# ---- handed over, mended, back -------------------------------------------------------------------------
def test_the_officer_sets_unit_and_day_and_makes_a_task_once(world: World, sign_in: Callable) -> None:
    row, officer = make.defect(make.street(world)), sign_in(world.campaign_officer)
    address = reverse("beautification:defect_hand", args=[row.pk])
    late = officer.post(address, {"unit": world.other_cell.pk, "due_on": f"{make.days(-1):%d/%m/%Y}"})
    assert late.context["form"].errors["due_on"]
    monday = next(day for day in map(make.days, range(1, 9)) if day.weekday() == 0)
    data = {"unit": world.other_cell.pk, "due_on": f"{monday:%d/%m/%Y}", "as_task": "on"}
    answer = officer.post(address, data)
    if answer.status_code == 200:  # the day is a holiday: it is asked about
        answer = officer.post(address, data | {"keep": answer.context["form"].fields["keep"].choices[0][0]})
    row.refresh_from_db()
    assert (row.owner, row.due_on, row.task.lead_unit, row.task.due_on) == (
        world.other_cell,
        monday,
        world.other_cell,
        monday,
    )
    assert "as_task" not in officer.get(address).context["form"].fields
    assert Task.objects.count() == 1
    assert Event.objects.filter(kind="beautification.defect.handed").count() == 1


def test_it_is_mended_with_a_photo_or_a_reason_and_counts_its_returns(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    row, head = make.defect(street, make.days(-9)), sign_in(world.head)
    mend, back = (reverse(f"beautification:defect_{name}", args=[row.pk]) for name in ("mend", "reopen"))
    day = f"{make.days(-5):%d/%m/%Y}"
    asked = head.get(mend).content.decode()
    assert "không chụp rõ mặt" in asked
    assert "DOCX" not in asked, "a photo is no paper"
    bare = head.post(mend, {"on": day})
    assert bare.context["form"].errors["photo"]
    early = head.post(mend, {"on": f"{make.days(-10):%d/%m/%Y}", "reason": "Đã dọn"})
    assert early.context["form"].errors["on"]
    assert head.post(mend, {"on": day, "photo": picture()}).status_code == 302
    assert head.post(back, {"on": f"{make.days(-2):%d/%m/%Y}", "photo": picture()}).status_code == 302
    assert head.post(mend, {"on": f"{today():%d/%m/%Y}", "photo": picture()}).status_code == 302
    found = Defect.objects.for_list().get()
    assert (found.state, found.returns) == ("mended", 1)
    assert "tái diễn 1 lần" in head.get(reverse("beautification:defect_list")).content.decode()
    kinds = (
        Event.objects.filter(kind__startswith="beautification.defect.").order_by("id").values_list("kind", flat=True)
    )
    assert [kind.rpartition(".")[2] for kind in kinds] == ["reported", "mended", "came_back", "mended"]


def handed(world: World, street: object, unit: object) -> Defect:
    row = make.defect(street, make.days(-3))  # type: ignore[arg-type]
    row.hand_to(by=world.campaign_officer, unit=unit, due_on=make.days(5), as_task=True)  # type: ignore[arg-type]
    return row


def step(row: Defect, name: str) -> str:
    return reverse(f"beautification:defect_{name}", args=[row.pk])


def test_the_unit_s_photo_and_words_hand_its_task_in_and_what_comes_back_returns_it(
    world: World, sign_in: Callable
) -> None:
    row, head = handed(world, make.street(world), world.cell), sign_in(world.head)
    assert "được báo hoàn thành" in head.get(step(row, "mend")).content.decode()
    day = f"{make.days(-1):%d/%m/%Y}"
    assert head.post(step(row, "mend"), {"on": day, "photo": picture(), "reason": "Đã dọn"}).status_code == 302
    task = Task.objects.get()
    assert (task.state, task.evidence.count(), task.progress.get().by) == ("submitted", 1, world.head)
    assert "Đã dọn" in task.progress.get().note
    with task.evidence.get().file.open() as kept:
        assert kept.read(), "the same photo is kept twice, whole"
    assert head.post(step(row, "reopen"), {"on": f"{today():%d/%m/%Y}", "reason": "Lại bị dán"}).status_code == 302
    row.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, row.task, row.due_on) == ("doing", task, task.due_on)
    assert task.transitions.first().reason == "Lại bị dán"


def test_the_officer_closes_the_task_with_it_and_a_closed_one_stays_closed(world: World, sign_in: Callable) -> None:
    row, officer = handed(world, make.street(world), world.other_cell), sign_in(world.campaign_officer)
    assert "khép lại" in officer.get(step(row, "mend")).content.decode()
    data = {"on": f"{today():%d/%m/%Y}", "reason": "Đã dọn"}
    assert officer.post(step(row, "mend"), data).status_code == 302
    task = Task.objects.get()
    assert (task.state, task.progress.get().entered_for_unit_by) == ("done", world.campaign_officer)
    officer.post(step(row, "reopen"), data | {"reason": "Lại bị dán"})
    row.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, row.task, row.due_on) == ("done", None, None)


def test_who_does_not_report_for_the_unit_leaves_its_task(world: World, sign_in: Callable) -> None:
    row = handed(world, make.street(world), world.other_cell)
    head = sign_in(world.head)  # of the unit that leads the street
    assert "do người báo cáo của đơn vị" in head.get(step(row, "mend")).content.decode()
    assert head.post(step(row, "mend"), {"on": f"{today():%d/%m/%Y}", "reason": "Đã dọn"}).status_code == 302
    assert Task.objects.get().state == "assigned"
    assert row.task_after_mending(world.head)


def test_a_task_that_asks_for_more_goes_on_with_the_report(world: World, sign_in: Callable) -> None:
    row, head = handed(world, make.street(world), world.cell), sign_in(world.head)
    Task.objects.update(evidence_needed=["link"])
    assert "đủ minh chứng" in head.get(step(row, "mend")).content.decode()
    assert head.post(step(row, "mend"), {"on": f"{today():%d/%m/%Y}", "reason": "Đã dọn"}).status_code == 302
    task = Task.objects.get()
    assert (task.state, task.progress.count()) == ("doing", 1)
    row.refresh_from_db()
    row.reopen(by=None, on=today())
    assert row.task == task
    assert Task.objects.get().state == "doing"


def test_a_pair_begins_anew_each_time_it_comes_back(world: World) -> None:
    row = make.defect(make.street(world), make.days(-9))
    row._keep(accept(picture()), "before", None)
    row.mend(by=None, on=make.days(-5), photo=accept(picture()))
    row.reopen(by=None, on=make.days(-2), photo=accept(picture()))
    first, second = row.photo_pairs.order_by("id")
    assert (first.after is not None, second.after) == (True, None)


def test_in_the_wrong_state_nothing_moves(world: World) -> None:
    row = make.defect(make.street(world))
    with pytest.raises(StateChanged):
        row.reopen(by=None, on=today())
    row.mend(by=None, on=today(), reason="Đã dọn")
    with pytest.raises(StateChanged):
        row.mend(by=None, on=today(), reason="Đã dọn")
    with pytest.raises(ValidationError):
        row.hand_to(by=world.campaign_officer, unit=world.cell, due_on=today(), as_task=False)


def test_a_neighbour_sees_it_and_may_not_mend_it(world: World, sign_in: Callable) -> None:
    row, neighbour = make.defect(make.street(world)), sign_in(world.neighbour)
    assert neighbour.get(row.get_absolute_url()).status_code == 200
    assert neighbour.post(reverse("beautification:defect_mend", args=[row.pk])).status_code == 403


def test_nobody_else_sees_a_pair_of_what_is_not_mended(world: World, sign_in: Callable, client: object) -> None:
    street = make.street(world)
    row, officer = make.defect(street, make.days(-9)), sign_in(world.campaign_officer)
    row._keep(accept(picture()), "before", None)
    row.mend(by=None, on=make.days(-5), photo=accept(picture()))
    pair = row.photo_pairs.get()
    officer.post(reverse("beautification:pair_clear", args=[pair.pk]))
    public = reverse("beautification:public_street", args=[world.ward.slug, street.slug])
    photo = reverse("beautification:public_photo", args=[world.ward.slug, pair.photos.first().pk])
    assert row.place in client.get(public).content.decode()  # type: ignore[attr-defined]
    row.reopen(by=None, on=make.days(-1))
    assert row.place not in client.get(public).content.decode()  # type: ignore[attr-defined]
    assert client.get(photo).status_code == 404  # type: ignore[attr-defined]
    officer.post(reverse("beautification:pair_hide", args=[pair.pk]))
    assert officer.post(reverse("beautification:pair_remove", args=[pair.pk])).url == row.get_absolute_url()
    assert not PhotoPair.objects.exists()


# ---- what others read ----------------------------------------------------------------------------------
def read(world: World, key: str, on: datetime.date | None = None, **scope: object) -> FigureValue:
    return get_figure(f"beautification.defects.{key}").value(Scope(world.ward, world.campaign, **scope), on or today())


def test_the_figures_open_exactly_their_rows(world: World, sign_in: Callable) -> None:
    assert read(world, "to_mend").value is None
    street, officer = make.street(world), sign_in(world.campaign_officer)
    make.defect(street, make.days(-8))
    back = make.defect(street, make.days(-6), owner=world.other_cell)
    back.mend(by=None, on=make.days(-4), reason="Đã dọn")
    back.reopen(by=None, on=make.days(-2))
    make.defect(street, make.days(-1)).mend(by=None, on=today(), reason="Đã dọn")
    for key, on, unit, expected in (
        ("to_mend", today(), None, 2),
        ("to_mend", make.days(-3), None, 1),
        ("to_mend", make.days(-7), None, 1),
        ("to_mend", today(), world.other_cell, 1),
        ("mended", today(), None, 1),
        ("mended", make.days(-3), None, 1),
        ("mended", make.days(-5), None, 0),
        ("returned", today(), None, 1),
        ("returned", today(), world.other_cell, 1),
        ("returned", today(), world.cell, 0),
        ("returned", make.days(-3), None, 0),
    ):
        value = read(world, key, on, unit=unit)
        assert value.value == expected == len(value.rows), (key, on)
        assert officer.get(value.url).context["page"].paginator.count == expected
    listed = officer.get(reverse("beautification:defect_list") + "?state=returned").context["page"]
    assert [row.pk for row in listed] == [back.pk]


def test_a_period_counts_what_was_mended_or_came_back_within_it(world: World) -> None:
    street = make.street(world)
    back = make.defect(street, make.days(-9))
    back.mend(by=None, on=make.days(-8), reason="Đã dọn")
    back.reopen(by=None, on=make.days(-3))
    make.defect(street, make.days(-9)).mend(by=None, on=make.days(-7), reason="Đã dọn")
    make.defect(street, make.days(-6)).mend(by=None, on=make.days(-2), reason="Đã dọn")
    scope = Scope(world.ward, world.campaign)
    for before, mended, returned in ((make.days(-5), 1, 1), (make.days(-2), 0, 0), (make.days(-10), 2, 1)):
        for key, expected in (("mended", mended), ("returned", returned)):
            value = get_figure(f"beautification.defects.{key}").between([(scope, before, today())])
            assert value.value == expected == len(value.rows or ()), (key, before)


def test_it_waits_in_the_agenda_of_its_unit_until_it_is_mended_or_a_task(world: World) -> None:
    row = make.defect(make.street(world), make.days(-3))
    ask = {"campaign": world.campaign, "start": make.days(-30), "end": make.days(7), "today": today()}

    def found(user: object, unit: object = None) -> list[agenda.Item]:
        return [item for item in agenda.items(agenda.Ask(user, unit=unit, **ask)) if item.subject == row]

    assert found(world.head)[0].action
    assert found(world.campaign_officer)[0].since == make.days(-3)
    assert found(world.leadership, world.cell)
    assert not found(world.neighbour)
    row.hand_to(by=world.campaign_officer, unit=world.cell, due_on=make.days(2), as_task=True)
    assert not found(world.head)
    row.task.submit(by=world.head)
    row.task.accept(by=world.campaign_officer)
    assert found(world.head)[0].action, "its task is closed, and the street still waits"


def test_who_is_told_are_those_who_act_for_the_unit(world: World) -> None:
    from beautification.tasks import on_defect_to_mend

    make.defect(make.street(world))
    event = Event.objects.get(kind="beautification.defect.reported")
    on_defect_to_mend(event)
    assert world.head in Seats(world.ward.pk).in_units("cleanup_run", [world.cell.pk])


def test_kinds_are_the_ward_s_own_rows(world: World, sign_in: Callable) -> None:
    officer = sign_in(world.campaign_officer)
    officer.post(reverse("beautification:criteria_propose"))
    count = DefectKind.objects.count()
    assert count == 7
    assert DefectKind.propose(world.ward, by=None) == 0
    officer.post(reverse("beautification:kind_new"), {"name": "Biển hiệu sai", "is_used": "on"})
    row = DefectKind.objects.get(name="Biển hiệu sai")
    officer.post(reverse("beautification:kind_edit", args=[row.pk]), {"name": "Biển hiệu sai"})
    row.refresh_from_db()
    assert not row.is_used
    twice = officer.post(reverse("beautification:kind_new"), {"name": "Biển hiệu sai", "is_used": "on"})
    assert "Đã có loại này" in twice.content.decode()
    assert row not in officer.get(new(make.street(world))).context["form"].fields["kind"].queryset
    assert Event.objects.filter(kind="beautification.defect_kind.entered").count() == 3


def test_the_database_refuses_half_a_point_and_an_unknown_state(world: World) -> None:
    row = make.defect(make.street(world))
    for wrong in ({"longitude": Decimal("105.8")}, {"state": "gone"}):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            Defect.objects.filter(pk=row.pk).update(**wrong)
    both = {"cleanup": make.cleanup(row.street), "defect": row}
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        PhotoPair(ward=world.ward, street=row.street, spot="x", **both).save()
