import datetime
from typing import Any

from django.utils import timezone

from accounts.access import Permission
from accounts.choices import Role
from accounts.models import User
from accounts.seats import Seats
from campaigns.actions import instruct
from campaigns.models import Document, DocumentTransition, Task, TaskExtension
from core.models import today
from notifications import registry
from notifications.choices import Channel
from notifications.engine import dispatch, planner, sender, unreached
from notifications.models import Event, Message, ReminderRule
from notifications.registry import Target
from tests import factories as make
from tests.campaigns.factories import days_ago, superior_plan
from tests.world import World


def told(words: str) -> set[str]:
    dispatch.run()
    return set(Message.objects.filter(words=words).values_list("user__full_name", flat=True))


def new_task(world: World, **fields: object) -> Task:
    known = {"title": "Phổ biến kế hoạch", "due_on": days_ago(-5)}
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, **known | fields)
    task.assign(by=world.campaign_officer)
    return task


def test_the_heads_of_the_lead_unit_hear_of_a_new_task(world: World) -> None:
    new_task(world)
    assert told("campaigns.task.assigned") == {world.head.full_name}


def test_those_who_accept_hear_of_a_report(world: World) -> None:
    new_task(world).submit(by=world.head, note="Xong")
    assert told("campaigns.task.submitted") == {world.campaign_officer.full_name, world.leadership.full_name}


def test_the_unit_hears_why_a_task_came_back(world: World) -> None:
    task = new_task(world)
    task.submit(by=world.head, note="Xong")
    task.send_back(by=world.campaign_officer, reason="Thiếu biên bản")
    assert told("campaigns.task.returned") == {world.head.full_name}
    message = Message.objects.get(words="campaigns.task.returned")
    assert "Thiếu biên bản" in registry.render(message, task, today()).line


def test_whoever_left_the_unit_hears_nothing(world: World) -> None:
    world.head.memberships.update(valid_to=days_ago(1))
    assert not Seats(world.ward.pk).in_units(Permission.TASK_REPORT, [world.cell.pk])


def test_the_officer_hears_that_nobody_in_the_unit_can_be_reached(world: World) -> None:
    world.head.memberships.update(valid_to=days_ago(1))
    task = new_task(world)
    assert told("campaigns.task.assigned") == set()
    assert told(unreached.KIND) == {world.campaign_officer.full_name}
    line = registry.render(Message.objects.get(words=unreached.KIND), world.cell, today()).line
    assert line.startswith("Chi bộ 7: không")
    task.edit(by=world.campaign_officer, helpers=[], due_on=days_ago(-9))
    assert told(unreached.KIND) == {world.campaign_officer.full_name}
    assert Message.objects.filter(words=unreached.KIND).count() == 1, "once in a week"


def test_an_inactive_head_is_nobody_to_be_reached(world: World) -> None:
    User.objects.filter(pk=world.head.pk).update(is_active=False)
    new_task(world)
    dispatch.run()
    assert told(unreached.KIND) == {world.campaign_officer.full_name}


def test_a_rule_whose_unit_has_nobody_is_told_to_the_officer_as_well(world: World) -> None:
    world.head.memberships.update(valid_to=days_ago(1))
    task = new_task(world, due_on=days_ago(-1))
    Event.objects.filter(subject_id=task.pk).update(dispatched_at=timezone.now())  # only the rule asks
    rule, noon = reminding(world), timezone.make_aware(datetime.datetime.combine(days_ago(-1), datetime.time(12)))
    for _run in range(2):
        assert planner.plan(rule, noon, noon - datetime.timedelta(hours=12)) == 0
    assert told(unreached.KIND) == {world.campaign_officer.full_name}


def test_a_look_ahead_tells_nobody(world: World) -> None:
    world.head.memberships.update(valid_to=days_ago(1))
    task = new_task(world)
    Event.objects.filter(subject_id=task.pk).update(dispatched_at=timezone.now())
    planner.preview(reminding(world))
    assert told(unreached.KIND) == set()


def test_it_is_no_news_any_more_once_somebody_is_there(world: World) -> None:
    world.head.memberships.update(valid_to=days_ago(1))
    new_task(world)
    dispatch.run()
    assert told(unreached.KIND) == {world.campaign_officer.full_name}
    world.head.memberships.update(valid_to=None)
    assert states(unreached.KIND) == {"void"}


def test_the_page_of_the_task_and_that_of_operations_say_it(world: World, sign_in: Any) -> None:
    page, said = new_task(world).get_absolute_url(), "Không liên lạc được với ai của Chi bộ 7"
    assert said not in sign_in(world.campaign_officer).get(page).text
    world.head.memberships.update(valid_to=days_ago(1))
    assert said in sign_in(world.campaign_officer).get(page).text
    dispatch.run()
    said = "Có tin gửi đến Chi bộ 7 nhưng không liên lạc được với ai"
    assert said in sign_in(world.administrator).get("/operations/").text
    world.head.memberships.update(valid_to=None)
    assert said not in sign_in(world.administrator).get("/operations/").text


