from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import UnitKind
from core.forms import HouseModelForm
from core.models import today
from core.refusals import Refused, _constraints, refusal
from models_registry.models import Contest
from tests.factories import worked
from tests.world import World


def test_a_violated_constraint_is_a_sentence_for_forms_and_an_integrity_error_for_others(world: World) -> None:
    kind = {"ward": world.ward, "code": "chi-bo", "label": "Chi bộ", "branch": "party"}
    UnitKind.objects.create(**kind)
    with translation.override("vi"), pytest.raises(ValidationError) as refused, transaction.atomic():
        UnitKind.objects.create(**kind)
    assert isinstance(refused.value, IntegrityError)
    assert refused.value.fields == ("code",)
    assert refused.value.messages == ["Loại đơn vị: đã có rồi (mã)."]


def test_what_is_no_rule_of_ours_is_no_sentence(world: World) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        UnitKind.objects.create(ward=world.ward, code="x", label=None, branch="party")
    assert not isinstance(refused.value, Refused)


@pytest.mark.parametrize("name", sorted(_constraints()))
def test_every_rule_of_the_database_has_a_sentence_in_vietnamese(name: str) -> None:
    model, constraint = _constraints()[name]
    if model._meta.app_label not in {"accounts", "campaigns", "clearance", "publicity", "reports", "deadlines"}:
        return
    with translation.override("vi"):
        said = refusal(model, constraint).messages[0]
    with translation.override("en"):
        assert said != refusal(model, constraint).messages[0]
    assert name not in said


class KindForm(HouseModelForm):
    class Meta:
        model = UnitKind
        fields = ["code", "label", "branch"]


def test_what_is_unique_in_the_ward_is_told_at_its_field_before_it_is_saved(world: World) -> None:
    kind = {"code": "chi-bo", "label": "Chi bộ", "branch": "party"}
    UnitKind.objects.create(ward=world.ward, **kind)
    with translation.override("vi"):
        assert KindForm(kind, instance=UnitKind(ward=world.ward)).errors == {"code": ["Loại đơn vị: đã có rồi (mã)."]}
    assert not KindForm(kind, instance=UnitKind(ward=world.other_ward)).errors


def test_a_refusal_of_the_verb_stands_at_the_last_of_its_fields_that_the_form_has(world: World) -> None:
    kind = {"code": "chi-bo", "label": "Chi bộ", "branch": "party"}
    form = KindForm(kind, instance=UnitKind(ward=world.ward))
    form.refuse(Refused("Có rồi", ("branch", "code", "elsewhere")))
    form.refuse(ValidationError({"elsewhere": "Ở chỗ khác"}))
    assert form.errors == {"code": ["Có rồi"], "__all__": ["Ở chỗ khác"]}


def test_a_refusal_that_no_page_tells_is_a_page_and_no_crash(
    world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Contest, **_fields: Any) -> None:
        raise Refused("Phường đã có cuộc thi này.")

    monkeypatch.setattr(Contest, "save_details", refuse)
    days = dict.fromkeys(["opens_on", "closes_on"], f"{worked(today()):%d/%m/%Y}")
    response = sign_in(world.campaign_officer).post("/contest/new/", {"name": "Cuộc thi viết"} | days)
    assert response.status_code == 409
    assert "Phường đã có cuộc thi này." in response.content.decode()
