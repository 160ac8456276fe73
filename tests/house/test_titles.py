"""A title stands on lists, in messages, on papers and in calendars: no secret and no number of a person is in it."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

TITLES = [
    "beautification.Street.name",
    "campaigns.Meeting.title",
    "campaigns.Task.title",
    "campaigns.TaskSeries.title",
    "campaigns.Undertaking.name",
    "clearance.Project.name",
    "clearance.ProjectBatch.name",
    "models_registry.Contest.name",
    "models_registry.ContestEntry.title",
    "models_registry.MobilizationModel.title",
    "publicity.Posting.title",
    "reports.Report.title",
    "reports.SuperiorForm.name",
]
OTHERWISE = {
    "clearance.Delivery.title": "the number and day of a paper",
    "models_registry.EntryVersion.title": "that of the entry, as it was",
    "models_registry.BlindCopy.title": "that of the entry, cleared for judges",
    "models_registry.SentTable.title": "as the superior wants it",
    "models_registry.TableLayout.title": "as the superior wants it",
    "publicity.Article.title": "asked about when it leaves",
    "publicity.Broadcast.title": "asked about when it leaves",
}


def _field(path: str) -> models.Field:
    app, model, name = path.split(".")
    return apps.get_model(app, model)._meta.get_field(name)


@pytest.mark.parametrize("path", TITLES)
@pytest.mark.parametrize("wrong", ["Vận động hộ ông An 001085012345", "[MẬT] Kế hoạch", "Gọi 0912 345 678"])
def test_a_title_refuses_secrets_and_numbers_of_people(path: str, wrong: str) -> None:
    if path == "models_registry.MobilizationModel.title" and "MẬT" in wrong:
        pytest.skip("its form refuses marks of secrecy in all of its texts")
    with pytest.raises(ValidationError):
        _field(path).run_validators(wrong)


def test_each_title_is_known() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if any(one.name == "ward" for one in model._meta.local_fields) and not hasattr(model, "pgh_tracked_model")
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField) and field.name == "title"
    }
    assert found == {path for path in (*TITLES, *OTHERWISE) if path.endswith(".title")}
