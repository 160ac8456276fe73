"""The two questions about a past day, asked of rows that changed since."""

import datetime
import json
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction

from beautification.models import Cleanup
from campaigns.models import DocumentRecipient, Task
from clearance import actions
from core import past
from core.dated import correcting
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from models_registry.models import MobilizationModel
from tests import factories as base
from tests.beautification import factories as streets
from tests.clearance import factories as clearance
from tests.models_registry import factories as models
from tests.past.ageing import age
from tests.world import World

pytestmark = pytest.mark.django_db


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def read(world: World, key: str, on: datetime.date, known: datetime.date | None = None) -> FigureValue:
    with past.reading(on=on, known=known):
        campaign = past.held(world.campaign) or world.campaign
        return get_figure(key).value(Scope(world.ward, campaign), on)


def registered(world: World, on: datetime.date, known: datetime.date | None = None) -> tuple[int | None, ...]:
    keys = ("models.registered.collective", "models.registered.individual")
    return tuple(read(world, key, on, known).value for key in keys)


@pytest.fixture
def model(world: World) -> MobilizationModel:
    """A collective's model that was accepted and entered forty days ago."""
    row = models.accepted(world.campaign, world.cell, world.head, world.campaign_officer, on=ago(40))
    age(40)
    return row


# ---- fields ----------------------------------------------------------------------------------------------
def test_a_model_edited_today_counts_on_a_past_day_as_it_was(world: World, model: MobilizationModel) -> None:
    MobilizationModel.objects.filter(pk=model.pk).update(subject="individual", person_name="Nguyễn Thị Hoa")
    assert registered(world, ago(20)) == registered(world, ago(20), ago(20)) == (1, 0)
    assert registered(world, today()) == (0, 1)


def test_whatever_the_way_of_the_edit(world: World, model: MobilizationModel) -> None:
    other = models.theme_field(world.campaign, "an-sinh", "An sinh xã hội")
    model.theme_field, model.unit = other, world.other_cell
    model.save()
    parts = read(world, "models.registered.by_field", ago(20)).parts or {}
    assert {code: part.value for code, part in parts.items()} == {"an-sinh": 0, "chinh-trang": 1}
    scope = Scope(world.ward, world.campaign, unit=world.cell)
    assert get_figure("models.registered").value(scope, ago(20)).value == 1
    assert get_figure("models.registered").value(scope, today()).value == 0


def test_an_edit_that_says_it_corrects_counts_for_the_past_and_is_said(world: World, model: MobilizationModel) -> None:
    with correcting():
        MobilizationModel.objects.filter(pk=model.pk).update(subject="individual", person_name="Nguyễn Thị Hoa")
    assert registered(world, ago(20)) == (0, 1)
    assert registered(world, ago(20), ago(20)) == (1, 0)
    corrected, known = (read(world, "models.registered.collective", ago(20), at) for at in (None, ago(20)))
    assert (corrected.value, corrected.differs, corrected.known) == (0, True, 1)
    assert (known.value, known.differs) == (1, False)


def test_a_correction_of_one_field_leaves_the_changes_of_another(world: World, model: MobilizationModel) -> None:
    rows = MobilizationModel.objects.filter(pk=model.pk)
    rows.update(subject="individual", person_name="Nguyễn Thị Hoa")
    age(10)
    with correcting():
        rows.update(unit=world.other_cell)
    with past.reading(on=ago(20)):
        then = rows.get()
        assert (then.subject, then.unit) == ("collective", world.other_cell)
    with past.reading(on=ago(5)):
        assert (rows.get().subject, rows.get().unit) == ("individual", world.other_cell)


def test_of_several_changes_each_day_has_its_own(world: World) -> None:
    task = base.task(world.campaign, world.cell, title="Một")
    age(20)
    Task.objects.filter(pk=task.pk).update(title="Hai")
    age(10)
    Task.objects.filter(pk=task.pk).update(title="Ba")
    Task.objects.filter(pk=task.pk).update(title="Bốn")
    for day, title in [(ago(25), "Một"), (ago(11), "Một"), (ago(10), "Hai"), (ago(1), "Hai"), (today(), "Bốn")]:
        with past.reading(on=day):
            row = Task.objects.get(pk=task.pk)
            assert (row.title, row.search_key) == (title, {"Một": "mot", "Bốn": "bon"}.get(title, title.lower())), day


def test_a_draft_has_no_past(world: World) -> None:
    row = models.draft(world.campaign, world.cell, world.head)
    row.save_draft(by=world.head, fields={"subject": "individual", "person_name": "Lê Văn Tám"})
    row.submit(by=world.head, on=ago(10))
    row.accept(by=world.campaign_officer, on=ago(9))
    assert registered(world, ago(5)) == (0, 1), "entered late, first counted as it was handed in"


