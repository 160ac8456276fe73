import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from core.models import today
from notifications import registry, rules
from notifications.choices import MessageState
from notifications.engine import planner
from notifications.models import Message
from tests.notifications.test_planner import DAY, TUESDAY, at
from tests.reports import factories as make
from tests.world import World


@pytest.fixture
def rule(world: World) -> rules.ReminderRule:
    found = next(r for r in rules.defaults(world.ward, None) if r.source == "reports.report.due")
    found.switch(True, at=at(datetime.date(2020, 1, 1)))
    return found


def test_those_who_write_reports_are_reminded_three_working_days_before(world: World, rule: object) -> None:
    make.report(world, due_on=TUESDAY + 3 * DAY)
    make.report(world, due_on=None)
    make.sent(world, due_on=TUESDAY + 3 * DAY)
    planner.run(at(TUESDAY))
    message = Message.objects.get()
    assert (message.user, message.state) == (world.campaign_officer, MessageState.READY)
    report = Message.objects.get().subject_id
    assert registry.render(message, make.Report.objects.get(pk=report), TUESDAY).line.endswith("08/04")


def test_a_report_that_is_due_stands_on_the_page_of_today(world: World, sign_in: Callable) -> None:
    report = make.report(world, due_on=today(), title="Báo cáo kết quả tháng")
    assert report.title in sign_in(world.campaign_officer).get("/today/").content.decode()
    assert report.title not in sign_in(world.head).get("/today/").content.decode()


def test_only_who_writes_reports_is_asked_about_its_reminder(world: World, sign_in: Callable) -> None:
    kind = "reports.report.due"
    assert kind in sign_in(world.campaign_officer).get("/notifications/preferences/").content.decode()
    assert kind not in sign_in(world.head).get("/notifications/preferences/").content.decode()


def test_whoever_does_the_next_step_is_reminded_of_a_report_that_lies(world: World) -> None:
    rule = next(r for r in rules.defaults(world.ward, None) if r.source == "reports.report.lying")
    rule.switch(True, at=at(datetime.date(2020, 1, 1)))
    rows = {"writer": make.report(world), "check": make.handed_in(world), "sign": make.checked(world)}
    rows |= {"number": make.signed(world), "sent": make.sent(world)}

    def told() -> dict[int, set]:
        plans = planner.preview(rule, now=at(today(), 0))
        assert all(timezone.localdate(plan.moment) >= today() + 2 * DAY for plan in plans)
        return {plan.target.subject.pk: set(plan.people) for plan in plans}

    first = told()
    assert set(first) == {rows[name].pk for name in ("check", "sign", "number")}
    assert world.records_clerk in first[rows["check"].pk]
    assert world.campaign_officer not in first[rows["check"].pk], "nobody checks what they wrote"
    assert first[rows["sign"].pk] == {world.leadership}
    assert first[rows["number"].pk] == {world.records_clerk}
    rows["check"].pass_check(by=world.records_clerk)
    assert told()[rows["check"].pk] == {world.leadership}
    rows["number"].give_number(by=world.records_clerk, on=today())
    rows["number"].send(by=world.records_clerk, on=today())
    assert rows["number"].pk not in told()


def test_the_reminder_says_where_it_lies(world: World) -> None:
    report = make.checked(world)
    message = Message(ward=world.ward, words="reports.report.lying", occurrence_on=today() - 2 * DAY)
    line = registry.render(message, report, today()).line
    assert "2 ngày" in line
    assert "chờ ký" in line
