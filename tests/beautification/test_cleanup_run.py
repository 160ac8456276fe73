"""Journey 4: a Saturday clean-up is opened, counted by hand and closed; moved, cancelled, decided about, corrected."""

import datetime
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from beautification.choices import CleanupState, Exactness, HolidayDecision, TurnoutSource
from beautification.models import Cleanup, CleanupTurnout
from campaigns.models import CampaignClosed
from core.models import StateChanged, today
from notifications.models import Event
from tests import factories as base
from tests.beautification import factories as make
from tests.deadlines import factories as calendars
from tests.world import World


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def states(cleanup: Cleanup) -> list[str]:
    return list(cleanup.transitions.order_by("id").values_list("new", flat=True))


# ---- the journey ---------------------------------------------------------------------------------------
def test_the_leading_unit_opens_counts_and_closes(world: World, sign_in: object) -> None:
    women = base.unit(world.ward, "Tổ dân phố 3", branch="residential")
    cleanup = make.cleanup(make.street(world, groups=(women,)))
    client, url = sign_in(world.head), cleanup.get_absolute_url()
    assert "Mở buổi" in page(client, url) or "Open the session" in page(client, url)
    client.post(f"{url}open/")
    for _tap in range(3):
        client.post(f"{url}tally/", {"more": str(women.pk)})
    client.post(f"{url}tally/", {"more": str(world.cell.pk)})
    client.post(f"{url}tally/", {"less": str(women.pk)})
    client.post(f"{url}tally/", {"more": "0"})
    assert cleanup.total() == 4
    close = page(client, f"{url}close/")
    assert 'name="total" value="4"' in close
    assert "Tổ dân phố 3" in close
    client.post(f"{url}close/", {"total": "4"})
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.closed_by) == (CleanupState.DONE, world.head)
    assert states(cleanup) == ["planned", "open", "done"]
    kinds = Event.objects.filter(subject_type="beautification.cleanup").values_list("kind", flat=True)
    assert {"beautification.cleanup.opened", "beautification.cleanup.closed"} <= set(kinds)
    assert "4" in page(client, url)


def test_who_runs_a_cleanup_to_come_finds_the_text_for_the_group(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world, name="Phố Trạm"), make.days(2), starts_at=datetime.time(7))
    url = cleanup.get_absolute_url()
    text = page(sign_in(world.head), url)
    assert 'id="copy-text"' in text
    assert f"Phố Trạm, 07:00 {make.days(2):%d/%m}" in text
    assert f"http://testserver{url}\n({world.ward})" in text.replace(settings.BASE_URL, "http://testserver")
    assert 'id="copy-text"' not in page(sign_in(world.leadership), url)
    cleanup.cancel(by=world.head, reason="Mưa")
    text = page(sign_in(world.head), url)
    assert "Mưa" in text.split('id="copy-text"')[1], "what has changed is told in the group, too"
    assert "không tổ chức" in text.split('id="spoken-text"')[1]


def test_a_cleanup_that_waits_for_a_decision_or_is_over_has_no_text_for_the_group(
    world: World, sign_in: object
) -> None:
    asked = make.cleanup(make.street(world), make.days(2), holiday_decision="needed", reason="Nghỉ lễ")
    over = make.cleanup(make.street(world), make.days(-2))
    for cleanup in (asked, over):
        assert 'id="copy-text"' not in page(sign_in(world.head), cleanup.get_absolute_url())


