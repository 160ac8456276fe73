"""What became of a model: four facts, each with its own decision and day."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.models import StateChanged, today
from models_registry.choices import Level
from models_registry.models import Commendation, Plaque, Recognition, Replication
from notifications.engine import dispatch
from notifications.models import Message
from tests.models_registry import factories as make
from tests.world import World


def test_each_fact_asks_for_what_it_needs_and_stands_on_the_models_page(world: World, sign_in: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    client, url = sign_in(world.campaign_officer), reverse("models_registry:honour_new", args=[row.key])
    day = {"decided_on": today().strftime("%d/%m/%Y")}
    refused = client.post(url, day | {"kind": "commendation", "level": "city"}).content.decode()
    assert refused.count("Điền mục này khi ghi") >= 3
    assert "Điền mục này khi ghi" in client.post(url, day | {"kind": "replication"}).content.decode()
    decided = {"level": "city", "decided_by": "UBND thành phố", "number": "512/QĐ-UBND"}
    for said in (
        {"kind": "commendation", "praise": "Bằng khen", **decided},
        {"kind": "recognition", **decided},
        {"kind": "plaque", **decided, "number": "600/QĐ-UBND"},
        {"kind": "replication", "unit": world.other_cell.pk},
    ):
        assert client.post(url, day | said)["Location"] == row.get_absolute_url()
    assert [model.objects.count() for model in (Commendation, Recognition, Plaque, Replication)] == [1, 1, 1, 1]
    page = sign_in(world.head).get(row.get_absolute_url()).content.decode()
    for words in ("Bằng khen", "512/QĐ-UBND", "600/QĐ-UBND", str(world.other_cell)):
        assert words in page
    dispatch.run()
    told = Message.objects.filter(event__kind="models_registry.model.honoured", user=world.head)
    assert told.count() == 4


def test_what_was_not_accepted_has_no_honours_and_a_unit_takes_a_model_up_once(world: World) -> None:
    waiting = make.submitted(world.campaign, world.cell, world.head)
    with pytest.raises(StateChanged):
        _replication(world, waiting).enter(by=world.leadership)
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    _replication(world, row).enter(by=world.leadership)
    with pytest.raises(DatabaseError), transaction.atomic():
        Replication.objects.bulk_create([_replication(world, row)])
    with pytest.raises(DatabaseError), transaction.atomic():
        Plaque.objects.create(ward=world.ward, mobilization_model=row, decided_on=today(), level=Level.CITY)


def _replication(world: World, row: object) -> Replication:
    return Replication(ward=world.ward, mobilization_model=row, unit=world.other_cell, decided_on=today())