def reminding(world: World) -> ReminderRule:
    rule = ReminderRule(ward=world.ward, code="due", source="campaigns.task.due", anchor="due_on")
    rule.local_time, rule.working_days_only = datetime.time(9), False
    rule.enabled, rule.enabled_at = True, timezone.now() - datetime.timedelta(days=9)
    rule.save()
    return rule


def states(words: str) -> set[str]:
    sender.run()
    return set(Message.objects.filter(words=words).values_list("state", flat=True))


def test_another_due_day_is_told_and_other_changes_are_not(world: World) -> None:
    task = new_task(world)
    task.edit(by=world.campaign_officer, helpers=[], title="Phổ biến kế hoạch mới")
    assert told("campaigns.task.moved") == set()
    task.edit(by=world.campaign_officer, helpers=[], due_on=days_ago(-9))
    assert told("campaigns.task.moved") == {world.head.full_name}
    assert states("campaigns.task.moved") == {"sent"}
    assert f"nay có hạn {registry.say(days_ago(-9), today())}" in Message.objects.get(words="campaigns.task.moved").line


def test_news_that_are_no_news_any_more_are_not_sent(world: World) -> None:
    task = new_task(world)
    told("campaigns.task.assigned")
    task.cancel(by=world.campaign_officer, reason="Gộp với việc khác")
    told("campaigns.task.cancelled")
    assert (states("campaigns.task.assigned"), states("campaigns.task.cancelled")) == ({"void"}, {"sent"})


def test_news_follow_nobody_to_another_unit(world: World) -> None:
    new_task(world)
    told("campaigns.task.assigned")
    world.head.memberships.update(unit=world.other_cell)
    assert states("campaigns.task.assigned") == {"void"}


def test_news_reach_nobody_who_may_not_act_on_them_any_more(world: World) -> None:
    new_task(world).submit(by=world.head, note="Xong")
    told("campaigns.task.submitted")
    world.leadership.memberships.update(role=Role.SUPERIOR_VIEWER)
    assert states("campaigns.task.submitted") == {"sent", "void"}


def test_the_text_of_a_new_task_names_unit_title_and_day(world: World) -> None:
    task = new_task(world)
    told("campaigns.task.assigned")
    line = registry.render(Message.objects.get(), task, today()).line
    assert line == f"Chi bộ 7: nhiệm vụ mới “Phổ biến kế hoạch”, hạn {registry.say(task.due_on, today())}"


def targets(code: str, start: int, end: int, world: World) -> list[Target]:
    class Rule:
        ward_id = world.ward.pk

    return list(registry.all_sources()[code].targets(Rule(), days_ago(start), days_ago(end)))


def test_due_tasks_are_reminded_of_until_somebody_acts(world: World) -> None:
    task = new_task(world, due_on=today())
    source = registry.all_sources()["campaigns.task.due"]
    (target,) = targets("campaigns.task.due", 1, -1, world)
    assert (target.subject, target.on) == (task, today())
    assert source.still_due(target)
    assert list(source.recipients(target, Seats(world.ward.pk))) == [world.head]
    target.subject.submit(by=world.head, note="Xong")
    assert not source.still_due(target)
    assert not targets("campaigns.task.due", 1, -1, world)


def test_a_moved_day_makes_the_old_reminder_useless(world: World) -> None:
    new_task(world, due_on=today())
    (target,) = targets("campaigns.task.due", 1, -1, world)
    target.subject.due_on += datetime.timedelta(days=3)
    assert not registry.all_sources()["campaigns.task.due"].still_due(target)


def test_an_overdue_task_is_an_occurrence_a_day(world: World) -> None:
    task = new_task(world, due_on=days_ago(3))
    found = targets("campaigns.task.overdue", 10, 0, world)
    assert [target.on for target in found] == [days_ago(2), days_ago(1), today()]
    source = registry.all_sources()["campaigns.task.overdue"]
    assert all(source.still_due(target) for target in found)
    assert all(target.since <= timezone.now() for target in found)
    task.submit(by=world.head, note="Xong")
    assert not targets("campaigns.task.overdue", 10, 0, world)


def test_another_wards_rule_reminds_of_nothing_here(world: World) -> None:
    new_task(world, due_on=today())

    class Rule:
        ward_id = world.other_ward.pk

    source = registry.all_sources()["campaigns.task.due"]
    assert not list(source.targets(Rule(), today(), today()))