def test_numbers_are_typed_without_javascript_and_may_be_nearly(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    client, url = sign_in(world.head), cleanup.get_absolute_url()
    data = {
        f"unit_{world.cell.pk}": "",
        "unit_0": "100",
        "other": str(world.front.pk),
        "other_count": "12",
        "source": "estimate",
        "exactness": "nearly",
    }
    assert client.post(f"{url}counts/", data).status_code == 302
    rows = {row.unit: row for row in cleanup.turnouts.all()}
    assert {unit: row.count for unit, row in rows.items()} == {None: 100, world.front: 12}
    assert {row.exactness for row in rows.values()} == {Exactness.NEARLY}
    client.post(f"{url}close/", {"total": "112"})
    text = page(client, url)
    assert "gần" in text or "nearly" in text


@pytest.mark.parametrize("wrong", ["-3", "10000", "mười", "3,5"])
def test_a_number_that_can_not_be_is_told_and_kept(world: World, sign_in: object, wrong: str) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    data = {"unit_0": wrong, "source": "hand", "exactness": "exact"}
    response = sign_in(world.head).post(f"{cleanup.get_absolute_url()}counts/", data)
    assert response.status_code == 200
    assert response.context["form"].errors["unit_0"]
    assert wrong in response.content.decode()
    assert not cleanup.turnouts.exists()


def test_numbers_typed_in_two_windows_lose_nothing(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), state=CleanupState.OPEN)
    make.turnout(cleanup, 5, world.cell)
    client, url = sign_in(world.head), cleanup.url_of("count")
    shown = make.as_shown(client.get(url))
    for _tap in range(2):
        cleanup.tally(unit=world.cell, step=1)
    cleanup.count(counts={world.front: 12}, source=TurnoutSource.ESTIMATE, exactness=Exactness.NEARLY)
    name = f"unit_{world.team.pk}"
    assert client.post(url, shown | {name: "9", "source": "paper"}).status_code == 302
    rows = {row.unit: (row.count, row.source) for row in cleanup.turnouts.all()}
    assert rows == {
        world.cell: (7, TurnoutSource.HAND),
        world.front: (12, TurnoutSource.ESTIMATE),
        world.team: (9, TurnoutSource.PAPER),
    }, "who counted meanwhile keeps number and source, also of a unit that the page did not show"
    told = client.post(url, shown | {name: "8"})
    assert "9" in told.context["form"].errors[name][0]
    assert client.post(url, make.as_shown(told)).status_code == 302
    assert cleanup.turnouts.get(unit=world.team).count == 8


def test_where_no_number_is_changed_the_source_is_that_of_all(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    make.turnout(cleanup, 5, world.cell)
    make.turnout(cleanup, 90)
    client, url = sign_in(world.head), cleanup.url_of("count")
    shown = make.as_shown(client.get(url))
    client.post(url, shown)
    assert set(cleanup.turnouts.values_list("source", flat=True)) == {TurnoutSource.HAND}
    client.post(url, shown | {"source": "estimate", "exactness": "nearly"})
    assert set(cleanup.turnouts.values_list("source", "exactness")) == {(TurnoutSource.ESTIMATE, Exactness.NEARLY)}


def test_numbers_that_changed_meanwhile_are_shown_before_they_are_signed(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    make.turnout(cleanup, 10)
    response = sign_in(world.head).post(f"{cleanup.get_absolute_url()}close/", {"total": "9"})
    assert response.status_code == 200
    cleanup.refresh_from_db()
    assert cleanup.state == CleanupState.OPEN


def test_a_session_is_not_closed_with_a_number_nobody_counted(world: World) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    with pytest.raises(ValidationError):
        cleanup.close(by=world.head)
    cleanup.count(counts={None: 0})
    cleanup.close(by=world.head)
    assert cleanup.total() == 0


def test_less_than_nobody_can_not_come(world: World) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    cleanup.tally(unit=None, step=-1)
    cleanup.tally(unit=None, step=1)
    cleanup.tally(unit=None, step=-1)
    cleanup.tally(unit=None, step=-1)
    assert cleanup.total() == 0


def test_people_of_a_list_are_not_counted_again_by_taps(world: World) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    cleanup.count(counts={world.cell: 30}, source=TurnoutSource.PAPER)
    with pytest.raises(ValidationError):
        cleanup.tally(unit=world.cell, step=1)
    cleanup.count(counts={world.cell: 31}, source=TurnoutSource.HAND)
    cleanup.tally(unit=world.cell, step=1)
    assert cleanup.total() == 32


def test_it_opens_on_its_day_or_afterwards(world: World) -> None:
    street = make.street(world)
    with pytest.raises(ValidationError):
        make.cleanup(street, make.days(1)).open(by=world.head)
    late = make.cleanup(street, make.days(-5))
    late.open(by=world.head)
    late.tally(unit=None, step=1)
    late.close(by=world.head)
    assert set(late.transitions.values_list("on", flat=True)) == {make.days(-5)}, "it happened on its day"


def test_a_session_that_nobody_closed_is_said_to_be_unclosed(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), make.days(-3))
    assert cleanup.standing.code == "overdue"
    assert cleanup.total() is None
    text = page(sign_in(world.head), cleanup.get_absolute_url())
    assert "Chưa chốt" in text or "Not closed yet" in text


# ---- another day, no day -------------------------------------------------------------------------------
def test_postponing_keeps_the_address(world: World, sign_in: object) -> None:
    calendars.calendar_year(world.ward, make.days(9).year)
    cleanup = make.cleanup(make.street(world), make.days(2))
    url, new = cleanup.get_absolute_url(), make.days(9)
    client = sign_in(world.head)
    response = client.post(f"{url}postpone/", {"day": f"{new:%d/%m/%Y}", "why": "rain"})
    assert response.url == url
    cleanup.refresh_from_db()
    assert (cleanup.on, cleanup.original_on) == (new, make.days(2))
    assert cleanup.get_absolute_url() == url
    assert cleanup.state == CleanupState.POSTPONED
    assert cleanup.reason
    assert f"{new:%d/%m}" in page(client, url)
    assert Event.objects.filter(kind="beautification.cleanup.postponed", subject_id=cleanup.pk).count() == 1


def test_a_reason_far_too_long_is_told_and_kept(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), make.days(2))
    client = sign_in(world.head)
    for verb, more in (("cancel", {}), ("postpone", {"day": f"{make.days(4):%d/%m/%Y}"})):
        for length in (151, 5000):
            answer = client.post(cleanup.url_of(verb), {"why": "duty", "words": "d" * length} | more)
            assert answer.context["form"].errors["words"]
            assert "d" * length in answer.content.decode(), "what was typed stays"
    client.post(cleanup.url_of("cancel"), {"why": "duty", "words": "d" * 150})
    cleanup.refresh_from_db()
    assert cleanup.reason.endswith("d" * 150)


