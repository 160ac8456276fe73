import datetime
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AccessLog
from clearance.choices import Outreach
from clearance.forms.grievances import SHOWN_AT
from clearance.models import Grievance
from clearance.tracks import FIRST_CLOCK, MOVES, OPEN, OVER, Finding, GrievanceState, Step, Track, WithdrawnAt
from core.agenda import Ask, items
from core.figures import Scope, get_figure
from core.models import StateChanged, history_of, today
from deadlines.models import Deadline
from notifications import rules
from notifications.engine import dispatch, planner
from notifications.models import Message
from tests import factories as base
from tests.clearance import factories as make
from tests.world import World

FACTS = {
    "reason": "Cần thêm giấy tờ",
    "body": "Thanh tra thành phố",
    "place": WithdrawnAt.COUNTER,
    "finding": Finding.RIGHT,
    "decision": "12/QĐ-UBND",
    "reply": "Phường đã kiểm tra và trả lời.",
}


def take(row: Grievance, step: Step, by: Any, **facts: Any) -> None:
    asked = {name: FACTS[name] for name in MOVES[step].asks}
    row.take(step, by=by, **{"on": today()} | asked | facts)


def url(name: str, row: Grievance, *more: Any) -> str:
    return reverse(f"clearance:{name}", args=[row.year, row.number, *more])


def day(on: datetime.date) -> str:
    return f"{on:%d/%m/%Y}"


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def test_a_complaint_goes_its_way_through_pages_with_its_clocks(world: World, sign_in: Callable) -> None:
    make.clocks(world)
    desk, chair, front = (sign_in(who) for who in (world.grievance_officer, world.leadership, world.supervisor))
    new = reverse("clearance:grievance_new")
    said = {"text": "Tôi không đồng ý diện tích đo.", "door": "counter", "received_on": day(today())}
    assert "text" in desk.post(new, {**said, "text": ""}).context["form"].errors
    with_phone = desk.post(new, {**said, "text": "Gọi tôi số 0912345678"})
    assert "0912345678" in with_phone.content.decode()  # what was typed stays
    assert with_phone.context["form"].errors
    late = desk.post(new, {**said, "received_on": day(today() + datetime.timedelta(days=1))})
    assert late.context["form"].errors
    assert desk.post(new, said).status_code == 302
    row = Grievance.objects.get()
    assert (row.number, row.year, row.state) == (1, today().year, GrievanceState.RECEIVED)
    dispatch.run()
    assert {message.user for message in Message.objects.filter(words="clearance.grievance.received")} == set()

    sort = url("grievance_sort", row)
    unsigned = desk.post(sort, {"track": "complaint", "summary": "Diện tích đo"})
    assert "track" in unsigned.context["form"].errors  # nobody's name stands in it
    Grievance.objects.filter(pk=row.pk).update(name="Trần Thị Mẫu", address_line="Ngõ 2, đường Thử")
    assert desk.post(sort, {"track": "complaint", "summary": "Diện tích đo"}).status_code == 302
    row.refresh_from_db()
    accept = row.clock
    assert accept is not None
    assert accept.deadline.rule.code == "complaint-accept"
    assert accept.deadline.due_on >= today() + datetime.timedelta(days=10)
    assert desk.get(accept.deadline.get_absolute_url()).status_code == 200

    listed = front.get(reverse("clearance:grievance_list")).content.decode()
    assert "Trần Thị Mẫu" not in listed
    assert "Diện tích đo" not in listed
    seen = front.get(row.get_absolute_url()).content.decode()
    assert "không đồng ý" not in seen
    assert not AccessLog.objects.filter(user=world.supervisor).exists()
    assert "không đồng ý" not in chair.get(row.get_absolute_url()).content.decode()
    assert chair.post(row.get_absolute_url(), {"reason": "check"}).status_code == 302
    assert "không đồng ý" in chair.get(row.get_absolute_url()).content.decode()
    assert AccessLog.objects.filter(user=world.leadership, subject_id=row.pk).exists()

    assert desk.post(url("grievance_step", row, "accepted"), {"on": day(today())}).status_code == 302
    row.refresh_from_db()
    accept.refresh_from_db()
    settle = row.clock
    assert settle is not None
    assert (accept.ended_on, accept.deadline.met_on) == (today(), today())
    assert settle.deadline.rule.code == "complaint-settle"
    extend = url("grievance_step", row, "extended")
    assert desk.post(extend, {"on": day(today()), "reason": "Nhiều thửa"}).status_code == 302
    longer = row.clock
    assert longer is not None
    assert longer.deadline.rule.code == "complaint-settle-complex"
    assert longer.deadline.due_on > settle.deadline.due_on
    again = desk.post(extend, {"on": day(today()), "reason": "Nhiều thửa"})
    assert again.status_code == 200  # extended once

    settled = url("grievance_step", row, "settled")
    answer = {"on": day(today()), "finding": "right", "decision": "12/QĐ-UBND", "reply": "Đo lại."}
    assert "remedy" in desk.post(settled, answer).context["form"].errors
    assert desk.post(settled, {**answer, "remedy": "Đo lại trong tháng."}).status_code == 302
    assert desk.get(settled).status_code == 403
    assert desk.post(url("grievance_step", row, "closed"), {"on": day(today()), "satisfied": "no"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.satisfied, row.clock) == (GrievanceState.CLOSED, False, None)
    assert desk.post(url("grievance_step", row, "reopened"), {"on": day(today()), "reason": "Có chứng cứ mới"})
    row.refresh_from_db()
    assert row.clock is not None
    assert row.clock.kind == "accept"
    assert desk.get(url("grievance_step", row, "nothing")).status_code == 404


def test_nothing_of_a_denunciation_stays(world: World, sign_in: Callable) -> None:
    row = make.grievance(world, text="Ông Bí Mật nhận tiền", name="Người Giấu Tên", address_line="Số 9, đường Kín")
    desk = sign_in(world.grievance_officer)
    make.clocks(world)
    row.sort(by=world.grievance_officer, track=Track.FEEDBACK, summary="Việc Bí Mật")  # seen only afterwards
    anew = url("grievance_step", row, "resorted")
    assert desk.post(anew, {"on": day(today()), "reason": "Là tố cáo"}).status_code == 302
    assert "body" in desk.post(url("grievance_sort", row), {"track": "denunciation"}).context["form"].errors
    found = {"track": "denunciation", "body": "Ủy ban kiểm tra"}
    assert desk.post(url("grievance_sort", row), found).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            " AND table_type = 'BASE TABLE'"
        )
        for (name,) in cursor.fetchall():
            for words in ("Bí Mật", "Giấu Tên", "đường Kín"):
                cursor.execute(f'SELECT count(*) FROM "{name}" AS t WHERE t::text LIKE %s', [f"%{words}%"])
                assert cursor.fetchone() == (0,), name
    row.refresh_from_db()
    assert (row.state, row.body, row.number) == (GrievanceState.HANDED_OVER, "Ủy ban kiểm tra", 1)
    assert desk.get(row.get_absolute_url()).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        Grievance.objects.filter(pk=row.pk).update(text="wieder da")


