"""What the database refuses."""

import unicodedata
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from accounts.choices import Branch, DutyCode, Role
from accounts.models import AccessLog, Duty, Membership, Unit, UnitSuccession, User
from tests import factories as make


def membership(world, **fields):
    given = {"ward": world.ward, "user": world.head, "unit": world.cell, "role": Role.UNIT_HEAD}
    return Membership.objects.create(**given | fields)


def test_a_role_in_a_unit_does_not_overlap(world):
    with pytest.raises(IntegrityError, match="accounts_membership_no_overlap"):
        membership(world, valid_from="2024-01-01")


def test_one_term_after_the_other_is_fine(world):
    Membership.objects.filter(user=world.head).update(valid_to="2023-12-31")
    assert membership(world, valid_from="2024-01-01").pk


def test_a_duty_is_held_by_one_unit_at_a_time(world):
    with pytest.raises(IntegrityError, match="accounts_duty_no_overlap"):
        Duty.objects.create(ward=world.ward, code=DutyCode.MOBILIZATION_OFFICE, unit=world.cell)


def test_a_period_ends_after_it_begins(world):
    with pytest.raises(IntegrityError, match="valid_order"):
        membership(world, role=Role.FIELD_MEMBER, valid_from="2024-01-02", valid_to="2024-01-01")


def checked(act: Callable[[], object]) -> None:
    """Do it and check the deferred keys, as the end of a transaction would."""
    with transaction.atomic():
        act()
        check_keys()


def check_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_parent_is_of_the_same_branch(world):
    with pytest.raises(IntegrityError, match="accounts_unit_parent_branch"):
        checked(lambda: make.unit(world.ward, branch=Branch.FRONT, parent=world.committee))


def test_a_parent_is_of_the_same_ward(world):
    with pytest.raises(IntegrityError, match="_ward"):
        checked(lambda: make.unit(world.other_ward, parent=world.committee))


def test_a_unit_is_not_its_own_parent(world):
    with pytest.raises(IntegrityError, match="not_own_parent"):
        Unit.objects.filter(pk=world.cell.pk).update(parent=world.cell)


def test_a_unit_does_not_succeed_itself_but_may_succeed_one_of_another_ward(world):
    with pytest.raises(IntegrityError, match="differ"), transaction.atomic():
        UnitSuccession.objects.create(ward=world.ward, predecessor=world.cell, successor=world.cell, on="2024-01-01")
    former = make.unit(world.other_ward)
    UnitSuccession.objects.create(ward=world.ward, predecessor=former, successor=world.cell, on="2024-01-01")
    check_keys()


@pytest.mark.parametrize("field", ["username", "phone", "email"])
def test_people_are_told_apart(world, field):
    User.objects.create_user("Hoa", full_name="Hòa", phone="0911111111", email="a@example.org")
    twin = {"username": "hOA", "phone": "091 111 1111", "email": "a@example.org"}[field]
    with pytest.raises(IntegrityError):
        User.objects.create_user(**{"username": "other", "full_name": "Khác"} | {field: twin})


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_access_log_is_append_only(world, act):
    AccessLog.objects.note(user=world.leadership, subject=world.cell)
    rows = AccessLog.objects.all()
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        rows.update(reason="x") if act == "update" else rows.delete()


def test_text_is_stored_composed_and_trimmed(world):
    unit = make.unit(world.ward, unicodedata.normalize("NFD", " Tổ dân phố Trạm "))
    unit.refresh_from_db()
    assert (unit.name, unit.search_key) == ("Tổ dân phố Trạm", "to dan pho tram")


def test_people_stand_in_the_order_of_given_names(db):
    for name in ("Trần Văn Đức", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Phạm An"):
        make.user(name)
    assert [p.full_name for p in User.objects.all()] == ["Phạm An", "Nguyễn Thị Ánh", "Lê Văn Dũng", "Trần Văn Đức"]
