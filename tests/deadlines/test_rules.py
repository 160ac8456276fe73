"""Deadlines by dated rules: the worked examples, what holds for any of them, and the acts on a deadline."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.models import today
from deadlines.choices import RuleKind, RuleUnit
from deadlines.models import Calendar, DeadlineRule, Term
from tests.deadlines import factories as make
from tests.deadlines.test_calendar import DAY, lawful_2026
from tests.world import World

WAIT, BY, LAST = RuleKind.MUST_WAIT, RuleKind.DO_BY, RuleKind.MUST_LAST
DAYS, WORKED = RuleUnit.DAY, RuleUnit.WORKING_DAY


class PlainWeek(Calendar):
    """Saturdays and Sundays off, and nothing asked of the database."""

    def __init__(self) -> None:
        super().__init__(ward_id=0)

    def is_working_day(self, day: datetime.date) -> bool:
        return day.weekday() < 5


@pytest.mark.parametrize(
    ("term", "start", "due"),
    [
        (Term(WAIT, 120, DAYS), DAY(2026, 3, 2), DAY(2026, 6, 30)),
        (Term(WAIT, 180, DAYS), DAY(2026, 3, 2), DAY(2026, 8, 29)),
        (Term(WAIT, 60, DAYS), DAY(2026, 3, 2), DAY(2026, 5, 1)),  # a holiday: the wait is not moved by it
        (Term(LAST, 10, DAYS), DAY(2026, 4, 6), DAY(2026, 4, 16)),
        (Term(LAST, 30, DAYS), DAY(2026, 4, 6), DAY(2026, 5, 6)),
        (Term(BY, 30, DAYS, rolls=True), DAY(2026, 4, 17), DAY(2026, 5, 18)),
        (Term(BY, 60, DAYS, rolls=True), DAY(2026, 4, 17), DAY(2026, 6, 16)),
        (Term(LAST, 15, DAYS), DAY(2026, 5, 4), DAY(2026, 5, 19)),
        (Term(WAIT, 10, DAYS, after_last=True), DAY(2026, 5, 19), DAY(2026, 5, 30)),
        (Term(BY, 30, DAYS, rolls=True), DAY(2026, 6, 1), DAY(2026, 7, 1)),
        (Term(BY, 10, DAYS, rolls=True), DAY(2026, 9, 10), DAY(2026, 9, 21)),
        (Term(BY, 30, DAYS, rolls=True), DAY(2026, 9, 17), DAY(2026, 10, 19)),
        (Term(BY, 45, DAYS, rolls=True), DAY(2026, 9, 17), DAY(2026, 11, 2)),
        (Term(BY, 5, WORKED), DAY(2026, 4, 28), DAY(2026, 5, 7)),
        (Term(RuleKind.VALIDITY, 12, RuleUnit.MONTH), DAY(2026, 2, 28), DAY(2027, 2, 28)),
    ],
)
def test_the_worked_examples_come_out(world: World, term: Term, start: datetime.date, due: datetime.date) -> None:
    assert term.due_on(start, lawful_2026(world)) == due


starts = st.dates(DAY(2024, 1, 1), DAY(2030, 12, 31))
terms = st.builds(
    Term,
    st.sampled_from([BY, LAST, WAIT]),
    st.integers(1, 120),
    st.sampled_from([DAYS, WORKED]),
    rolls=st.booleans(),
    after_last=st.booleans(),
    pausable=st.just(True),
)


@given(terms, starts)
def test_rolling_never_shortens_and_a_wait_is_never_moved_by_it(term: Term, start: datetime.date) -> None:
    calendar = PlainWeek()
    last, due = term.last_day(start, calendar), term.due_on(start, calendar)
    assert due >= last > start
    if term.kind == WAIT:
        assert due - last == datetime.timedelta(days=term.after_last)
    elif term.rolls:
        assert calendar.is_working_day(due)


@given(terms, starts, st.lists(st.tuples(st.integers(1, 200), st.integers(0, 30)), max_size=3))
def test_a_pause_moves_the_end_by_exactly_the_paused_days_inside(
    term: Term, start: datetime.date, paused: list[tuple[int, int]]
) -> None:
    calendar, day = PlainWeek(), datetime.timedelta(days=1)
    pauses = [(start + n * day, start + (n + more) * day) for n, more in paused]
    last = term.last_day(start, calendar, pauses)
    inside = {first + n * day for first, end in pauses for n in range((end - first).days + 1)}
    inside = {on for on in inside if start < on <= last}
    counted = [start + n * day for n in range(1, (last - start).days + 1)]
    counted = [on for on in counted if on not in inside and (term.unit == DAYS or calendar.is_working_day(on))]
    assert len(counted) == term.value
    assert counted[-1] == last
    assert Term(term.kind, term.value, term.unit).last_day(start, calendar, pauses) == term.last_day(start, calendar)


def test_a_year_without_a_calendar_is_said_to_be_missing(world: World) -> None:
    make.calendar_year(world.ward, 2026)
    with pytest.raises(ValidationError, match="2027"):
        make.rule(world.ward, rolls=True).start(by=None, on=DAY(2026, 12, 28))


def test_a_deadline_keeps_the_rule_it_was_counted_by_and_offers_the_new_one(world: World) -> None:
    lawful_2026(world)
    old = make.rule(world.ward, value=60, rolls=True)
    deadline = old.start(by=world.campaign_officer, on=DAY(2026, 4, 17))
    assert (deadline.due_on, deadline.offer()) == (DAY(2026, 6, 16), {})
    old.valid_to = DAY(2025, 12, 31)
    old.save()
    make.rule(world.ward, value=30, rolls=True, valid_from=DAY(2026, 1, 1), legal_ref="Nghị quyết mới")
    deadline.refresh_from_db()
    assert (deadline.value, deadline.due_on) == (60, DAY(2026, 6, 16))
    assert deadline.offer()["due_on"] == (DAY(2026, 6, 16), DAY(2026, 5, 18))
    assert deadline.offer()["legal_ref"] == ("Điều thử", "Nghị quyết mới")
    deadline.recalculate(by=world.campaign_officer)
    deadline.refresh_from_db()
    assert (deadline.value, deadline.due_on, deadline.offer()) == (30, DAY(2026, 5, 18), {})


def test_a_pause_is_counted_once_and_only_where_the_rule_allows_it(world: World) -> None:
    lawful_2026(world)
    firm = make.rule(world.ward).start(by=None, on=DAY(2026, 6, 1))
    with pytest.raises(ValidationError, match="tạm dừng"):
        firm.pause(by=None, on=DAY(2026, 6, 3), reason="Chờ bổ sung hồ sơ")
    deadline = make.rule(world.ward, code="dung", pausable=True).start(by=None, on=DAY(2026, 6, 1))
    deadline.pause(by=None, on=DAY(2026, 6, 3), reason="Chờ bổ sung hồ sơ")
    with pytest.raises(ValidationError, match="tạm dừng"):
        deadline.pause(by=None, on=DAY(2026, 6, 4), reason="Lần nữa")
    assert not deadline.is_over(DAY(2036, 1, 1))  # still paused
    deadline.resume(by=None, on=DAY(2026, 6, 8))
    assert deadline.is_over(DAY(2036, 1, 1))
    assert deadline.due_on == DAY(2026, 6, 16)  # 11/6 and the five days from 3/6 to 7/6
    with pytest.raises(ValidationError, match="không tạm dừng"):
        deadline.resume(by=None, on=DAY(2026, 6, 9))
    deadline.meet(by=None, on=DAY(2026, 6, 10))
    assert not deadline.is_over(DAY(2026, 7, 1))
    with pytest.raises(ValidationError):
        deadline.meet(by=None, on=DAY(2026, 6, 11))


def test_the_database_refuses_what_no_rule_can_say(world: World) -> None:
    rule = make.rule(world.ward)
    for wrong in ({"value": 0}, {"kind": WAIT, "rolls": True}, {"verified_by": "Ai đó"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeadlineRule.objects.filter(pk=rule.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.rule(world.ward, valid_from=DAY(2026, 1, 1))  # the first is still valid


def test_an_officer_enters_the_known_rules_counts_by_one_and_verifies_it(world: World, sign_in: Callable) -> None:
    client, url = sign_in(world.campaign_officer), reverse("deadlines:rule_list")
    assert "Chưa có quy định" in client.get(url).content.decode()
    client.post(reverse("deadlines:rule_propose"))
    client.post(reverse("deadlines:rule_propose"))  # brings nothing twice
    rules = DeadlineRule.objects.filter(ward=world.ward)
    assert rules.count() == len({(rule.rule_set, rule.code) for rule in rules}) > 10
    lawful_2026(world)
    rule = rules.get(code="dialogue", rule_set="Nghị quyết 254/2025/QH15")
    page = client.get(url, {"rule": rule.pk, "start": "17/04/2026"}).content.decode()
    assert "18/05/2026" in page
    assert "năm 2031" in client.get(url, {"rule": rule.pk, "start": "17/04/2031"}).content.decode()
    client.post(reverse("deadlines:rule_verify", args=[rule.pk]))
    rule.refresh_from_db()
    assert (rule.verified_by, rule.verified_on) == (world.campaign_officer.full_name, today())


OLD, NEW = "Luật Đất đai 2024", "Nghị quyết 254/2025/QH15"


@pytest.mark.parametrize(
    ("code", "start", "old", "new"),
    [
        ("notice-other", DAY(2026, 3, 2), DAY(2026, 8, 29), DAY(2026, 6, 30)),
        ("notice-agricultural", DAY(2026, 3, 2), DAY(2026, 5, 31), DAY(2026, 5, 1)),
        ("posting", DAY(2026, 4, 6), DAY(2026, 5, 6), DAY(2026, 4, 16)),
        ("dialogue", DAY(2026, 4, 17), DAY(2026, 6, 16), DAY(2026, 5, 18)),
        ("mobilise-inventory", DAY(2026, 5, 4), DAY(2026, 5, 19), DAY(2026, 5, 19)),
        ("wait-inventory", DAY(2026, 5, 19), DAY(2026, 5, 30), DAY(2026, 5, 30)),
        ("mobilise-plan", DAY(2026, 6, 1), DAY(2026, 6, 11), DAY(2026, 6, 11)),
        ("wait-plan", DAY(2026, 6, 11), DAY(2026, 6, 22), DAY(2026, 6, 22)),
        ("mobilise-handover", DAY(2026, 6, 1), DAY(2026, 6, 11), DAY(2026, 6, 11)),
        ("wait-handover", DAY(2026, 6, 11), DAY(2026, 6, 22), DAY(2026, 6, 22)),
        ("payment", DAY(2026, 6, 1), DAY(2026, 7, 1), DAY(2026, 7, 1)),
        ("notice-valid", DAY(2026, 3, 2), DAY(2027, 3, 2), DAY(2027, 3, 2)),
        ("resettlement-posting", DAY(2026, 6, 1), DAY(2026, 6, 16), DAY(2026, 6, 16)),
    ],
)
def test_the_known_rows_of_both_laws_give_the_worked_days(
    world: World, code: str, start: datetime.date, old: datetime.date, new: datetime.date
) -> None:
    lawful_2026(world)
    DeadlineRule.propose(world.ward, by=None)
    found = [
        DeadlineRule.objects.filter(ward=world.ward, rule_set=law).rule(code, start).start(by=None, on=start).due_on
        for law in (OLD, NEW)
    ]
    assert found == [old, new]


def test_every_known_row_of_land_recovery_says_who_compares_it_and_is_not_verified(world: World) -> None:
    DeadlineRule.propose(world.ward, by=None)
    rows = DeadlineRule.objects.filter(ward=world.ward, rule_set__in=[OLD, NEW])
    assert not [row.code for row in rows if "pháp chế" not in row.source or row.is_verified]
    sets = [set(rows.filter(rule_set=law).values_list("code", flat=True)) for law in (OLD, NEW)]
    assert sets[0] == sets[1], "the pre-2026 set stands beside the other, row by row"
