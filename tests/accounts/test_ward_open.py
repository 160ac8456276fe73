"""The link of the first start: it opens a ward once, and says nothing to anybody else."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.choices import Role
from accounts.models import Membership, Unit, User, Ward
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "mot-mat-khau-rieng-2026"
FORM = {
    "name": "Phường Long Biên",
    "superior": "Thành ủy Hà Nội",
    "office": "Văn phòng Đảng ủy",
    "full_name": "Đinh Quốc Bảo",
    "username": "quantri",
    "password": PASSWORD,
    "again": PASSWORD,
}


def test_the_link_opens_a_ward_with_its_administrator_who_is_signed_in() -> None:
    client = Client()
    address = actions.opening_address()
    assert client.get(address).status_code == 200
    response = client.post(address, FORM)
    assert (response.status_code, response["Location"]) == (302, "/opening/")
    ward, person = Ward.objects.get(), User.objects.get()
    assert (ward.name, ward.slug) == ("Phường Long Biên", "long-bien")
    assert Membership.objects.get().role == Role.ADMINISTRATOR
    assert set(Unit.objects.values_list("name", "is_outside")) == {
        ("Văn phòng Đảng ủy", False),
        ("Thành ủy Hà Nội", True),
    }
    assert person.check_password(PASSWORD)
    assert client.get("/opening/").status_code == 200


def test_the_link_is_dead_once_somebody_has_an_account() -> None:
    address = actions.opening_address()
    make.user(is_superuser=True)
    response = Client().post(address, FORM)
    assert response.status_code == 404
    assert not Ward.objects.exists()
    assert b'name="username"' not in response.content


def test_the_link_ends_after_a_day() -> None:
    with time_machine.travel(timezone.now() - datetime.timedelta(hours=25)):
        address = actions.opening_address()
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(  # named: a signature is another in each process, and so would be the test
    "token",
    ["first", signing.dumps("first"), signing.dumps("first", salt="accounts.new-email")],
    ids=["no signature", "of nothing", "of something else"],
)
def test_another_link_shows_no_form(token: str) -> None:
    assert Client().get(f"/begin/{token}/").status_code == 404


def test_of_two_who_open_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    address = actions.opening_address()
    make.ward()  # by somebody else, after the link was looked at
    monkeypatch.setattr(actions, "link_opens", lambda token: True)
    response = Client().post(address, FORM)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"again": "khac"}, "again"),
        ({"password": "123", "again": "123"}, "password"),
        ({"username": "hai chữ"}, "username"),
        ({"name": ""}, "name"),
        ({"name": "P" * 101}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(wrong: dict[str, Any], field: str) -> None:
    response = Client().post(actions.opening_address(), FORM | wrong)
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_a_stranger_of_an_empty_portal_is_told_where_the_link_is() -> None:
    said = "Chưa ai có tài khoản"
    assert said in Client().get("/login/").content.decode()
    make.user()
    assert said not in Client().get("/login/").content.decode()


def test_an_administrator_of_a_ward_without_a_year_begins_with_its_setting_up(sign_in: Callable) -> None:
    person = actions.open_ward(**{name: value for name, value in FORM.items() if name != "again"})
    assert sign_in(person).get("/landing/")["Location"] == "/opening/"
