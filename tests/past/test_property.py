"""Whatever is entered, edited, voided, taken up again, merged or taken away later: what was known on a day stays."""

import contextlib
import datetime

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.past.ageing import age
from tests.past.life import CHANGE, ENTER, REFUSED, Act, ago, answers
from tests.world import World

# What was known does not change for one life or it is broken: no time is spent on a smaller one.
FEW = settings(max_examples=5, derandomize=True, phases=[Phase.explicit, Phase.generate])
STEPS = st.tuples(st.sampled_from(ENTER), st.integers(45, 60))
LATER = st.tuples(st.sampled_from(ENTER + CHANGE), st.integers(20, 60) | st.integers(0, 9))


def carry_out(world: World, act: Act, n: int) -> None:
    with contextlib.suppress(*REFUSED), transaction.atomic():
        act(world, n)


@pytest.mark.slow
def test_what_was_known_on_a_day_never_changes(world: World) -> None:
    age(95)

    @FEW
    @given(
        st.lists(STEPS, min_size=4, max_size=10), st.lists(STEPS, max_size=5), st.lists(LATER, min_size=1, max_size=8)
    )
    def lives(first: list, second: list, later: list) -> None:
        with transaction.atomic():
            for act, n in first:
                carry_out(world, act, n)
            age(25)
            for act, n in second:
                carry_out(world, act, n)
            age(15)
            days: list[tuple[datetime.date, datetime.date]] = [(ago(20), ago(20)), (ago(25), ago(1))]
            before = [answers(world, on, known) for on, known in days]
            for act, n in later:
                carry_out(world, act, n)
            after = [answers(world, on, known) for on, known in days]
            assert before == after, (first, second, later)
            transaction.set_rollback(True)

    lives()


def test_every_act_of_these_lives_is_possible(world: World) -> None:
    """Else the property above would hold for lives in which nothing happens."""
    age(95)
    for act in ENTER:
        for n in (45, 46, 48):
            act(world, n)
    age(10)
    known, corrected = (answers(world, ago(5), at, world.cell) for at in (ago(5), None))
    counted = [key for key, found in known.items() if found[0]]
    assert len(counted) > 25, counted
    for act in CHANGE:
        act(world, 45)
    assert answers(world, ago(5), ago(5), world.cell) == known
    assert answers(world, ago(5), None, world.cell) != corrected
