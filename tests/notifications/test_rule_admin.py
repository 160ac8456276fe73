from collections.abc import Callable

from django.urls import reverse

from notifications.models import ReminderRule
from tests.world import World

LIST = reverse("admin:notifications_reminderrule_changelist")
DEFAULTS = reverse("admin:notifications_reminderrule_defaults")


def test_the_administrator_adds_the_standard_rules_and_switches_one_on(world: World, sign_in: Callable) -> None:
    client = sign_in(world.administrator)
    assert DEFAULTS in client.get(LIST).content.decode()
    for _n in range(2):
        assert client.post(DEFAULTS).url == LIST
    assert ReminderRule.objects.filter(code="task-overdue").count() == 1
    rule = ReminderRule.objects.get(code="task-overdue")
    page = client.get(reverse("admin:notifications_reminderrule_change", args=[rule.pk]))
    form = page.context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    for formset in page.context["inline_admin_formsets"]:
        management = formset.formset.management_form
        typed |= {management.add_prefix(name): management[name].value() for name in management.fields}
    client.post(page.request["PATH_INFO"], typed | {"enabled": "on", "local_time": "08:00"})
    rule.refresh_from_db()
    assert rule.enabled
    assert rule.enabled_at is not None


def test_nobody_else_adds_rules(world: World, sign_in: Callable) -> None:
    sign_in(world.campaign_officer).post(DEFAULTS)
    assert not ReminderRule.objects.exists()
