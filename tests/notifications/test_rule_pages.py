"""Rules are read, made, changed, switched and copied on their pages; nothing is saved or sent by a preview."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.models import today
from notifications import rules
from notifications.models import Event, Message, ReminderRule
from notifications.operations import acts
from tests import factories as people
from tests.notifications import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

TYPED = {
    "what": "campaigns.task.due/due_on",
    "year": "this",
    "side": "before",
    "days": "3",
    "local_time": "08:00",
    "klass": "work",
    "until_side": "after",
    "channels": ["email"],
}


def due_rule(world: World, **fields: Any) -> ReminderRule:
    terms = {"source": "campaigns.task.due", "anchor": "due_on", "offset_days": -3, "year": world.campaign.year}
    return make.rule(world, code=fields.pop("code", "due"), **terms | {"working_days_only": False} | fields)


def task_in(world: World, days: int) -> Any:
    return people.task(world.campaign, world.cell, due_on=today() + datetime.timedelta(days=days))


def typed(rule: ReminderRule, **changed: Any) -> dict[str, Any]:
    return TYPED | {"seen": rules.fingerprint(rule)} | changed


def test_a_rule_is_made_switched_off_and_says_itself_in_words(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    answer = client.post("/reminders/new/", TYPED | {"working_days_only": "on"}, follow=True)
    rule = ReminderRule.objects.get()
    assert (rule.offset_days, rule.enabled, rule.year, rule.channels) == (-3, False, world.campaign.year, ["email"])
    assert "Nhắc trước ngày đến hạn 3 ngày, 08:00, ngày làm việc; gửi: trong cổng, thư điện tử" in answer.text
    assert Event.objects.filter(kind="notifications.rule.made", by=world.campaign_officer).exists()


def folds(page: str) -> list[tuple[bool, str]]:
    """Whether each folded choice is open, and what it says of itself."""
    found = re.findall(r"<details data-none=[^>]*?( open)?>\s*<summary[^>]*><span data-said>([^<]*)</span>", page)
    return [(bool(is_open), said) for is_open, said in found]


def test_units_and_roles_are_folded_and_say_what_is_chosen(world: World, sign_in: Callable) -> None:
    rule, client = due_rule(world), sign_in(world.campaign_officer)
    address = f"/reminders/{rule.pk}/"
    assert folds(client.get("/reminders/new/").text) == [(False, "Tất cả vai trò"), (False, "Tất cả đơn vị")]
    chosen = {"units": [world.cell.pk, world.other_cell.pk], "roles": ["unit_head"]}
    client.post(address, typed(rule, **chosen))
    assert folds(client.get(address, follow=True).text) == [(False, "1 vai trò"), (False, "2 đơn vị")]
    wrong = client.post(address, typed(rule, units=[world.cell.pk, 0], roles=[]))
    assert folds(wrong.text) == [(False, "Tất cả vai trò"), (True, "2 đơn vị")]


def test_a_saved_rule_says_that_its_source_stays(world: World, sign_in: Callable) -> None:
    client, sentence = sign_in(world.campaign_officer), "Không đổi được sau khi lưu."
    assert sentence in client.get(f"/reminders/{due_rule(world).pk}/", follow=True).text
    assert sentence not in client.get("/reminders/new/").text


def test_a_second_rule_of_the_same_thing_gets_its_own_code(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    for _n in range(2):
        assert client.post("/reminders/new/", TYPED).status_code == 302
    assert set(ReminderRule.objects.values_list("code", flat=True)) == {"campaigns-task-due", "campaigns-task-due-2"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"local_time": "21:00"}, "Chọn giờ từ 07:30"),
        ({"local_time": "hm"}, "Nhập giờ theo kiểu"),
        ({"days": ""}, "Nhập số ngày"),
        ({"until_days": "5"}, "Nhập số ngày nhắc lại, hoặc để trống lần cuối"),
        ({"days": "400"}, "365"),
        ({"repeat_days": "2", "until_side": "before", "until_days": "9"}, "Lần cuối phải sau lần đầu"),
        ({"what": "campaigns.task.overdue/day"}, "chọn “đúng ngày đó”"),
        ({"what": "no.such/thing"}, "Chọn một"),
        ({"text_vi": "{title.__class__}"}, "Giữa hai dấu ngoặc nhọn"),
        ({"text_vi": "{0}"}, "Giữa hai dấu ngoặc nhọn"),
        ({"text_vi": "{reason}"}, "Không có tên {reason}"),
        ({"text_vi": "Việc {title"}, "Có dấu ngoặc nhọn đứng một mình"),
        ({"channels": ["gateway"]}, "Chọn một"),
    ],
)
def test_bad_input_is_told_and_kept(world: World, sign_in: Callable, changed: dict, sentence: str) -> None:
    answer = sign_in(world.campaign_officer).post("/reminders/new/", TYPED | {"text_en": "Keep {title}"} | changed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert 'value="Keep {title}"' in answer.text
    assert not ReminderRule.objects.exists()


def test_the_number_that_stands_in_the_form_is_of_no_account_for_the_day_itself(
    world: World, sign_in: Callable
) -> None:
    sign_in(world.campaign_officer).post("/reminders/new/", TYPED | {"side": "on", "days": "3"})
    assert ReminderRule.objects.get().offset_days == 0


def test_the_preview_counts_days_from_the_day_of_the_reminder(world: World, sign_in: Callable) -> None:
    task_in(world, -1)
    sent = TYPED | {"what": "campaigns.task.overdue/day", "side": "on", "text_vi": "quá {days} ngày", "preview": ""}
    page = sign_in(world.campaign_officer).post("/reminders/new/", sent).text
    assert "quá 2 ngày" in page
    assert "quá 9 ngày" in page


def test_whoever_reads_the_rules_sees_that_nothing_leaves(world: World, sign_in: Callable) -> None:
    due_rule(world)
    acts.stop(world.ward, by=world.administrator, reason="Bảo trì")
    page = sign_in(world.campaign_officer).get("/reminders/").text
    assert "Đang dừng gửi mọi thông báo từ" in page


def test_a_mandatory_rule_may_remind_at_any_hour(world: World, sign_in: Callable) -> None:
    sign_in(world.campaign_officer).post("/reminders/new/", TYPED | {"klass": "mandatory", "local_time": "21:00"})
    assert ReminderRule.objects.get().local_time == datetime.time(21)


def test_a_preview_shows_who_gets_what_and_saves_nothing(world: World, sign_in: Callable) -> None:
    task = task_in(world, 10)
    client = sign_in(world.campaign_officer)
    answer = client.post("/reminders/new/", TYPED | {"preview": "1", "text_vi": "Nhớ {title}, hạn {due}"})
    assert f"Nhớ {task.title}" in answer.text
    assert "Nguyễn Thị Hường (Chi bộ 7)" in answer.text
    assert task.get_absolute_url() in answer.text
    assert not ReminderRule.objects.exists()
    assert not Message.objects.exists()


def test_an_empty_preview_says_why(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    assert "không có việc nào đến hạn" in client.post("/reminders/new/", TYPED | {"preview": "1"}).text
    task_in(world, 10)
    nobody = TYPED | {"preview": "1", "roles": ["media_officer"]}
    assert "không ai thuộc vai trò và đơn vị đã chọn" in client.post("/reminders/new/", nobody).text


def test_changing_a_rule_that_is_on_makes_unsent_messages_void(world: World, sign_in: Callable) -> None:
    rule = due_rule(world)
    waiting = make.message(world, 1, rule=rule)
    sent = make.message(world, 2, rule=rule)
    Message.objects.filter(pk=sent.pk).update(state="sent", provider_id="x", sent_at=timezone.now())
    units = [world.cell.pk]
    answer = sign_in(world.campaign_officer).post(
        f"/reminders/{rule.pk}/", typed(rule, days="5", units=units, text_vi="Nhớ {title}")
    )
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert (rule.offset_days, rule.enabled) == (-5, True)
    assert [row.unit for row in rule.only_units.all()] == [world.cell]
    assert rule.texts.get().line == "Nhớ {title}"
    assert Message.objects.get(pk=waiting.pk).state == "void"
    assert Message.objects.get(pk=sent.pk).state == "sent"
    event = Event.objects.get(kind="notifications.rule.changed")
    assert (event.by, event.facts) == (world.campaign_officer, {"void": 1})


def test_the_second_of_two_editors_is_told_and_loses_nothing(world: World, sign_in: Callable) -> None:
    rule = due_rule(world)
    second = typed(rule, days="7", text_vi="Lời của tôi {title}")
    sign_in(world.administrator).post(f"/reminders/{rule.pk}/", typed(rule, days="5"))
    client = sign_in(world.campaign_officer)
    answer = client.post(f"/reminders/{rule.pk}/", second)
    rule.refresh_from_db()
    assert rule.offset_days == -5
    assert "đã sửa quy tắc này trong lúc anh/chị đang sửa" in answer.text
    assert world.administrator.full_name in answer.text
    assert "trước ngày đến hạn 5 ngày" in answer.text
    assert 'value="Lời của tôi {title}"' in answer.text
    again = answer.context["form"]["seen"].value()
    assert client.post(f"/reminders/{rule.pk}/", second | {"seen": again}).status_code == 302
    rule.refresh_from_db()
    assert rule.offset_days == -7


def test_a_rule_is_switched_on_and_off_once(world: World, sign_in: Callable) -> None:
    rule = due_rule(world, enabled=False)
    client = sign_in(world.campaign_officer)
    for on in ("yes", "yes", "no"):
        client.post(f"/reminders/{rule.pk}/switch/", {"on": on})
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["notifications.rule.switched_on", "notifications.rule.switched_off"]
    assert client.post(f"/reminders/{rule.pk}/switch/", {"on": "maybe"}).status_code == 404


def test_switching_on_now_reminds_of_nothing_past(world: World, sign_in: Callable) -> None:
    rule = due_rule(world, enabled=False)
    before = timezone.now()
    sign_in(world.campaign_officer).post(f"/reminders/{rule.pk}/switch/", {"on": "yes"})
    rule.refresh_from_db()
    assert rule.enabled_at >= before


def test_last_years_rules_are_copied_switched_off_with_their_texts(world: World, sign_in: Callable) -> None:
    old = due_rule(world, year=world.campaign.year - 1)
    rules._keep(old, [world.cell], {"vi": "Nhớ {title}"})
    client = sign_in(world.campaign_officer)
    answer = client.post("/reminders/copy/", follow=True)
    fresh = ReminderRule.objects.get(year=world.campaign.year)
    assert not fresh.enabled
    assert (fresh.texts.get().line, fresh.only_units.get().unit) == ("Nhớ {title}", world.cell)
    assert "tất cả đều tắt" in answer.text
    assert "Không có năm trước" in client.post("/reminders/copy/", follow=True).text
    assert ReminderRule.objects.filter(year=world.campaign.year).count() == 1


def test_readers_see_the_rule_without_buttons_and_why(world: World, sign_in: Callable) -> None:
    rule = due_rule(world)
    page = sign_in(world.leadership).get(f"/reminders/{rule.pk}/").text
    assert "Lưu quy tắc" not in page
    assert "Việc này do vai trò khác làm" in page
    assert "Tắt quy tắc" not in sign_in(world.leadership).get("/reminders/").text


def test_the_numbers_of_the_list_open_as_many_lines(world: World, sign_in: Callable) -> None:
    rule = due_rule(world)
    for number, state in enumerate(["sent", "sent", "missed", "failed", "void"]):
        row = make.message(world, number, rule=rule)
        sent = {"provider_id": "x", "sent_at": timezone.now()} if state == "sent" else {}
        Message.objects.filter(pk=row.pk).update(state=state, **sent)
    client = sign_in(world.campaign_officer)
    row = client.get("/reminders/").context["rows"][0]
    assert (row["sent"], row["missed"]) == (2, 2)
    for state in ("sent", "not_sent"):
        assert client.get(f"/reminders/log/?rule={rule.pk}&state={state}").context["total"] == 2


def test_the_list_says_when_a_rule_sends_next(world: World, sign_in: Callable) -> None:
    cache.clear()
    due_rule(world)
    task_in(world, 10)
    moment = sign_in(world.campaign_officer).get("/reminders/").context["rows"][0]["next"]
    assert timezone.localtime(moment).date() == today() + datetime.timedelta(days=7)


def test_pages_cost_the_same_with_more_rules_and_messages(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    rule = due_rule(world, enabled=False)
    make.message(world, 100, rule=rule)
    client = sign_in(world.campaign_officer)

    def more(first: int) -> None:
        for number in range(first, first + 10):
            make.message(world, number, rule=due_rule(world, code=f"r{number}", enabled=False))

    more(0)
    for name, url in [("rule_list", "/reminders/"), ("log_list", "/reminders/log/")]:
        client.get(url)
        query_baseline.check(name, client, url)
    more(10)
    for name, url in [("rule_list", "/reminders/"), ("log_list", "/reminders/log/")]:
        client.get(url)  # the frame counts anew after an event
        query_baseline.check(name, client, url)
    query_baseline.check("rule_detail", client, f"/reminders/{rule.pk}/")


def test_a_rule_of_a_closed_year_can_only_be_read(world: World, sign_in: Callable) -> None:
    rule = due_rule(world)
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(state="closed")
    client = sign_in(world.campaign_officer)
    assert client.post(f"/reminders/{rule.pk}/", typed(rule, days="5")).status_code == 403
    assert "đã khóa" in client.get(f"/reminders/{rule.pk}/").text
