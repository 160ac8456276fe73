"""Models of which nothing is heard: listed, their units asked at once, and reminded by a rule."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from core.models import today
from models_registry.models import Inspection, MobilizationModel
from notifications.choices import Channel
from notifications.engine import dispatch, planner
from notifications.models import Event, Message
from notifications.rules import defaults
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)
KIND = "models_registry.unit.asked_for_news"
ASK = "/models/remind/?ticked=1&every=1&state=silent-30"


@pytest.fixture
def silent(world: World) -> list[MobilizationModel]:
    """Two of one cell and one of another, approved 40 days ago; a fourth reported yesterday."""
    since, people = today() - 40 * DAY, [(world.cell, world.head)] * 2 + [(world.other_cell, world.neighbour)] * 2
    rows = [make.accepted(world.campaign, unit, by, world.campaign_officer, on=since) for unit, by in people]
    rows[3].record_progress(by=world.neighbour, on=today() - DAY, values={}, note="Đã họp tổ")
    return rows


def listed(days: int, on: datetime.date | None = None) -> list[int]:
    rows = MobilizationModel.objects.silent_on(on or today(), days)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def test_results_a_step_an_inspection_or_going_on_end_the_silence(
    world: World, silent: list[MobilizationModel], sign_in: Callable
) -> None:
    first, second, third, _spoken = silent
    assert listed(30) == [first.pk, second.pk, third.pk]
    assert listed(41) == []
    assert listed(30, on=today() - 10 * DAY) == [row.pk for row in silent], "as of that day the fourth was silent, too"
    first.steps.first().mark_done(by=world.head, on=today())
    second.pause(by=world.head, reason="Chờ")
    said = {"inspectors": "Ban chỉ đạo", "findings": "Tốt."}
    Inspection.enter(third, by=world.leadership, on=today(), **said)
    assert listed(14) == []
    second.resume(by=world.head)
    assert listed(14) == []
    page = sign_in(world.campaign_officer).get("/models/?state=silent-14").content.decode()
    assert "Không có mô hình nào khớp bộ lọc" in page or "Bỏ bớt" in page, page


def test_the_units_of_silent_models_are_asked_at_once_each_by_one_message(
    world: World, silent: list[MobilizationModel], sign_in: Callable
) -> None:
    client = sign_in(world.campaign_officer)
    page = client.get("/models/?state=silent-30").content.decode()
    assert "40 ngày" in page
    asked = client.get(ASK)
    assert [unit for unit, _line in asked.context["lines"]] == [world.cell, world.other_cell]
    assert f"“{silent[0]}”, “{silent[1]}”" in asked.context["lines"][0][1]
    assert not Event.objects.filter(kind=KIND).exists(), "the text is shown first"
    for _twice in range(2):
        assert client.post(ASK).status_code == 302
    assert Event.objects.filter(kind=KIND).count() == 2, "once a day"
    assert client.get(ASK).context["left_out"] == 3
    while dispatch.run():
        pass
    told = {m.user: m.link for m in Message.objects.filter(words=KIND, channel=Channel.IN_APP)}
    assert set(told) == {world.head, world.neighbour}
    assert told[world.neighbour].endswith(f"{silent[2].code}/results/new/")
    mine = sign_in(world.head).get(told[world.head])
    assert {row.pk for row in mine.context["page"].object_list} == {silent[0].pk, silent[1].pk}
    Event.objects.filter(kind=KIND).update(on=today() - DAY)
    client.post("/models/remind/?ticked=1&state=silent-30&row=" + str(silent[2].pk))
    assert Event.objects.filter(kind=KIND, on=today()).get().unit == world.other_cell, "the ticked alone"


def test_who_may_not_decide_asks_nobody(world: World, silent: list[MobilizationModel], sign_in: Callable) -> None:
    assert sign_in(world.head).post(ASK).status_code == 403
    sign_in(world.stranger).post(ASK)
    assert not Event.objects.filter(kind=KIND).exists()


def test_a_rule_reminds_of_a_silent_model_until_something_is_heard(
    world: World, silent: list[MobilizationModel]
) -> None:
    rule = next(r for r in defaults(world.ward, None) if r.source == "models_registry.model.silent")
    rule.enabled, rule.working_days_only, rule.local_time = True, False, datetime.time(8, 0)
    rule.offset_days = 41
    rule.save()
    silent[0].steps.first().mark_done(by=world.head, on=today())
    planner.run(timezone.make_aware(datetime.datetime.combine(today() + DAY, datetime.time(9, 0))))
    made = Message.objects.filter(rule=rule, channel=Channel.IN_APP)
    assert {(m.user, m.subject_id) for m in made} == {(world.head, silent[1].pk), (world.neighbour, silent[2].pk)}
    assert silent[1].is_silent_since(today() - 40 * DAY)
    silent[1].record_progress(by=world.head, on=today(), values={}, note="Đã họp")
    assert not silent[1].is_silent_since(today() - 40 * DAY)
