"""What became of a model: four facts, each with its own decision and day."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.models import StateChanged, today
from models_registry.choices import Level
from models_registry.models import Commendation, MobilizationModel, Plaque, Recognition, Replication
from notifications.choices import Channel
from notifications.engine import dispatch
from notifications.models import Message
from notifications.registry import render
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


def test_the_unit_reads_what_it_was_proposed_for_and_that_its_model_takes_another_up(
    world: World,
) -> None:
    row = make.concluded(
        world.campaign, world.cell, world.head, world.leadership, [world.campaign_officer, world.neighbour]
    )
    proposal = make.proposed(row, world.leadership, praise="Bằng khen", level="city")
    proposal.take_back(by=world.leadership, reason="Còn chờ số liệu")
    origin = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership)
    taken = Replication(ward=world.ward, mobilization_model=origin, unit=world.cell, decided_on=today())
    taken.enter(by=world.leadership)
    later = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    taken.point_to(later, by=world.leadership)
    dispatch.run()
    told = Message.objects.filter(user=world.head, channel=Channel.IN_APP)
    lines = {row.words.rpartition(".")[2]: render(row, _about(row), today()).line for row in told}
    assert lines["proposed"].endswith(f"“{row}”: {proposal}. Còn chờ số liệu")
    assert lines["unproposed"].startswith("Phường rút đề nghị cho mô hình")
    assert lines["taken_up"].endswith(f"“{later}” làm theo: {origin}, {origin.unit}")


def _about(message: Message) -> MobilizationModel:
    return MobilizationModel.objects.get(pk=message.subject_id)
