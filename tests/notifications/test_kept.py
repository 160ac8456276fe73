"""Numbers that are kept until the ward's next event."""

from typing import Any

from django.db import transaction
from django.utils import translation

from accounts.choices import Role
from accounts.models import User
from core.figures import FigureValue
from notifications import outbox
from notifications.kept import kept
from tests import factories as make
from tests.world import World


def asked(user: Any, value: Any, *of: object) -> Any:
    return kept("test", User.objects.get(pk=user.pk), lambda: value, *of)


def test_numbers_are_shared_only_by_those_who_hold_the_same(world: World) -> None:
    twin = make.member(world.committee, Role.CAMPAIGN_OFFICER)
    holder = make.member(world.committee, Role.CAMPAIGN_OFFICER)
    make.member(world.cell, Role.UNIT_HEAD, holder)
    assert asked(twin, 1) == 1
    assert asked(make.member(world.committee, Role.CAMPAIGN_OFFICER), 2) == 1
    for other in (holder, world.leadership, world.supervisor, world.head, world.stranger):
        assert asked(other, 2) == 2
    with translation.override("en"):
        assert asked(twin, 3) == 3
    assert asked(twin, 4, "another day") == 4


def test_an_event_of_the_ward_ends_what_was_kept(world: World) -> None:
    assert asked(world.leadership, 1) == 1
    task = make.task(world.campaign, world.cell)
    with transaction.atomic():
        outbox.record("campaigns.task.assigned", subject=task, by=None)
    assert asked(world.leadership, 2) == 2


def test_a_kept_figure_has_its_number_and_no_rows(world: World) -> None:
    parts = {"a": FigureValue(1, User.objects.all(), "/a/")}
    asked(world.leadership, {"all": [FigureValue(1, User.objects.all(), "/", parts=parts)]})
    (value,) = asked(world.leadership, None)["all"]
    assert (value.value, value.rows, value.url) == (1, None, "/")
    assert value.parts["a"].rows is None
