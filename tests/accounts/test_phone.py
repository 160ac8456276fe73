"""One form of a telephone number, however it is written."""

from importlib import import_module

import pytest
from django.db import connection

from accounts.models import User
from accounts.querysets import plain_phone


@pytest.mark.parametrize(
    "typed",
    [
        *("0912345678", "0912 345 678", "0912.345.678", "84912345678", "0084912345678", "+84912345678"),
        *("+84 (0) 912 345 678", "+84-912-345-678", "０９１２３４５６７８", "0912\u00a0345\u00a0678", "0912–345–678"),
    ],
)
def test_every_spelling_is_one_number(typed: str) -> None:
    assert plain_phone(typed) == "0912345678"


@pytest.mark.parametrize(
    "typed, stored",
    [("(0234) 3.822.222", "02343822222"), ("+33 1 23 45 67 89", "+33123456789"), ("1900 1234", "19001234")],
)
def test_landlines_hotlines_and_numbers_abroad_are_kept(typed: str, stored: str) -> None:
    assert plain_phone(typed) == stored


@pytest.mark.parametrize("typed", ["", "abc", "0", "099", "hoa0912345678", "090000001234", "0912 345 678 (vợ)"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert plain_phone(typed) == ""


@pytest.mark.django_db
def test_a_person_is_known_by_the_number_in_any_spelling() -> None:
    person = User.objects.create_user("nguoi-thu", full_name="Hoà", phone="+84 (0) 912 345 678")
    assert User.objects.known_as("84912345678").get() == person


@pytest.mark.django_db
def test_numbers_that_were_kept_otherwise_are_brought_into_the_form() -> None:
    kept = ["84912345678", "0084912345679", "84912345670", "0912345670", "+33123456789"]
    people = [User.objects.create_user(f"nguoi-{n}", full_name=f"Người {n}") for n in range(len(kept))]
    for person, phone in zip(people, kept, strict=True):
        User.objects.filter(pk=person.pk).update(phone=phone)
    migration = import_module("accounts.migrations.0007_one_phone")
    with connection.cursor() as cursor:
        cursor.execute(migration.Migration.operations[0].sql)
    phones = User.objects.filter(pk__in=[person.pk for person in people]).order_by("pk").values_list("phone", flat=True)
    assert list(phones) == ["0912345678", "0912345679", "84912345670", "0912345670", "+33123456789"]