def test_a_withdrawal_is_confirmed_by_another(world: World, sign_in: Callable) -> None:
    row = make.grievance(world, "complaint")
    desk, chair = sign_in(world.grievance_officer), sign_in(world.leadership)
    take(row, Step.ASK_WITHDRAWAL, world.grievance_officer)
    confirm = url("grievance_step", row, "withdrawal_confirmed")
    said = {"on": day(today()), "reason": "Đã hỏi lại người gửi"}
    assert desk.get(confirm).status_code == 403
    with pytest.raises(ValidationError):
        take(row, Step.CONFIRM_WITHDRAWAL, world.grievance_officer)
    row.refresh_from_db()
    assert row.state == GrievanceState.WITHDRAWING
    assert chair.post(confirm, said).status_code == 302
    row.refresh_from_db()
    ended = row.clocks.get()
    assert (row.state, ended.ended_on, ended.deadline.met_on) == (GrievanceState.WITHDRAWN, today(), None)
    assert not Deadline.objects.overdue(today() + datetime.timedelta(days=99)).filter(pk=ended.deadline_id).exists()

    other = make.grievance(world, "complaint")
    take(other, Step.ACCEPT, world.grievance_officer)
    take(other, Step.ASK_WITHDRAWAL, world.grievance_officer)
    take(other, Step.GO_ON, world.grievance_officer)
    assert other.state == GrievanceState.ACCEPTED


