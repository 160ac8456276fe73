"""Every admin page of the registry opens, and the states stay with the portal's verbs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from core.files import accept
from core.models import today
from models_registry.choices import Level
from models_registry.models import (
    Commendation,
    Inspection,
    MobilizationModel,
    Plaque,
    Recognition,
    RegistrationTerms,
    Replication,
    TableLayout,
    ThemeField,
    upward,
)
from models_registry.models.consent import record_consent
from tests import factories
from tests.models_registry import factories as make
from tests.world import World

MODELS = [model for model in apps.get_app_config("models_registry").get_models() if admin.site.is_registered(model)]


@pytest.fixture
def office(world: World, sign_in: Callable) -> Client:
    """The administrator, with a row in every table."""
    row = make.draft(world.campaign, world.cell, world.head)
    row.save_draft(
        by=world.head,
        fields={},
        undertakings=[factories.undertaking(world.campaign)],
        participations=[{"unit": world.front, "name": "", "role": "joins", "part": ""}],
        fellows=[{"name": "Trần Văn Bình"}],
        milestones=[{"name": "Sơ kết", "due_on": today()}],
        areas=[world.front],
        documents=[accept(make.paper())],
    )
    row.served.create(ward=world.ward, task=factories.task(world.campaign, world.cell))
    row.submit(by=world.head)
    row.accept(by=world.leadership)
    row.steps.first().mark_done(by=world.head, on=today(), evidence=[accept(make.paper())])
    row.record_progress(by=world.head, on=today(), values={row.targets.get(): 1}, evidence=[accept(make.photo())])
    said = {"inspectors": "Ban chỉ đạo", "findings": "Tốt.", "mend": [("Họp lại", today())]}
    Inspection.enter(row, by=world.leadership, on=today(), evidence=[accept(make.paper())], **said)
    row.self_assess(by=world.head, **make.proof(row))
    make.opened(row, world.leadership, [world.leadership, world.neighbour])
    make.hand_in_all(row)
    row.conclude(by=world.leadership, **make.decision())
    own = {"ward": world.ward, "mobilization_model": row, "decided_on": today()}
    decided = own | {"level": Level.CITY, "decided_by": "UBND thành phố", "number": "512/QĐ-UBND"}
    for honour in (Recognition(**decided), Commendation(**decided, praise="Bằng khen"), Plaque(**decided)):
        honour.enter(by=world.leadership)
    Replication(**own, unit=world.other_cell).enter(by=world.leadership)
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 1})
    make.entry(contest, world.cell, world.head)
    _judged_and_sent(world, row)
    RegistrationTerms.objects.create(ward=world.ward, campaign=world.campaign)
    return sign_in(world.administrator)


def _judged_and_sent(world: World, row: MobilizationModel) -> None:
    entry = make.handed_in(world.campaign, world.cell, world.head)
    entry.contest.exclusions.create(ward=world.ward, person_name="Nguyễn Thị Chấm")
    entry.take("approved", by=world.campaign_officer)
    signed = {"signed_on": today(), "reference": "Tờ 4", "by": world.head, "person_name": entry.author_name}
    record_consent(entry, of="author", papers=[accept(make.photo())], **signed)
    judges = [world.leadership, world.records_clerk]
    make.judging(world.campaign, world.campaign_officer, judges).open(by=world.campaign_officer)
    make.proposed(row, world.leadership)
    make.sent_table(world.campaign, world.leadership)
    said = {"title": "Biểu 02", "columns": upward.usual("sums")["columns"], "source": "Công văn 12"}
    TableLayout.put_in_force(world.ward, by=world.leadership, table="sums", valid_from=today(), **said)


def page(model: Any, view: str, *args: Any) -> str:
    return reverse(f"admin:models_registry_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_and_form_open(office: Client, model: Any) -> None:
    assert office.get(page(model, "changelist")).status_code == 200
    assert office.get(page(model, "changelist"), {"q": "khéo"}).status_code == 200
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    assert office.get(page(model, "change", row.pk)).status_code == 200


def test_every_table_is_there() -> None:
    """Prizes and judges stand with their judging; points stay sealed, there too."""
    names = {model.__name__ for model in apps.get_app_config("models_registry").get_models()}
    elsewhere = {"Prize", "Judge", "JudgeSheet"}
    shown = {model.__name__ for model in MODELS}
    assert {name for name in names if not name.endswith("History")} == shown | elsewhere
    assert not shown & elsewhere


def test_a_field_of_the_theme_is_added_there(office: Client, world: World) -> None:
    official = make.official_field(world.ward)
    values = {"campaign": world.campaign.pk, "code": "giam-dan", "label": "Giảm đàn", "order": 4}
    assert office.post(page(ThemeField, "add"), values | {"official_field": official.pk}).status_code == 302
    assert ThemeField.objects.get(code="giam-dan").ward == world.ward


def test_the_state_is_not_typed_there(office: Client) -> None:
    row = MobilizationModel.objects.get()
    assert 'name="state"' not in office.get(page(MobilizationModel, "change", row.pk)).content.decode()
