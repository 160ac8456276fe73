"""Each message says why it came and what became of it; the log says that it was sent and no more."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from core.models import today
from notifications.models import Message
from tests import factories as people
from tests.notifications import factories as make
from tests.world import World


def reminder(world: World, number: int = 0, **fields: Any) -> Message:
    rule = make.rule(world, code=f"r{number}", source="campaigns.task.due", anchor="due_on", year=world.campaign.year)
    task = people.task(world.campaign, world.cell, due_on=today() + datetime.timedelta(days=3))
    about = {"subject_type": "campaigns.task", "subject_id": task.pk, "occurrence_on": task.due_on}
    return make.message(world, number, rule=rule, words="campaigns.task.due", **about | fields)


def sent(message: Message, **fields: Any) -> None:
    Message.objects.filter(pk=message.pk).update(
        **{"state": "sent", "provider_id": "x", "sent_at": timezone.now(), "line": "Việc đến hạn"} | fields
    )


def test_it_names_the_rule_the_role_and_the_fate_of_each_copy(world: World, sign_in: Callable) -> None:
    message = reminder(world)
    sent(message, link="/tasks/1/")
    Message.objects.create(
        **{f.attname: getattr(message, f.attname) for f in Message._meta.concrete_fields if f.name != "id"}
        | {"channel": "email", "dedupe_key": "copy", "state": "missed", "tries": 3}
    )
    page = sign_in(world.head).get(f"/notifications/{message.pk}/why/").text
    assert "Nhiệm vụ đến hạn" in page
    assert "Trưởng đơn vị, Chi bộ 7" in page
    assert "Anh/chị là một trong những người phải thực hiện" in page
    assert "Đã gửi" in page
    assert "Quá muộn: không gửi được" in page
    assert "sau 3 lần gửi" in page
    assert "Lời nhắc để gửi Zalo" in page


def test_a_mandatory_one_says_that_it_can_not_be_switched_off(world: World, sign_in: Callable) -> None:
    message = make.message(world, klass="mandatory", event=make.event(world, kind="campaigns.task.assigned"))
    assert "bắt buộc" in sign_in(world.head).get(f"/notifications/{message.pk}/why/").text


def test_each_line_of_the_messages_leads_to_its_reason(world: World, sign_in: Callable) -> None:
    message = reminder(world)
    sent(message)
    assert f"/notifications/{message.pk}/why/" in sign_in(world.head).get("/notifications/").text


def test_the_log_shows_names_to_those_who_may_and_never_the_text(world: World, sign_in: Callable) -> None:
    sent(reminder(world))
    officer = sign_in(world.campaign_officer).get("/reminders/log/").text
    leader = sign_in(world.leadership).get("/reminders/log/").text
    assert world.head.full_name in officer
    assert world.head.full_name not in leader
    assert "Việc đến hạn" not in officer + leader


def test_the_log_pages_by_place_and_filters(world: World, sign_in: Callable) -> None:
    first = reminder(world, 500)
    for number in range(60):
        make.message(world, number, rule=first.rule, not_before=first.not_before - datetime.timedelta(hours=number))
    client = sign_in(world.campaign_officer)
    page = client.get("/reminders/log/")
    older = client.get(f"/reminders/log/{page.context['older']}")
    keys = [message.pk for message, _cause in [*page.context["lines"], *older.context["lines"]]]
    assert (len(page.context["lines"]), len(keys), len(set(keys))) == (50, 61, 61)
    assert client.get("/reminders/log/?state=sent").context["total"] == 0
    assert client.get("/reminders/log/?since=99/99&state=zzz&rule=x&before=x-9").status_code == 200
    assert "Không có tin nào khớp bộ lọc" in client.get("/reminders/log/?channel=push").text
