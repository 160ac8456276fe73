"""What the rule of a series did, the rule undoes; what a person did stays; a clash is said, never an error."""

import datetime
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.seats import Seats
from beautification import actions, querysets
from beautification.actions import generate_cleanups
from beautification.choices import CleanupState, Decider, HolidayDecision, HolidayPolicy
from beautification.models import Cleanup, CleanupSeries
from beautification.models import cleanup as cleanup_module
from beautification.models import series as series_module
from beautification.models.series import weekly_rule
from beautification.reminders import concerned_people
from campaigns.models import campaign as campaign_module
from core import models as core_models
from core.agenda import lacks
from core.models import today
from deadlines.choices import DayKind
from deadlines.models import Calendar, CalendarDay, CalendarYear
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests import factories as base
from tests.beautification import factories as make
from tests.deadlines import factories as calendars
from tests.world import World

DAY = datetime.date
SATURDAY, SUNDAY = 5, 6


class Then:
    """A day of another year, with the campaign and the calendars of its time."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.patch = world, monkeypatch

    def go(self, now: datetime.date, *, closes_on: datetime.date | None = None) -> None:
        world = self.world
        world.campaign.close(by=None)
        world.campaign = base.campaign(
            world.ward, year=now.year, opens_on=DAY(now.year, 1, 1), closes_on=closes_on or DAY(now.year, 12, 31)
        )
        for year in (now.year, now.year + 1):
            CalendarYear.propose(world.ward, year, by=None)
        for module in (actions, campaign_module, cleanup_module, core_models, querysets, series_module):
            self.patch.setattr(module, "today", lambda: now)

    def series(self, first_on: datetime.date, **fields: object) -> CleanupSeries:
        return make.series(make.street(self.world, campaign=self.world.campaign), first_on=first_on, **fields)


@pytest.fixture
def then(world: World, monkeypatch: pytest.MonkeyPatch) -> Then:
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(
        year=2021, opens_on=DAY(2021, 1, 1), closes_on=DAY(2021, 12, 31)
    )
    world.campaign.refresh_from_db()
    return Then(world, monkeypatch)


@pytest.fixture
def running(world: World) -> CleanupSeries:
    for year in {today().year, make.days(80).year}:
        calendars.calendar_year(world.ward, year)
    series = make.series(make.street(world))
    series.generate(make.days(35))
    return series


def edit(world: World, series: CleanupSeries, **fields: object) -> None:
    series.edit(campaign=world.campaign, by=world.campaign_officer, **fields)


def standing(series: CleanupSeries) -> dict[datetime.date, tuple]:
    rows = Cleanup.objects.filter(series=series, original_on__gt=today())
    return {row.original_on: (row.on, row.state, row.holiday_decision, row.reason, row.decider) for row in rows}


# ---- every odd Saturday is asked about -----------------------------------------------------------------
@pytest.mark.parametrize(
    "now, odd",
    [
        (DAY(2026, 1, 5), [DAY(2026, 1, 10)]),  # worked for 02/01
        (DAY(2026, 1, 26), [DAY(2026, 2, 14), DAY(2026, 2, 21)]),  # the nine days of Tết
        (DAY(2026, 8, 3), [DAY(2026, 8, 22), DAY(2026, 8, 29)]),  # worked for 31/08, and the days off after it
    ],
)
def test_worked_saturdays_and_those_in_a_holidays_span_are_asked_about(
    then: Then, now: datetime.date, odd: list[datetime.date]
) -> None:
    then.go(now)
    series = then.series(now)
    series.generate(now + datetime.timedelta(days=35))
    asked = series.cleanups.undecided().order_by("on").values_list("on", flat=True)
    assert list(asked) == odd
    assert Event.objects.filter(kind="beautification.cleanup.decision_needed").count() == len(odd)


@pytest.mark.parametrize(
    "now, holiday, proposed",
    [
        (DAY(2022, 4, 12), DAY(2022, 4, 30), DAY(2022, 5, 8)),
        (DAY(2027, 1, 12), DAY(2027, 2, 6), DAY(2027, 2, 14)),
    ],
)
def test_in_place_of_a_holiday_a_free_day_of_a_weekend_is_proposed(
    then: Then, now: datetime.date, holiday: datetime.date, proposed: datetime.date
) -> None:
    then.go(now)
    series = then.series(now, policy=HolidayPolicy.MOVE)
    series.generate(now + datetime.timedelta(days=35))
    row = series.cleanups.get(original_on=holiday)
    assert (row.on, row.state, row.decider) == (proposed, CleanupState.POSTPONED, Decider.RULE)


def test_a_series_of_working_days_is_moved_to_a_working_day(then: Then) -> None:
    then.go(DAY(2027, 1, 12))
    series = then.series(DAY(2027, 1, 12), weekdays=[4], policy=HolidayPolicy.MOVE)
    series.generate(DAY(2027, 2, 16))
    assert series.cleanups.get(original_on=DAY(2027, 2, 5)).on == DAY(2027, 2, 11)


# ---- the rule undoes what it did -----------------------------------------------------------------------
def test_saturdays_come_back_when_the_rule_comes_back(world: World, running: CleanupSeries) -> None:
    before = standing(running)
    edit(world, running, rrule=weekly_rule([SUNDAY]))
    cancelled = Cleanup.objects.filter(series=running, original_on__in=before)
    assert {row.state for row in cancelled} == {CleanupState.CANCELLED}
    edit(world, running, rrule=weekly_rule([SATURDAY]))
    after = standing(running)
    assert {day: after[day] for day in before} == before
    assert {after[day][1] for day in set(after) - set(before)} == {CleanupState.CANCELLED}, "the Sundays"


def test_a_last_day_that_was_a_slip_cancels_nothing_for_good(world: World, running: CleanupSeries) -> None:
    before = standing(running)
    edit(world, running, until=make.days(7))
    assert Cleanup.objects.filter(series=running, state=CleanupState.CANCELLED).exists()
    edit(world, running, until=None)
    assert standing(running) == before


def test_what_a_person_did_stays(world: World, running: CleanupSeries) -> None:
    confirmed, cancelled, moved, *_others = running.cleanups.filter(on__gt=today()).order_by("on")
    confirmed.confirm(by=world.head)
    cancelled.cancel(by=world.head, reason="Mưa to")
    moved.postpone(by=world.head, reason="Trùng lịch", day=moved.on + datetime.timedelta(days=1))
    kept = {row.pk: row.ruled for row in (confirmed, cancelled, moved)}
    for row in (confirmed, cancelled, moved):
        row.refresh_from_db()
        kept[row.pk] = row.ruled
    edit(world, running, rrule=weekly_rule([2]))
    edit(world, running, rrule=weekly_rule([SATURDAY]))
    for row in (confirmed, cancelled, moved):
        row.refresh_from_db()
        assert row.ruled == kept[row.pk]


def test_one_that_somebody_took_up_again_is_not_cancelled_by_the_rule(world: World, running: CleanupSeries) -> None:
    row = running.cleanups.filter(on__gt=today()).earliest("on")
    edit(world, running, rrule=weekly_rule([2]))
    row.refresh_from_db()
    row.reopen(by=world.campaign_officer, reason="Dân muốn làm")
    generate_cleanups()
    row.refresh_from_db()
    assert (row.state, row.decider) == (CleanupState.PLANNED, Decider.PERSON)


def test_a_question_goes_when_the_rule_wants_the_day_no_more(world: World, running: CleanupSeries) -> None:
    row = running.cleanups.filter(on__gt=today()).earliest("on")
    calendars.day_off(world.ward, row.on, "Hội làng")
    generate_cleanups()
    row.refresh_from_db()
    assert row.needs_decision
    edit(world, running, rrule=weekly_rule([2]))
    row.refresh_from_db()
    assert (row.state, row.holiday_decision) == (CleanupState.CANCELLED, None)


@pytest.mark.parametrize("policy", HolidayPolicy.values)
def test_a_day_off_that_was_a_slip_leaves_nothing_behind(world: World, running: CleanupSeries, policy: str) -> None:
    edit(world, running, policy=policy)
    before = standing(running)
    row = running.cleanups.filter(on__gt=today()).earliest("on")
    slip = calendars.day_off(world.ward, row.on, "Nhầm")
    generate_cleanups()
    assert standing(running)[row.original_on] != before[row.original_on]
    slip.delete()
    generate_cleanups()
    assert standing(running) == before


def test_people_who_heard_of_a_cancellation_hear_that_it_takes_place(world: World, running: CleanupSeries) -> None:
    edit(world, running, rrule=weekly_rule([SUNDAY]))
    edit(world, running, rrule=weekly_rule([SATURDAY]))
    dispatch.run()
    assert Message.objects.filter(user=world.head, words="beautification.cleanup.restored").exists()


def test_another_series_takes_over_the_days_that_one_gave_up(world: World, running: CleanupSeries) -> None:
    edit(world, running, rrule=weekly_rule([SUNDAY]))
    other = make.series(running.street)
    other.generate(make.days(35))
    rows = Cleanup.objects.filter(series=other, original_on__gt=today())
    assert rows.count() == len([day for day in make.saturdays(35) if day > today()])
    assert {row.state for row in rows} == {CleanupState.PLANNED}


# ---- clashes are said ----------------------------------------------------------------------------------
def test_a_moved_clean_up_a_day_off_and_a_new_series_on_one_day_are_no_error(world: World, sign_in: object) -> None:
    for year in {today().year, make.days(80).year}:
        calendars.calendar_year(world.ward, year)
    street = make.street(world)
    saturday = next(day for day in make.saturdays(14) if day > today())
    sunday = saturday + datetime.timedelta(days=1)
    single = make.cleanup(street, saturday)
    single.postpone(by=world.campaign_officer, reason="Trùng họp", day=sunday)
    calendars.day_off(world.ward, sunday, "Hội làng")
    client, url = sign_in(world.campaign_officer), f"{street.get_absolute_url()}series/new/"
    data = {"weekdays": [str(SUNDAY)], "every": "1", "starts_at": "7h", "minutes": "90", "policy": "ask"}
    data["first_on"] = f"{today():%d/%m/%Y}"
    keep = client.post(url, data).context["form"].fields["keep"].choices[0][0]
    assert client.post(url, data | {"keep": [keep]}).status_code == 302
    row = Cleanup.objects.get(street=street, original_on=sunday)
    assert (row.state, row.decider) == (CleanupState.CANCELLED, Decider.RULE)
    assert "chuyển sang ngày này" in row.reason
    generate_cleanups()
    single.refresh_from_db()
    assert single.needs_decision, "the day off is asked about where somebody had moved to it"
    single.decide(by=world.campaign_officer, decision="cancelled", reason="Nghỉ")
    generate_cleanups()
    row.refresh_from_db()
    assert row.needs_decision, "the day is free again, and it is a day off"


def test_without_a_calendar_of_next_year_its_clean_ups_are_asked_about(then: Then) -> None:
    then.go(DAY(2026, 12, 10))
    base.campaign(then.world.ward, year=2027, opens_on=DAY(2027, 1, 1), closes_on=DAY(2027, 12, 31))
    CalendarYear.objects.filter(year=2027).delete()
    series = then.series(DAY(2026, 12, 10))
    actions.take_up_street(
        series.street,
        campaign=series.street.undertaking.foci.model.campaign.get_queryset().get(year=2027, ward=then.world.ward),
        by=None,
    )
    generate_cleanups()
    rows = {row.on: row for row in series.cleanups.all()}
    assert "2027" in rows[DAY(2027, 1, 9)].reason
    assert rows[DAY(2027, 1, 9)].needs_decision
    assert not rows[DAY(2026, 12, 19)].needs_decision


def test_a_street_whose_clean_ups_could_not_be_made_stands_on_the_page_of_operations(
    world: World, sign_in: object, running: CleanupSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lacks(world.ward) == []
    other = make.series(make.street(world, name="Phố Hoa Sữa"))
    made = CleanupSeries.generate

    def fail(self: CleanupSeries, *args: object, **kwargs: object) -> list[Cleanup]:
        if self.pk == other.pk:
            raise IntegrityError("planned")
        return made(self, *args, **kwargs)

    monkeypatch.setattr(CleanupSeries, "generate", fail)
    generate_cleanups()
    (found,) = lacks(world.ward)
    assert "Phố Hoa Sữa" in found.what
    assert lacks(world.other_ward) == []
    assert "Phố Hoa Sữa" in sign_in(world.administrator).get("/operations/").content.decode()


def test_the_database_knows_who_moved_or_cancelled(world: World, running: CleanupSeries) -> None:
    row = running.cleanups.earliest("on")
    single = make.cleanup(make.street(world))
    wrong = [
        (row, {"state": CleanupState.CANCELLED, "reason": "Mưa"}),
        (single, {"state": CleanupState.CANCELLED, "reason": "Mưa", "decider": Decider.RULE}),
    ]
    for which, fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Cleanup.objects.filter(pk=which.pk).update(**fields)


def test_of_older_rows_the_rule_did_what_its_words_say(world: World, running: CleanupSeries) -> None:
    """The step from the schema before: whoever moved or cancelled is read from the reason and the dated rows."""
    by_rule, by_person, reopened, *_others = running.cleanups.filter(on__gt=today()).order_by("on")
    by_rule.cancel(by=world.campaign_officer, reason="Lịch đã thay đổi.")
    by_person.cancel(by=world.head, reason="Mưa to")
    reopened.cancel(by=world.head, reason="Mưa to")
    reopened.reopen(by=world.head, reason="Trời tạnh")
    rows = (by_rule, by_person, reopened)
    Cleanup.objects.filter(pk__in=[row.pk for row in rows]).update(decider=Decider.PERSON)
    Cleanup.objects.filter(pk__in=[by_person.pk]).update(decider=Decider.RULE)
    with connection.schema_editor() as editor:
        import_module("beautification.migrations.0004_decider_known").say_who(None, editor)
    for row in rows:
        row.refresh_from_db()
    assert [row.decider for row in rows] == [Decider.RULE, Decider.PERSON, Decider.PERSON]


# ---- any rule, any calendar, any order -----------------------------------------------------------------
weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=3)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("rule"), weekdays),
        st.tuples(st.just("until"), st.one_of(st.none(), st.integers(1, 40))),
        st.tuples(st.just("policy"), st.sampled_from(HolidayPolicy.values)),
        st.tuples(st.just("off"), st.integers(1, 35)),
        st.tuples(st.just("worked"), st.integers(1, 35)),
        st.tuples(st.just("tick"), st.none()),
    ),
    max_size=5,
)


@given(changes)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_happens_and_is_taken_back_leaves_the_days_as_they_were(
    world: World, running: CleanupSeries, orders: list
) -> None:
    with transaction.atomic():
        series = CleanupSeries.objects.get(pk=running.pk)
        before, entered = standing(series), []
        for what, value in orders:
            if what == "rule":
                edit(world, series, rrule=weekly_rule(value))
            elif what == "until":
                edit(world, series, until=None if value is None else make.days(value + 7))
            elif what == "policy":
                edit(world, series, policy=value)
            elif what in ("off", "worked"):
                entered += _enter(world, make.days(value), what)
            generate_cleanups()
            _require_sound(world, series)
        CalendarDay.objects.filter(pk__in=entered).delete()
        edit(world, series, rrule=weekly_rule([SATURDAY]), until=None, policy=HolidayPolicy.ASK)
        generate_cleanups()
        after = standing(series)
        assert {day: after[day] for day in before} == before
        assert {after[day][1] for day in set(after) - set(before)} <= {CleanupState.CANCELLED}
        transaction.set_rollback(True)


def _enter(world: World, day: datetime.date, what: str) -> list[int]:
    kind = DayKind.SWAP_WORKING if what == "worked" else DayKind.HOLIDAY
    if CalendarDay.objects.filter(ward=world.ward, date=day).exists() or (what == "worked" and day.weekday() < 5):
        return []
    return [calendars.day_off(world.ward, day, "Ngày thử", kind).pk]


def _require_sound(world: World, series: CleanupSeries) -> None:
    """Nothing takes place on an odd day, nor two on one day, nor on a day that the rule does not want."""
    calendar = Calendar(world.ward.pk)
    rows = series.cleanups.filter(original_on__gt=today()).exclude(state=CleanupState.CANCELLED)
    assert len({row.on for row in rows}) == len(rows)
    wanted = set(series.days(today(), make.days(60)))
    for row in rows:
        assert row.original_on in wanted
        assert row.needs_decision or not calendar.obstacle(row.on)
    for row in series.cleanups.filter(state=CleanupState.CANCELLED, original_on__in=wanted, original_on__gt=today()):
        assert row.holiday_decision == HolidayDecision.CANCELLED or row.clashes(row.original_on)


# ---- everybody concerned is told, once -----------------------------------------------------------------
def test_units_that_came_to_the_last_clean_ups_are_told_of_a_change_and_the_page_says_so(
    world: World, sign_in: object
) -> None:
    street = make.street(world)
    make.done(street, make.days(-14), 30, unit=world.other_cell)
    make.done(street, make.days(-7), 20, unit=world.cell)
    far = base.unit(world.ward, "Chi bộ 9", branch="party", slug="chi-bo-9")
    far_head = base.member(far, "unit_head", base.user("Phạm Thị Xa"))
    for week in (6, 7, 8):
        make.done(street, make.days(-7 * week), 10, unit=far if week == 8 else None)
    cleanup = make.cleanup(street, make.days(7))
    new_day = cleanup.on + datetime.timedelta(days=7)
    cleanup.postpone(by=world.campaign_officer, reason="Mưa to", day=new_day)
    dispatch.run()
    told = Message.objects.filter(words="beautification.cleanup.postponed", channel="in_app")
    assert sorted(row.user_id for row in told) == sorted([world.head.pk, world.neighbour.pk])
    assert far_head.pk not in {row.user_id for row in told}, "its people came too long ago"
    text = sign_in(world.campaign_officer).get(cleanup.get_absolute_url()).content.decode()
    assert "Đã báo 2 người" in text
    assert str(world.neighbour) in text
    assert str(world.campaign_officer) in text
    assert "Mưa to" in text
    assert f"do {world.campaign_officer} quyết định: Mưa to." in text, "in the text for Zalo too"
    assert world.neighbour in concerned_people(cleanup, Seats(world.ward.pk))
