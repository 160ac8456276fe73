"""Whatever people press in whatever order: the row, its dated steps and its events agree."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.models import StateChanged, today
from models_registry.choices import (
    ACCEPTED,
    ENTRY_MOVES,
    SENT_AND_AFTER,
    SETTLED,
    VERDICT_STATES,
    WRITTEN,
    EntryState,
    EntryStep,
    ModelState,
    Verdict,
)
from models_registry.models import ContestEntry, MobilizationModel
from notifications.models import Event
from tests.models_registry import factories as make
from tests.world import World

FEW = settings(max_examples=12, stateful_step_count=12)
POSSIBLE = {
    "submit": ({ModelState.DRAFT, ModelState.RETURNED}, ModelState.SUBMITTED),
    "accept": ({ModelState.SUBMITTED}, ModelState.ACTIVE),
    "send_back": ({ModelState.SUBMITTED}, ModelState.RETURNED),
    "reject": ({ModelState.SUBMITTED}, ModelState.REJECTED),
    "reopen": ({ModelState.REJECTED}, ModelState.SUBMITTED),
    "pause": ({ModelState.ACTIVE}, ModelState.PAUSED),
    "resume": ({ModelState.PAUSED}, ModelState.ACTIVE),
    "withdraw": (
        {ModelState.DRAFT, ModelState.SUBMITTED, ModelState.RETURNED, ModelState.ACTIVE, ModelState.PAUSED},
        ModelState.WITHDRAWN,
    ),
    "self_assess": ({ModelState.ACTIVE}, ModelState.SELF_ASSESSED),
    "send_to_work": ({ModelState.SELF_ASSESSED, ModelState.UNDER_REVIEW}, ModelState.ACTIVE),
    "open_review": ({ModelState.SELF_ASSESSED}, ModelState.UNDER_REVIEW),
    "conclude": ({ModelState.UNDER_REVIEW}, ModelState.CONCLUDED),
    "reopen_review": ({ModelState.CONCLUDED}, ModelState.UNDER_REVIEW),
    "archive": ({ModelState.CONCLUDED}, ModelState.ARCHIVED),
}
NEED_REASON = {"send_back", "reject", "reopen", "pause", "withdraw", "send_to_work", "reopen_review"}


def run(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(machine, settings=FEW)


@pytest.mark.slow
def test_a_model_goes_only_where_it_may(world: World) -> None:
    make.rubric(world.ward, world.leadership)

    class Life(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.row = make.draft(world.campaign, world.cell, world.head)
            self.expected, self.moves = ModelState.DRAFT, 1

        @rule(verb=st.sampled_from(sorted(POSSIBLE)))
        def press(self, verb: str) -> None:
            """From a page that was loaded just now; a step that is not possible changes nothing."""
            row = MobilizationModel.objects.get(pk=self.row.pk)
            since, to = POSSIBLE[verb]
            arguments = self.arguments(verb, row)
            if self.expected in since:
                getattr(row, verb)(by=world.campaign_officer, **arguments)
                self.expected, self.moves = to, self.moves + 1
            else:
                with pytest.raises(StateChanged):
                    getattr(row, verb)(by=world.campaign_officer, **arguments)

        @rule(data=st.data())
        def go_on(self, data: st.DataObject) -> None:
            """One of the steps that are possible, so that runs reach the later states."""
            if possible := sorted(verb for verb, (since, _to) in POSSIBLE.items() if self.expected in since):
                self.press(data.draw(st.sampled_from(possible)))

        def arguments(self, verb: str, row: MobilizationModel) -> dict[str, Any]:
            match verb:
                case "self_assess":
                    return make.proof(row)
                case "open_review":
                    return {"people": [world.leadership, world.neighbour], "due_on": today()}
                case "conclude":
                    make.hand_in_all(row)
                    return make.decision()
            return {"reason": "thử"} if verb in NEED_REASON else {}

        @precondition(lambda self: self.expected in VERDICT_STATES.values())
        @rule(verdict=st.sampled_from(list(Verdict)))
        def correct(self, verdict: str) -> None:
            row = MobilizationModel.objects.get(pk=self.row.pk)
            try:
                row.correct(by=world.leadership, verdict=verdict, reason="nhầm")
            except (StateChanged, PermissionDenied):
                return
            self.expected, self.moves = VERDICT_STATES[verdict], self.moves + 1

        @invariant()
        def agrees(self) -> None:
            row = MobilizationModel.objects.with_state_on(today()).get(pk=self.row.pk)
            assert row.state == row.state_then == self.expected
            events = Event.objects.about(row).exclude(kind="models_registry.progress.recorded")
            assert row.transitions.count() == self.moves == events.count()
            assert row.conclusions.filter(replaced_on=None).exists() == (row.state in SETTLED)
            assert row.appraisals.filter(ended_on=None).exists() == (row.state in {ModelState.UNDER_REVIEW, *SETTLED})
            assert MobilizationModel.objects.registered_on(today()).filter(pk=row.pk).exists() == (
                row.state in ACCEPTED
            )
            assert (row.code is None) == (not row.transitions.filter(new=ModelState.SUBMITTED).exists())
            if row.state in ACCEPTED:
                assert row.steps.count() == 5

    run(Life)


@pytest.mark.slow
def test_an_entry_goes_only_where_it_may(world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 1})

    class Life(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            ContestEntry.objects.filter(contest=contest).update(unit=world.other_cell)
            self.row = make.entry(contest, world.cell, world.head)
            self.expected = EntryState.PLANNED

        @rule(step=st.sampled_from(list(EntryStep)), days=st.integers(0, 3))
        def press(self, step: str, days: int) -> None:
            row = ContestEntry.objects.get(pk=self.row.pk)
            move, on = ENTRY_MOVES[step], today() - datetime.timedelta(days=days)
            if self.expected in move.since:
                row.take(step, by=world.campaign_officer, on=on, reason="thử")
                self.expected = move.to
            else:
                with pytest.raises(StateChanged):
                    row.take(step, by=world.campaign_officer, on=on, reason="thử")

        @invariant()
        def agrees(self) -> None:
            row = ContestEntry.objects.with_state_on(today()).get(pk=self.row.pk)
            assert row.state == row.state_then == self.expected
            assert (row.sent_on is not None) == (row.state in SENT_AND_AFTER)
            for states in (WRITTEN, SENT_AND_AFTER):
                assert contest.quotas.with_done(states).get().done_count == int(row.state in states)

    run(Life)
