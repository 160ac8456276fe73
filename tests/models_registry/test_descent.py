"""The line of descent: what a model comes from, and what came from it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from core.models import today
from models_registry.descent import Node, family_of
from models_registry.models import MobilizationModel, Replication
from tests import factories
from tests.models_registry import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World


def _told(nodes: list[Node]) -> list:
    return [(node.model and node.model.code, node.kind, node.is_here, _told(node.children)) for node in nodes]


def _taken_up(world: World, origin: MobilizationModel, registration: MobilizationModel | None) -> Replication:
    unit = registration.unit if registration else world.other_cell
    row = Replication(ward=world.ward, mobilization_model=origin, unit=unit, decided_on=today())
    row.enter(by=world.leadership)
    if registration:
        row.point_to(registration, by=world.leadership)
    return row


def test_a_model_shows_where_it_comes_from_and_what_came_from_it(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    first = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    taken = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    again = make.accepted(world.campaign, world.front, world.campaign_officer, world.leadership)
    alone = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    kept = make.draft(world.campaign, world.cell, world.head, origin="kept", previous=first)
    _taken_up(world, first, taken)
    _taken_up(world, taken, again)
    assert family_of(alone, world.leadership) == []
    whole = [(first.code, "", False, [(taken.code, "taken", True, [(again.code, "taken", False, [])])])]
    whole[0][3].append((None, "kept", False, []))  # the draft of a unit, which others do not read
    assert _told(family_of(taken, world.leadership)) == whole
    own = _told(family_of(first, world.head))
    assert own == [
        (first.code, "", True, [(None, "taken", False, [(None, "taken", False, [])]), (None, "kept", False, [])])
    ]
    assert family_of(first, world.head)[0].children[1].model == kept
    client = sign_in(world.leadership)
    page = client.get(taken.get_absolute_url()).content.decode()
    assert page.count('<li aria-current="true"') == 1
    assert first.get_absolute_url() in page
    query_baseline.check("models_registry.model_detail with a family", client, taken.get_absolute_url())

    def more() -> None:
        unit = factories.unit(world.ward)
        _taken_up(world, first, make.accepted(world.campaign, unit, world.campaign_officer, world.leadership))

    query_baseline.assert_flat(client, taken.get_absolute_url(), more)


def test_a_replication_points_to_a_later_registration_of_its_unit_alone(world: World, sign_in: Callable) -> None:
    old = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    first = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    row = _taken_up(world, first, None)
    foreign = make.accepted(world.campaign, world.front, world.campaign_officer, world.leadership)
    for wrong in (old, foreign, first):  # registered before, of another unit, the model itself
        with pytest.raises(ValidationError):
            row.point_to(wrong, by=world.leadership)
    with pytest.raises(DatabaseError), transaction.atomic():  # no circle, whoever writes it
        Replication.objects.filter(pk=row.pk).update(taken_up_as=old)
    right = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    client = sign_in(world.campaign_officer)
    assert old.code not in client.get(row.link_url).content.decode()
    assert client.post(row.link_url, {"registration": right.pk})["Location"] == first.get_absolute_url()
    row.refresh_from_db()
    assert row.taken_up_as == right
    twice = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    other = Replication(ward=world.ward, mobilization_model=foreign, unit=world.other_cell, decided_on=today())
    other.enter(by=world.leadership)
    assert right not in other.candidates(world.leadership)
    with pytest.raises(DatabaseError), transaction.atomic():
        Replication.objects.filter(pk=other.pk).update(taken_up_as=right)
    assert client.post(row.link_url, {"registration": ""}).status_code == 302  # a slip is taken back
    assert not Replication.objects.filter(taken_up_as__isnull=False).exists()
    assert twice in MobilizationModel.objects.all()
