"""No list of choices is empty without saying what is missing and who adds it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.access import OWN_UNIT, WARD_WIDE, AddedBy
from accounts.choices import Role
from core.forms import HouseForm, HouseModelForm
from tests import factories as make
from tests.house.test_access_table import all_lines
from tests.house.test_days_asked import every_form

PEOPLE = sorted({*WARD_WIDE, *OWN_UNIT})


@pytest.fixture
def bare(db: None) -> Any:
    """A ward with a year, one unit and nothing else."""
    ward = make.ward(name="Phường Mới", slug="phuong-moi")
    make.campaign(ward)
    return make.unit(ward, "Đảng ủy phường Mới", "party", slug="dang-uy-moi")


def pages() -> list[str]:
    """The addresses of what may be added without another row."""
    found = []
    for name in sorted({line.name for line in all_lines() if line.name.endswith("_new")}):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


def empty(form: forms.BaseForm) -> Iterator[str]:
    for name, field in form.fields.items():
        if isinstance(field, forms.ChoiceField) and not any(value for value, _label in field.choices):
            yield form.add_prefix(name)


def forms_of(client: Client, address: str) -> tuple[str, list[forms.BaseForm]]:
    response = client.get(address, follow=True)
    assert response.status_code in (200, 403, 404, 405), address  # 404: its address has to name a list
    contexts = response.context or []
    found = {id(value): value for part in contexts for values in part for value in values.values() if is_form(value)}
    return response.content.decode(), [*found.values()]


def is_form(value: object) -> bool:
    return isinstance(value, HouseForm | HouseModelForm)


@pytest.mark.parametrize("role", PEOPLE)
def test_each_empty_list_of_a_bare_ward_explains_itself(role: str, bare: Any, sign_in: Callable) -> None:
    client = sign_in(make.member(bare, role))
    for address in pages():
        page, found = forms_of(client, address)
        for form in found:
            silent = [name for name in empty(form) if f'id="div_{form[name].auto_id}"' in page]
            silent = [name for name in silent if f'data-nothing="{name}"' not in page]
            assert not silent, f"{address} as {role}: {silent}"


def test_who_may_add_it_is_led_there_and_others_are_told_who_does(bare: Any, sign_in: Callable) -> None:
    page = sign_in(make.member(bare, Role.RECORDS_CLERK)).get("/documents/new/").content.decode()
    assert "Chưa có loại văn bản nào để chọn." in page
    assert f"Người thêm: {Role.ADMINISTRATOR.label}." in page
    assert reverse("admin:campaigns_documentkind_add") not in page
    both = make.member(bare, Role.ADMINISTRATOR, make.member(bare, Role.RECORDS_CLERK))
    assert reverse("admin:campaigns_documentkind_add") in sign_in(both).get("/documents/new/").content.decode()


def test_of_every_model_to_choose_from_it_is_known_who_adds_it() -> None:
    chosen = {
        field.queryset.model
        for base in (HouseForm, HouseModelForm)
        for form in every_form(base)
        if not form.__module__.startswith("tests.")
        for field in form.base_fields.values()
        if isinstance(field, forms.ModelChoiceField)
    }
    silent = {model.__name__ for model in chosen if not isinstance(getattr(model, "added_by", None), AddedBy)}
    assert len(chosen) > 5
    assert not silent, f"say who adds it: added_by = AddedBy(…) on {sorted(silent)}"
    for model in chosen:
        assert reverse(model.added_by.page)