def test_who_visits_the_household_does_not_keep_its_grievance(world: World, place: dict, sign_in: Callable) -> None:
    before = place["of_cell"][0].outreach
    row = make.grievance(world, text="Về việc đo đạc")
    desk = sign_in(world.grievance_officer)
    there = {"project": place["project"].pk, "number": place["of_cell"][0].number, "summary": "Đo đạc"}
    make.clocks(world)
    assert (
        "number"
        in desk.post(url("grievance_sort", row), there | {"track": "feedback", "number": 99}).context["form"].errors
    )
    assert desk.post(url("grievance_sort", row), there | {"track": "feedback"}).status_code == 302
    answered = url("grievance_step", row, "answered")
    assert desk.get(answered).status_code == 200
    base.member(world.cell, "field_member", world.grievance_officer)
    refused = sign_in(world.grievance_officer).get(answered)
    assert refused.status_code == 403
    place["of_cell"][0].refresh_from_db()
    assert place["of_cell"][0].outreach == before == Outreach.NOT_REACHED


def test_suspended_days_do_not_count(world: World) -> None:
    make.clocks(world)
    row = make.grievance(world, received_on=ago(20))
    row.sort(by=world.grievance_officer, track=Track.COMPLAINT, summary="Đo đạc")
    take(row, Step.ACCEPT, world.grievance_officer, on=ago(0))
    with pytest.raises(ValidationError):  # it began today
        take(row, Step.SUSPEND, world.grievance_officer)
    row.refresh_from_db()
    assert row.state == GrievanceState.ACCEPTED
    clock = row.clock
    assert clock is not None
    assert clock.can_keep_deadline(world.grievance_officer).reason
    Deadline.objects.filter(pk=clock.deadline_id).update(anchor_on=ago(5))
    take(row, Step.SUSPEND, world.grievance_officer, on=ago(3), reason="Chờ kết quả đo lại. " * 30)
    assert row.clock is not None
    assert row.clock.deadline.running_pause
    take(row, Step.RESUME, world.grievance_officer)
    take(row, Step.EXTEND, world.grievance_officer)
    longer = row.clock
    assert longer is not None
    assert longer.deadline.rule.code == "complaint-settle-complex"
    assert longer.deadline.paused == [(ago(3), ago(1))]  # the suspended days stay out
    assert longer.deadline.due_on >= ago(5) + datetime.timedelta(days=45 + 3)


def test_receiving_waits_for_no_rule_and_no_calendar(world: World, sign_in: Callable) -> None:
    row = make.grievance(world)
    row.sort(by=world.grievance_officer, track=Track.FEEDBACK, summary="Đèn đường")
    assert row.clock is None
    page = sign_in(world.grievance_officer).get(row.get_absolute_url())
    assert page.status_code == 200


def test_a_day_of_an_earlier_year_is_asked_about(world: World, sign_in: Callable) -> None:
    """The register of that year would get the number, and its clock has long passed."""
    desk, new = sign_in(world.grievance_officer), reverse("clearance:grievance_new")
    sent = {"text": "Đèn đường hỏng.", "door": "counter", "received_on": f"01/01/{today().year - 1}"}
    form = desk.post(new, sent).context["form"]
    assert str(today().year - 1) in str(form.errors["received_on"])
    kept = sent | {"keep": [form.fields["keep"].choices[0][0]]}
    assert desk.post(new, kept).status_code == 302
    assert Grievance.objects.get().year == today().year - 1


def test_days_that_can_not_be_are_refused(world: World) -> None:
    tomorrow = today() + datetime.timedelta(days=1)
    row = make.grievance(world, "feedback")
    with pytest.raises(ValidationError):
        make.grievance(world, received_on=tomorrow)
    for on in (tomorrow, ago(1)):
        with pytest.raises(ValidationError):
            take(row, Step.ANSWER, world.grievance_officer, on=on)