def test_it_is_moved_only_to_a_day_that_can_be(world: World) -> None:
    street = make.street(world)
    cleanup, other = make.cleanup(street, make.days(2)), make.cleanup(street, make.days(4))
    calendars.day_off(world.ward, make.days(3))
    for day in (make.days(-1), cleanup.on, other.on, make.days(3), world.campaign.closes_on + datetime.timedelta(1)):
        with pytest.raises(ValidationError):
            cleanup.postpone(by=world.head, reason="Mưa to", day=day)
    cleanup.refresh_from_db()
    assert (cleanup.on, cleanup.state) == (make.days(2), CleanupState.PLANNED)


def test_cancelling_needs_a_reason_and_can_be_taken_back(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world), make.days(2))
    client, url = sign_in(world.head), cleanup.get_absolute_url()
    assert client.post(f"{url}cancel/", {}).status_code == 200
    assert client.post(f"{url}cancel/", {"why": "other", "words": ""}).status_code == 200
    assert client.post(f"{url}cancel/", {"why": "other", "words": "Đường đang sửa"}).status_code == 302
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.reason) == (CleanupState.CANCELLED, "Đường đang sửa")
    sign_in(world.campaign_officer).post(f"{url}reopen/", {"reason": "Đường đã xong"})
    cleanup.refresh_from_db()
    assert cleanup.state == CleanupState.PLANNED


def test_only_the_officer_corrects_a_closed_session_and_says_why(world: World, sign_in: object) -> None:
    cleanup = make.done(make.street(world), make.days(-2), 50)
    url = cleanup.get_absolute_url()
    assert sign_in(world.head).post(f"{url}reopen/", {"reason": "Nhầm"}).status_code == 403
    officer = sign_in(world.campaign_officer)
    assert officer.post(f"{url}reopen/", {"reason": ""}).status_code == 200
    officer.post(f"{url}reopen/", {"reason": "Đếm thiếu một tổ"})
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.closed_at) == (CleanupState.OPEN, None)
    cleanup.count(counts={None: 60})
    cleanup.close(by=world.campaign_officer)
    assert cleanup.transitions.filter(reason="Đếm thiếu một tổ").exists()


@pytest.mark.parametrize(
    "decision, state, kind",
    [
        ("hold", CleanupState.PLANNED, "held_anyway"),
        ("moved", CleanupState.POSTPONED, "postponed"),
        ("cancelled", CleanupState.CANCELLED, "cancelled"),
    ],
)
def test_the_officer_decides_about_a_holiday(
    world: World, sign_in: object, decision: str, state: str, kind: str
) -> None:
    calendars.day_off(world.ward, make.days(10), "Ngày Chiến thắng")
    cleanup = Cleanup(ward=world.ward, street=make.street(world), on=make.days(10))
    cleanup.plan(by=world.campaign_officer)
    assert cleanup.needs_decision
    url = cleanup.get_absolute_url()
    assert "Ngày Chiến thắng" in page(sign_in(world.head), url)
    assert sign_in(world.head).get(f"{url}decide/").status_code == 403
    free = next(day for day in map(make.days, range(13, 20)) if day.weekday() == 5)  # a weekend day is not asked about
    data = {"decision": decision, "day": f"{free:%d/%m/%Y}", "reason": "Theo ý kiến tổ dân phố"}
    sign_in(world.campaign_officer).post(f"{url}decide/", data)
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.holiday_decision) == (state, decision)
    assert cleanup.on == (free if decision == "moved" else make.days(10))
    assert Event.objects.filter(kind=f"beautification.cleanup.{kind}", subject_id=cleanup.pk).count() == 1


