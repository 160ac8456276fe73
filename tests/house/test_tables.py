"""The tables: ward first, keys that agree in ward, pairs held by the database, no missing migration."""

import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from core.operations import key_name, ward_keys
from tests import factories as make
from tests.house.sources import none_of
from tests.house.test_floors import own_models
from tests.world import World

GLOBAL = {
    "accounts.Ward",
    "accounts.User",
    "notifications.BeatRun",
    "notifications.WorkerPulse",
}  # the only rows that belong to no ward


def ward_models() -> list[type[models.Model]]:
    return [model for model in own_models() if model._meta.label not in GLOBAL]


def test_every_row_belongs_to_a_ward() -> None:
    without = [m._meta.label for m in ward_models() if "ward" not in {f.name for f in m._meta.fields}]
    assert not without, f"{without}: derive from WardModel, or name it in GLOBAL with the reason"


def test_unique_keys_begin_with_the_ward() -> None:
    wrong = []
    for model in ward_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                first = constraint.fields[0] if constraint.fields else constraint.expressions[0].name
                if first != "ward":
                    wrong.append(f"{model._meta.label}: {constraint.name}")
        for field in model._meta.local_fields:
            if field.unique and not field.primary_key and not isinstance(field, models.OneToOneField):
                wrong.append(f"{model._meta.label}.{field.name} is unique over all wards")
    none_of(wrong, "begin it with the ward: another ward may hold the same")


@pytest.mark.django_db
def test_foreign_keys_agree_in_ward() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        names = {name for (name,) in cursor.fetchall()}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in ward_models()
        for field in ward_keys(model)
        if key_name(model._meta.db_table, field.column) not in names
    ]
    assert not missing, f"{missing}: repeat SameWardKeys() in a migration of the app"


def test_moments_and_people_of_an_act_are_held_together() -> None:
    """`x_at` with `x_by` on one row: a CHECK names both, unless neither may be empty."""
    wrong = []
    for model in ward_models():
        fields = {field.name: field for field in model._meta.local_fields}
        for name, field in fields.items():
            by = fields.get(f"{name[:-3]}_by") if name.endswith("_at") else None
            if by and (field.null or by.null):
                checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
                if not any(name in str(c.condition) and f"{name[:-3]}_by" in str(c.condition) for c in checks):
                    wrong.append(f"{model._meta.label}.{name}")
    exempt = {"uploaded_at"}  # a stored file may come from the first load, without a person
    wrong = [place for place in wrong if place.split(".")[-1] not in exempt]
    assert not wrong, f"{wrong}: add a CheckConstraint that both are there or neither"


def test_domain_tables_have_a_field_history() -> None:
    logs = ("Transition", "Evidence")
    apart = {
        "Event",
        "Message",
        "Attempt",
        "AccessLog",
        "ArticlePicture",
        "ModelDocument",
        "Preference",
        "Mute",
        "PushSubscription",
        "CalendarFeed",
        "SavedView",
        "BeatRun",
        "WorkerPulse",
        "Job",
        "BatchMessage",
        "Made",
        "DocumentText",
        "EntryVersion",
        "EntryFile",
        "DialogueScan",
        "ReportVersion",
        "ReportFigure",
        "FilledForm",
    }  # append-only, logs, a person's own settings, or what a file says and is read from it again
    without = [
        m._meta.label
        for m in own_models()
        if not hasattr(m, "history") and not m.__name__.endswith(logs) and m.__name__ not in apart
    ]
    assert not without, f"{without}: decorate the model with @tracked, or name it in `apart` with the reason"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


@pytest.mark.django_db
def test_a_foreign_row_is_refused_by_the_database(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(task).objects.filter(pk=task.pk).update(ward=world.other_ward)