def test_a_closed_years_tasks_are_not_reminded_of(world: World) -> None:
    new_task(world, due_on=today())
    world.campaign.close(by=world.campaign_officer)
    assert not targets("campaigns.task.due", 1, -1, world)


def test_every_text_can_be_rendered(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    message = Message(words="", occurrence_on=today())
    for code in ("assigned", "submitted", "returned", "cancelled", "due", "overdue"):
        message.words = f"campaigns.task.{code}"
        assert task.title in registry.render(message, task, today()).line


# ---- what waits for the ward ---------------------------------------------------------------------------
def waiting_rule(world: World, source: str, anchor: str) -> ReminderRule:
    begun = timezone.now() - datetime.timedelta(days=9)
    return ReminderRule.objects.create(
        ward=world.ward,
        code=source.replace(".", "-"),
        source=source,
        anchor=anchor,
        offset_days=2,
        local_time=datetime.time(8),
        working_days_only=False,
        enabled=True,
        enabled_at=begun,
    )


def plan_today(rule: ReminderRule) -> None:
    noon = timezone.make_aware(datetime.datetime.combine(today(), datetime.time(12)))
    planner.plan(rule, noon, noon - datetime.timedelta(hours=12))


def test_a_request_for_more_time_that_waits_is_reminded_of_until_it_is_answered(world: World) -> None:
    task = new_task(world)
    until = task.due_on + datetime.timedelta(days=7)
    row = task.ask_extension(by=world.head, wanted_on=until, reason="Nhiều hộ vắng nhà")
    TaskExtension.objects.filter(pk=row.pk).update(asked_on=days_ago(2))
    plan_today(waiting_rule(world, "campaigns.extension.waiting", "asked_on"))
    messages = Message.objects.filter(words="campaigns.extension.waiting", channel=Channel.IN_APP)
    assert {message.user for message in messages} == {world.campaign_officer, world.leadership}
    assert "Nhiều hộ vắng nhà" in registry.render(messages[0], row, today()).line
    source, target = registry.get_source("campaigns.extension.waiting"), Target(row, row.asked_on)
    assert source.still_due(target)
    row.refuse(by=world.leadership, answer="Cần ngay")
    assert not source.still_due(target)


def test_an_incoming_document_without_an_opinion_is_reminded_of(world: World) -> None:
    document = superior_plan(world)
    document.present(by=world.records_clerk)
    Document.objects.filter(pk=document.pk).update(presented_on=days_ago(2))
    superior_plan(world)  # not presented: nobody waits for the leadership
    plan_today(waiting_rule(world, "campaigns.document.opinion", "presented_on"))
    message = Message.objects.get(words="campaigns.document.opinion", channel=Channel.IN_APP)
    assert message.user == world.leadership
    assert "2 ngày" in registry.render(message, document, today()).line
    instruct(document, by=world.leadership, leader=world.leadership, text="Giao Chi bộ 7")
    assert not registry.get_source("campaigns.document.opinion").still_due(Target(document, days_ago(2)))


def entered_before(document: Document, days: int) -> None:
    """As if the register had been told so many days ago."""
    at = timezone.now() - datetime.timedelta(days=days)
    DocumentTransition.objects.bulk_create(
        [DocumentTransition(ward=document.ward, document=document, new="issued", on=document.dated_on, at=at)]
    )


def test_what_came_in_and_was_never_presented_is_reminded_of_to_those_who_keep_the_register(world: World) -> None:
    document, presented, answered, old = (superior_plan(world) for _n in range(4))
    presented.present(by=world.records_clerk)
    make.document(world.campaign, world.committee, answers=answered)
    for row, days in ((document, 2), (presented, 2), (answered, 2), (old, 9)):
        entered_before(row, days)
    plan_today(waiting_rule(world, "campaigns.document.unpresented", "entered_on"))
    messages = Message.objects.filter(words="campaigns.document.unpresented", channel=Channel.IN_APP)
    assert {message.subject_id for message in messages} == {document.pk}
    assert {world.records_clerk, world.campaign_officer} <= {message.user for message in messages}
    assert "2 ngày" in registry.render(messages[0], document, today()).line
    source, target = registry.get_source("campaigns.document.unpresented"), Target(document, days_ago(2))
    assert source.still_due(target)
    document.present(by=world.records_clerk)
    assert not source.still_due(target)


def test_those_who_help_and_who_is_in_charge_are_told(world: World) -> None:
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Việc", due_on=days_ago(-5))
    task.assign(by=world.campaign_officer, helpers=[world.other_cell])
    assert told("campaigns.task.shared") == {world.neighbour.full_name}
    task.name_person(by=world.campaign_officer, person=world.head)
    assert told("campaigns.task.entrusted") == {world.head.full_name}