def test_a_decision_to_move_needs_the_day(world: World, sign_in: object) -> None:
    args = {"holiday_decision": HolidayDecision.NEEDED, "reason": "Nghỉ lễ"}
    cleanup = make.cleanup(make.street(world), make.days(10), **args)
    data = {"decision": "moved", "day": "", "reason": "Dời"}
    response = sign_in(world.campaign_officer).post(f"{cleanup.get_absolute_url()}decide/", data)
    assert response.context["form"].errors["day"]


# ---- refusals ------------------------------------------------------------------------------------------
def test_the_same_step_twice_is_told(world: World) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    make.turnout(cleanup, 5)
    same = Cleanup.objects.get(pk=cleanup.pk)
    cleanup.close(by=world.head)
    with pytest.raises(StateChanged):
        same.close(by=world.head)
    with pytest.raises(StateChanged):
        same.tally(unit=None, step=1)
    assert Event.objects.filter(kind="beautification.cleanup.closed").count() == 1


def test_a_closed_campaign_can_only_be_read(world: World, sign_in: object) -> None:
    street = make.street(world)
    cleanup = make.cleanup(street)
    done = make.done(street, make.days(-7))
    waiting = make.cleanup(street, make.days(3), holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
    world.campaign.close(by=world.campaign_officer)
    officer = world.campaign_officer
    acts = [
        lambda: cleanup.confirm(by=officer),
        lambda: cleanup.open(by=officer),
        lambda: cleanup.tally(unit=None, step=1),
        lambda: cleanup.count(counts={None: 3}),
        lambda: cleanup.cancel(by=officer, reason="Mưa"),
        lambda: cleanup.postpone(by=officer, reason="Mưa", day=make.days(5)),
        lambda: done.reopen(by=officer, reason="Nhầm"),
        lambda: waiting.decide(by=officer, decision="hold", reason="Cứ làm"),
        lambda: Cleanup(ward=world.ward, street=street, on=make.days(8)).plan(by=officer),
        lambda: street.edit(campaign=world.campaign, by=officer, residential_groups=[]),
    ]
    for act in acts:
        with pytest.raises(CampaignClosed):
            act()
    client = sign_in(officer)
    assert client.get(street.get_absolute_url()).status_code == 200
    assert client.post(f"{cleanup.get_absolute_url()}open/").status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"state": CleanupState.CANCELLED},
        {"state": CleanupState.POSTPONED},
        {"state": CleanupState.DONE},
        {"state": CleanupState.OPEN, "holiday_decision": HolidayDecision.NEEDED},
    ],
)
def test_the_database_refuses_sessions_that_can_not_be(world: World, fields: dict) -> None:
    cleanup = make.cleanup(make.street(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Cleanup.objects.filter(pk=cleanup.pk).update(**fields)


def test_the_database_refuses_a_second_session_and_a_second_count(world: World) -> None:
    series = make.series(make.street(world))
    cleanup = make.cleanup(series.street, series=series)
    moved = make.cleanup(series.street, make.days(3))
    for again in ({"original_on": cleanup.original_on}, {"on": cleanup.on}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Cleanup.objects.filter(pk=moved.pk).update(**again)
    make.turnout(cleanup, 3)
    for source in (TurnoutSource.HAND, TurnoutSource.PAPER):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.turnout(cleanup, 4, source=source)
    with pytest.raises(IntegrityError), transaction.atomic():
        CleanupTurnout.objects.update(count=10000)
    assert today() == cleanup.on


@pytest.mark.parametrize("verb", ["count", "close", "postpone", "cancel", "lead"])
def test_the_form_of_a_step_that_is_over_is_not_shown(world: World, sign_in: Callable, verb: str) -> None:
    cleanup = make.cleanup(make.street(world), state=CleanupState.OPEN)
    make.turnout(cleanup, 12)
    cleanup.close(by=world.head)
    answer = sign_in(world.campaign_officer).get(cleanup.url_of(verb), follow=True)
    assert answer.redirect_chain == [(cleanup.get_absolute_url(), 302)]
    assert "đang ở tình trạng “Đã chốt”" in answer.content.decode()
