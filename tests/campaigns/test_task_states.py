"""The task's states: no illegal step, and the dated rows always tell the state, today and on any day."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from campaigns.choices import OPEN_STATES, UNIT_STATES, TaskState
from campaigns.models import CampaignClosed, Task
from core.models import StateChanged, today
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import accepted_file, days_ago
from tests.world import World

FIRST = 40  # days ago: the assignment
LEGAL = {
    "acknowledge": ([TaskState.ASSIGNED], TaskState.ACKNOWLEDGED),
    "report": (UNIT_STATES, TaskState.DOING),
    "submit": (UNIT_STATES, TaskState.SUBMITTED),
    "accept": ([TaskState.SUBMITTED], TaskState.DONE),
    "send_back": ([TaskState.SUBMITTED], TaskState.DOING),
    "cancel": (OPEN_STATES, TaskState.CANCELLED),
}
WORDS = {"report": {"note": "Đã phát 40 tờ"}, "submit": {"note": "Đã xong"}, "send_back": {"reason": "Thiếu ảnh"}}
WORDS["cancel"] = {"reason": "Giao trùng"}


def act(task: Task, verb: str, by: object, on: datetime.date) -> None:
    getattr(task, verb)(by=by, on=on, **WORDS.get(verb, {}))


def machine(world: World) -> type[RuleBasedStateMachine]:
    class TaskMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.task = Task(
                ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Phổ biến", due_on=today()
            )
            self.day = days_ago(FIRST)
            self.task.assign(by=world.campaign_officer, on=self.day)
            self.known = [(self.day, TaskState.ASSIGNED)]

        @rule(verb=st.sampled_from(sorted(LEGAL)), wait=st.integers(0, 9))
        @precondition(lambda self: self.day < days_ago(9))
        def step(self, verb: str, wait: int) -> None:
            day = self.day + datetime.timedelta(days=wait)
            since, to = LEGAL[verb]
            if self.task.state not in since:
                with pytest.raises(StateChanged):
                    act(self.task, verb, world.campaign_officer, day)
                return
            moved = self.task.state != to
            act(self.task, verb, world.campaign_officer, day)
            if moved:
                self.day = day
                self.known.append((day, to))

        @rule(verb=st.sampled_from(sorted(LEGAL)), early=st.integers(1, 5))
        @precondition(lambda self: self.task.state in OPEN_STATES)
        def step_before_the_last(self, verb: str, early: int) -> None:
            since, to = LEGAL[verb]
            if self.task.state in since and self.task.state != to:
                with pytest.raises(ValidationError):
                    act(self.task, verb, world.campaign_officer, self.day - datetime.timedelta(days=early))

        @invariant()
        def history_tells_the_state(self) -> None:
            row = Task.objects.with_state_on(today()).get(pk=self.task.pk)
            assert row.state == self.task.state == row.state_then == self.known[-1][1]

        @invariant()
        def the_state_on_any_day_is_that_of_its_last_step(self) -> None:
            for back in (FIRST + 1, FIRST, 30, 20, 10, 0):
                day = days_ago(back)
                before = [state for on, state in self.known if on <= day]
                found = Task.objects.with_state_on(day).filter(pk=self.task.pk).values_list("state_then", flat=True)
                assert list(found) == before[-1:]

    return TaskMachine


@pytest.mark.slow
def test_no_illegal_step_and_history_tells_the_state(world: World) -> None:
    quick = settings(max_examples=25, stateful_step_count=12, suppress_health_check=list(HealthCheck), database=None)
    run_state_machine_as_test(machine(world), settings=quick)


def test_every_step_leaves_an_event(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    for verb in ("acknowledge", "report", "submit", "send_back", "submit", "accept"):
        act(task, verb, world.campaign_officer, today())
    kinds = Event.objects.about(task).order_by("id").values_list("kind", flat=True)
    names = ["acknowledged", "progressed", "submitted", "returned", "submitted", "accepted"]
    assert list(kinds) == [f"campaigns.task.{name}" for name in names]


def test_whoever_is_second_is_told(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    stale = Task.objects.get(pk=task.pk)
    task.submit(by=world.head, note="Đã xong")
    with pytest.raises(StateChanged):
        stale.submit(by=world.head, note="Đã xong")


def test_a_task_that_asks_for_evidence_is_not_done_without(world: World) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=["file"])
    with pytest.raises(ValidationError, match="minh chứng"):
        task.submit(by=world.head, note="Đã xong")
    task.submit(by=world.head, note="Đã xong", files=[accepted_file()])
    assert task.state == TaskState.SUBMITTED
    assert task.evidence.get().uploaded_by == world.head


def test_evidence_given_with_progress_counts(world: World) -> None:
    task = make.task(world.campaign, world.cell, evidence_needed=["file"])
    task.report(by=world.head, note="Buổi đầu", files=[accepted_file()])
    task.submit(by=world.head, note="Đã xong")
    assert task.state == TaskState.SUBMITTED


def test_a_step_is_not_dated_in_the_future(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    with pytest.raises(ValidationError):
        task.submit(by=world.head, note="Mai xong", on=today() + datetime.timedelta(days=1))


def test_a_closed_year_takes_no_step(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    world.campaign.close(by=world.campaign_officer)
    task.campaign.refresh_from_db()
    for verb in ("acknowledge", "report", "submit", "cancel"):
        with pytest.raises(CampaignClosed):
            act(task, verb, world.campaign_officer, today())
    assert Task.objects.get().state == TaskState.ASSIGNED


def test_progress_by_an_officer_is_marked_as_entered_for_the_unit(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    task.report(by=world.campaign_officer, note="Nghe qua điện thoại")
    task.report(by=world.head, note="Tự ghi")
    own, entered = task.progress.all()
    assert entered.entered_for_unit_by == world.campaign_officer
    assert own.entered_for_unit_by is None


def test_overdue_is_the_units_turn_only(world: World) -> None:
    task = make.task(world.campaign, world.cell, due_on=days_ago(1))
    assert task.is_overdue(today())
    assert list(Task.objects.overdue(today())) == [task]
    task.submit(by=world.head, note="Xong")
    assert not task.is_overdue(today())
    assert not Task.objects.overdue(today()).exists()