def test_a_recipient_taken_off_today_owed_a_resolution_before(world: World) -> None:
    plan = base.document(world.campaign, world.committee, dated_on=ago(40))
    plan.send_to(by=None, units=[], resolutions_from=[world.cell, world.other_cell])
    age(30)
    plan.send_to(by=None, units=[], resolutions_from=[world.cell])
    assert read(world, "campaigns.resolutions.expected", ago(10)).value == 2
    assert read(world, "campaigns.resolutions.expected", today()).value == 1
    plan.send_to(by=None, units=[], resolutions_from=[world.cell, world.other_cell])
    assert read(world, "campaigns.resolutions.expected", ago(10)).value == 2, "entered again: counted once"
    assert DocumentRecipient.objects.count() == 2


# ---- states, turnout, void rows -------------------------------------------------------------------------
def test_a_clean_up_taken_up_again_keeps_what_was_closed_until_a_correction_is_closed(world: World) -> None:
    row = streets.done(streets.street(world), ago(15), 96)
    age(14)
    row.reopen(by=world.campaign_officer, reason="Đếm thiếu")
    row.count(counts={None: 30})
    assert read(world, "beautification.turnout.latest", ago(2)).value == 96
    row.close(by=world.campaign_officer)
    corrected, known = (read(world, "beautification.turnout.latest", ago(2), at) for at in (None, ago(2)))
    assert (corrected.value, corrected.corrected_on) == (30, today())
    assert (known.value, known.corrected_on) == (96, None)


def test_what_was_closed_before_closings_kept_their_numbers_keeps_them_too(world: World) -> None:
    row = streets.done(streets.street(world), ago(15), 96)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM beautification_closedturnout; DELETE FROM beautification_closedturnouthistory")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert read(world, "beautification.turnout.latest", today()).value is None
        cursor.execute(import_module("beautification.migrations.0007_closings").FREEZE)
    age(10)
    assert read(world, "beautification.turnout.latest", ago(5), ago(5)).value == 96
    assert [kept.count for kept in row.counts()] == [96]


def test_a_visit_declared_void_stands_on_the_days_that_knew_it(world: World) -> None:
    project = clearance.project(world.campaign, world.superior)
    household = clearance.household(project, world.campaign, world.team)
    visit = clearance.visit(household, world.campaign, world.team, visited_at=clearance.at(-35))
    age(34)
    actions.void_visit(visit, by=world.clearance_officer, campaign=world.campaign, reason="nhầm hộ")
    corrected, known = (
        read(world, "clearance.households_visited.by_project", ago(20), at).parts[project.slug]  # type: ignore[index]
        for at in (None, ago(20))
    )
    assert (known.value, known.differs) == (1, False)
    assert (corrected.value, corrected.differs, corrected.known) == (0, True, 1)


# ---- the portal's own rules ------------------------------------------------------------------------------
def test_nothing_of_the_past_can_be_written(world: World) -> None:
    task = base.task(world.campaign, world.cell)
    age(5)
    for days in ({"on": ago(1)}, {"known": ago(1)}):
        for write in (lambda: Task.objects.update(title="x"), lambda: base.task(world.campaign, world.cell)):
            with past.reading(**days), pytest.raises(DatabaseError, match="view"), transaction.atomic():
                write()
    task.refresh_from_db()
    assert task.title != "x"


def test_the_present_comes_back_whatever_happens_inside(world: World) -> None:
    base.task(world.campaign, world.cell)
    with pytest.raises(ProgrammingError), past.reading(known=ago(3)), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense")
    assert not past.current().is_past
    assert Task.objects.count() == 1
    with past.reading(known=ago(3)):
        assert not Task.objects.exists()
        with past.present():
            assert Task.objects.count() == 1
        assert not Task.objects.exists()
    assert Task.objects.count() == 1


def test_the_command_asks_both_questions(world: World, model: MobilizationModel) -> None:
    MobilizationModel.objects.filter(pk=model.pk).update(subject="individual", person_name="Nguyễn Thị Hoa")
    with correcting():
        MobilizationModel.objects.filter(pk=model.pk).update(unit=world.other_cell)

    def ask(**days: Any) -> dict:
        out = StringIO()
        call_command("figures", campaign=world.campaign.year, ward=world.ward.slug, stdout=out, **days)
        return json.loads(out.getvalue())

    assert ask(on=ago(20))["models.registered.collective"] == 1
    assert ask(known=ago(20))["models.registered.collective"] == 1
    assert ask(known=ago(50))["models.registered.collective"] is None
    assert ask()["models.registered.collective"] == 0
    assert Cleanup.objects.count() == 0