def test_figures_agenda_and_list_say_the_same(world: World, sign_in: Callable) -> None:
    make.clocks(world)
    make.grievance(world)
    late = make.grievance(world, received_on=ago(60))
    late.sort(by=world.grievance_officer, track=Track.FEEDBACK, summary="Đèn đường")
    done = make.grievance(world, "feedback")
    take(done, Step.ANSWER, world.grievance_officer)
    scope = Scope(world.ward, world.campaign, user=world.supervisor)
    desk = sign_in(world.supervisor)
    for key, on, amount in [("open", ago(0), 2), ("overdue", ago(0), 1), ("open", ago(3), 1), ("overdue", ago(3), 1)]:
        value = get_figure(f"clearance.grievances_{key}").value(scope, on)
        assert value.value == amount
        assert desk.get(value.url).context["page"].paginator.count == amount
        unit = Scope(world.ward, world.campaign, unit=world.cell)
        assert get_figure(f"clearance.grievances_{key}").value(unit, today()).value is None
    week = today() + datetime.timedelta(days=7)
    ask = Ask(world.grievance_officer, world.campaign, today(), week, today())
    mine = [item for item in items(ask) if isinstance(item.subject, Grievance)]
    assert {item.subject.state for item in mine} == {GrievanceState.RECEIVED, GrievanceState.UNDER_REVIEW}
    words = {"q": f"{late.number}/{late.year}", "state": "all"}
    assert [row.pk for row in desk.get(reverse("clearance:grievance_list"), words).context["page"]] == [late.pk]
    assert (
        not desk.get(reverse("clearance:grievance_list"), {"q": "den duong", "state": "all"})
        .context["page"]
        .object_list
    )
    found = sign_in(world.grievance_officer).get(
        reverse("clearance:grievance_list"), {"q": "den duong", "state": "all"}
    )
    assert len(found.context["page"].object_list) == 2


def test_the_desk_is_reminded_while_the_clock_runs(world: World) -> None:
    row = make.grievance(world, "feedback")
    clock = row.clock
    assert clock is not None
    made = {rule.source: rule for rule in rules.defaults(world.ward, None)}
    soon, late = (made[f"clearance.grievance.{name}"] for name in ("due", "overdue"))
    deadlines = Deadline.objects.filter(pk=clock.deadline_id)
    deadlines.update(anchor_on=ago(9), due_on=today() + datetime.timedelta(days=9))
    shown = planner.preview(soon)
    assert [plan.target.subject for plan in shown] == [row]
    assert set(shown[0].people) == {world.grievance_officer}
    deadlines.update(due_on=ago(1))
    assert {plan.target.subject for plan in planner.preview(late)} == {row}
    take(row, Step.ANSWER, world.grievance_officer)
    assert not planner.preview(late)


# ---- without signing in ---------------------------------------------------------------------------------
def test_anybody_tells_the_ward_something_and_follows_it_by_the_code(
    world: World, client: Any, shown_before: str
) -> None:
    send = reverse("clearance:public_grievance", args=[world.ward.slug])
    early = SHOWN_AT.sign("form")
    for wrong in ({"text": ""}, {"text": "a" * 5001}, {"shown_at": early}):
        page = client.post(send, {"text": "Rác ở ngõ 5", "shown_at": shown_before} | wrong)
        assert page.status_code == 200
        assert page.context["form"].errors
        assert not Grievance.objects.exists()
    stale = client.post(send, {"text": "Rác ở ngõ 5", "shown_at": "x"}).context["form"]
    assert stale.errors
    assert stale["shown_at"].value() != "x"  # the next try has a new one
    page = client.post(send, {"text": "Rác ở ngõ 5", "shown_at": shown_before}, follow=True)
    row = Grievance.objects.get()
    assert (row.name, row.door) == ("", "portal")
    assert row.shown_code in page.content.decode()
    status = reverse("clearance:public_receipt", args=[world.ward.slug, row.code.lower()])
    make.clocks(world)
    row.sort(by=world.grievance_officer, track=Track.FEEDBACK, summary="Rác")
    assert (
        f"{row.clock.deadline.due_on:%d/%m/%Y}" not in client.get(status).content.decode()
    )  # no lawyer has seen the rule
    row.clock.deadline.rule.verify(by=world.leadership)
    assert f"{row.clock.deadline.due_on:%d/%m/%Y}" in client.get(status).content.decode()
    take(row, Step.ANSWER, world.grievance_officer, reply="Sáng mai sẽ dọn.")
    page = client.get(status)
    assert "Sáng mai sẽ dọn." in page.content.decode()
    assert "Rác ở ngõ 5" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get(reverse("clearance:public_receipt", args=[world.ward.slug, "AAAAAAAAAA"])).status_code == 404


@pytest.fixture
def shown_before(monkeypatch: pytest.MonkeyPatch) -> str:
    """The form was opened a minute ago."""
    with monkeypatch.context() as earlier:
        now = time.time()
        earlier.setattr("django.core.signing.time.time", lambda: now - 60)
        return SHOWN_AT.sign("form")


