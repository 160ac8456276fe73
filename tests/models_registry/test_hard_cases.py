"""What a real year brings: arrears of tax without taxpayers, a field that gets another name."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.figures import Scope
from core.models import today
from models_registry.figures import registered_by_field
from models_registry.imports import Models
from models_registry.models import MobilizationModel, ProgressUpdate
from tests.models_registry import factories as make
from tests.models_registry.test_model_edit import NEW, typed
from tests.world import World

TAXPAYERS = ["Hộ kinh doanh mã số thuế 0101234567", "MST 0101234567-001 nợ 3 quý", "hộ có SĐT 0912 345 678"]


@pytest.mark.parametrize("words", TAXPAYERS)
def test_a_model_about_tax_arrears_holds_no_taxpayer(world: World, sign_in: Callable, words: str) -> None:
    """Whatever text of the registration it is typed into; what was typed stays in the form."""
    head = sign_in(world.head)
    for name in ("title", "rationale", "approach", "beneficiaries", "expected_output", "sustainability"):
        page = head.post(NEW, typed(world, **{name: words, "send": "1"}))
        assert name in page.context["form"].errors, name
        assert words in page.content.decode()
    kept = {field.name for field in MobilizationModel._meta.fields}
    for row in MobilizationModel.objects.all():
        assert not [name for name in kept if words in str(getattr(row, name))]


def test_results_and_lists_hold_no_taxpayer_either(world: World, sign_in: Callable) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    target = registration.targets.get()
    address = reverse("models_registry:progress_new", args=[registration.key])
    told = {f"target_{target.pk}": "3", "note": TAXPAYERS[0], "on": today().strftime("%d/%m/%Y")}
    page = sign_in(world.head).post(address, told)
    assert "note" in page.context["form"].errors
    assert not ProgressUpdate.objects.exists()
    columns = {column.name: column for column in Models().columns(Models().scope(world.head, world.ward.pk, None))}
    for name in ("title", "approach", "rationale"):
        with pytest.raises(ValidationError, match="điện thoại"):
            columns[name].read(TAXPAYERS[0])


def test_a_renamed_field_keeps_its_models_and_its_link(world: World, sign_in: Callable) -> None:
    field = make.theme_field(world.campaign, "thu-thue", "Thu thuế nợ đọng")
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership, theme_field=field)
    field.label = "Thu thuế và phí"
    field.save()
    part = registered_by_field(Scope(world.ward, world.campaign), today()).parts["thu-thue"]
    assert (part.value, part.label) == (1, "Thu thuế và phí")
    page = sign_in(world.leadership).get(part.url)
    assert list(page.context["page"]) == [registration]
    assert "Thu thuế và phí" in page.content.decode()
    assert "Thu thuế nợ đọng" not in page.content.decode()
