import datetime
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from notifications import rules
from notifications.choices import MessageState
from notifications.models import Event, Message, ReminderRule, RuleText
from tests.notifications import factories as make
from tests.world import World

LIST = reverse("admin:notifications_reminderrule_changelist")
DEFAULTS = reverse("admin:notifications_reminderrule_defaults")


def typed_in(page: Any) -> dict[str, Any]:
    """What the form of an admin page would send."""
    form = page.context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        typed |= {management.add_prefix(name): management[name].value() for name in management.fields}
    return typed


def test_the_administrator_adds_the_standard_rules_and_switches_one_on(world: World, sign_in: Callable) -> None:
    client = sign_in(world.administrator)
    assert DEFAULTS in client.get(LIST).content.decode()
    for _n in range(2):
        assert client.post(DEFAULTS).url == LIST
    assert ReminderRule.objects.filter(code="task-overdue").count() == 1
    rule = ReminderRule.objects.get(code="task-overdue")
    client.post(LIST, {"action": "switch_on", "_selected_action": [rule.pk]})
    rule.refresh_from_db()
    assert rule.enabled
    assert rule.enabled_at is not None


def test_a_form_left_open_switches_nothing_and_changes_no_source(world: World, sign_in: Callable) -> None:
    client = sign_in(world.administrator)
    client.post(DEFAULTS)
    rule = ReminderRule.objects.get(code="task-overdue")
    rules.switch(rule, True, by=world.campaign_officer)
    page = client.get(reverse("admin:notifications_reminderrule_change", args=[rule.pk]))
    rules.switch(rule, False, by=world.campaign_officer)
    typed = typed_in(page) | {"local_time": "09:00", "enabled": "on", "source": "reports.report.due"}
    assert client.post(page.request["PATH_INFO"], typed).status_code == 302
    rule.refresh_from_db()
    assert (rule.enabled, rule.source, f"{rule.local_time:%H:%M}") == (False, "campaigns.task.overdue", "09:00")
    assert Event.objects.filter(kind="notifications.rule.changed", subject_id=rule.pk).count() == 1
    client.post(LIST, {"action": "switch_on", "_selected_action": [rule.pk]})
    client.post(LIST, {"action": "switch_off", "_selected_action": [rule.pk]})
    rule.refresh_from_db()
    assert not rule.enabled


def test_a_text_with_a_name_that_its_source_does_not_fill_is_refused(world: World, sign_in: Callable) -> None:
    rule = ReminderRule.objects.create(
        ward=world.ward, code="r", source="campaigns.task.due", anchor="due_on", local_time=datetime.time(8)
    )
    client, address = sign_in(world.administrator), reverse("admin:notifications_reminderrule_change", args=[rule.pk])
    typed = typed_in(client.get(address)) | {"local_time": "08:00", "texts-TOTAL_FORMS": "1", "texts-0-language": "vi"}

    page = client.post(address, typed | {"texts-0-line": "Nhớ {place} {title.x}"})
    assert "{place}" in page.context["inline_admin_formsets"][0].formset.errors[0]["line"][0]
    assert not RuleText.objects.exists()

    assert client.post(address, typed | {"texts-0-line": "Nhớ {title}, hạn {due}"}).status_code == 302
    assert RuleText.objects.get().line == "Nhớ {title}, hạn {due}"


def test_what_was_planned_by_the_old_terms_is_planned_anew(world: World, sign_in: Callable) -> None:
    rule = ReminderRule.objects.create(
        ward=world.ward, code="r", source="campaigns.task.due", anchor="due_on", local_time=datetime.time(8)
    )
    event = make.event(world)
    waiting = make.message(world, event=event, rule=rule)
    sent = make.message(world, 1, event=event, rule=rule, subject_id=world.other_cell.pk)
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, provider_id="x", sent_at=sent.not_before)
    client, address = sign_in(world.administrator), reverse("admin:notifications_reminderrule_change", args=[rule.pk])
    client.post(address, typed_in(client.get(address)) | {"local_time": "09:00"})
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {waiting.pk: MessageState.VOID, sent.pk: MessageState.SENT}


def test_nobody_else_adds_rules(world: World, sign_in: Callable) -> None:
    sign_in(world.campaign_officer).post(DEFAULTS)
    assert not ReminderRule.objects.exists()