def test_a_flood_is_told_to_wait_and_loses_nothing(
    world: World, client: Any, shown_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = reverse("clearance:public_grievance", args=[world.ward.slug])
    said = {"text": "Rác ở ngõ 5", "shown_at": shown_before}
    monkeypatch.setattr("clearance.views.public.SENT_BY_ONE", 2)
    assert [client.post(send, said).status_code for _n in range(3)] == [302, 302, 429]
    refused = client.post(send, said)
    assert "Rác ở ngõ 5" in refused.content.decode()
    assert Grievance.objects.count() == 2
    monkeypatch.setattr("clearance.views.public.SENT_BY_ALL", 2)
    assert client.post(send, said, REMOTE_ADDR="203.0.113.9").status_code == 429
    status = reverse("clearance:public_receipt", args=[world.ward.slug, "AAAAAAAAAA"])
    monkeypatch.setattr("clearance.views.public.LOOKED_UP", 3)
    assert [client.get(status).status_code for _n in range(4)] == [404, 404, 404, 429]


# ---- the rules below the pages -------------------------------------------------------------------------
def test_every_state_is_reached_and_left_by_a_step() -> None:
    reached = {move.to for move in MOVES.values()} | {GrievanceState.RECEIVED, GrievanceState.HANDED_OVER}
    assert reached - {None} == set(GrievanceState)
    left = {state for move in MOVES.values() for state in move.since} | {GrievanceState.RECEIVED}
    assert left == set(GrievanceState) - {GrievanceState.HANDED_OVER}
    assert set(OPEN) | set(OVER) == set(GrievanceState)


@pytest.mark.slow
def test_any_walk_keeps_one_clock_and_ends_it(world: World) -> None:
    @settings(max_examples=25)
    @given(steps=st.lists(st.sampled_from(list(Step)), max_size=8), track=st.sampled_from(list(FIRST_CLOCK)))
    def walks(steps: list[Step], track: Track) -> None:
        with transaction.atomic():
            row = make.grievance(world, track)
            for step in steps:
                by = world.leadership if MOVES[step].confirms else world.grievance_officer
                try:
                    with transaction.atomic():
                        take(row, step, by)
                except (StateChanged, ValidationError):
                    row.refresh_from_db()
                assert row.clocks.filter(ended_on=None).count() == (
                    0 if row.state in (*OVER, GrievanceState.RECEIVED) else 1
                )
            transaction.set_rollback(True)

    walks()


def test_the_database_keeps_what_a_state_needs(world: World) -> None:
    row = make.grievance(world, "complaint")
    rows = Grievance.objects.filter(pk=row.pk)
    for wrong in (
        {"name": ""},
        {"state": GrievanceState.ANSWERED},
        {"state": GrievanceState.SETTLED, "reply": "Đã giải quyết"},
        {"state": GrievanceState.FORWARDED},
        {"state": GrievanceState.WITHDRAWN},
        {"state": GrievanceState.RECEIVED},
        {"state": GrievanceState.HANDED_OVER},
        {"track": Track.DENUNCIATION},
        {"year": row.year - 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(ValidationError):
        make.grievance(world).sort(by=world.grievance_officer, track=Track.DENUNCIATION, summary="x")
    assert "text" not in {field.name for field in history_of(Grievance)._meta.get_fields()}


@pytest.mark.django_db(transaction=True)
def test_many_doors_at_once_give_each_its_own_number(world: World) -> None:
    errors: list[BaseException] = []

    def receive() -> None:
        try:
            make.grievance(world)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=receive) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(Grievance.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_complaints_are_accepted_and_settled_by_their_day_or_not(world: World, sign_in: Callable) -> None:
    make.clocks(world)
    rows = [make.grievance(world, received_on=ago(n)) for n in (5, 60)]
    for row in rows:
        row.sort(by=world.grievance_officer, track=Track.COMPLAINT, summary="Đo đạc")
        take(row, Step.ACCEPT, world.grievance_officer)
    take(rows[0], Step.SETTLE, world.grievance_officer, finding="right", decision="12/QĐ-UBND", reply="Đo lại")
    desk = sign_in(world.grievance_officer)
    for key in ("accepted", "settled"):
        scope = Scope(world.ward, world.campaign, user=world.grievance_officer)
        found = get_figure(f"clearance.grievances_{key}").value(scope, today())
        listed = desk.get(found.url).context["page"].object_list
        assert [row.pk for row in listed] == [rows[0].pk]
        assert found.value == 1
        assert get_figure(f"clearance.grievances_{key}").value(scope, ago(1)).value == 0
