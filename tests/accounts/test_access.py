"""Who may what: every rule of accounts.access."""

import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts import access
from accounts.access import Permission as P
from accounts.choices import Role
from accounts.models import Unit, User
from core.models import today
from tests import factories as make

YESTERDAY = today() - datetime.timedelta(days=1)


def test_every_role_and_permission_has_its_words():
    assert set(access.ROLE_PROSE) == set(Role)
    assert set(access.PERMISSION_WORDS) == set(P)
    assert set(access.WARD_WIDE) | set(access.OWN_UNIT) == set(Role)
    for role in Role:
        assert access.permissions_of(role)


@pytest.mark.parametrize("role", list(access.WARD_WIDE))
def test_a_ward_wide_role_may_exactly_what_is_written(world, role):
    person = world.people[role]
    assert {p for p in P if access.can(person, p)} == access.WARD_WIDE[role]
    assert {p for p in P if access.can(person, p, unit=world.other_cell)} == access.WARD_WIDE[role]


def test_a_head_may_for_the_own_unit_only(world):
    assert access.can(world.head, P.MODEL_REGISTER)
    assert access.can(world.head, P.MODEL_REGISTER, unit=world.cell)
    refused = access.can(world.head, P.MODEL_REGISTER, unit=world.other_cell)
    assert not refused
    assert "Chi bộ 8" in refused.reason
    assert access.units_for(world.head, P.MODEL_REGISTER) == {world.cell.pk}
    assert access.units_for(world.campaign_officer, P.MODEL_REGISTER) is None
    assert not access.is_ward_wide(world.head, P.MODEL_REGISTER)


def test_a_refusal_names_the_roles_that_may(world):
    reason = access.can(world.supervisor, P.TASK_ASSIGN).reason
    assert str(Role.CAMPAIGN_OFFICER.label) in reason
    with pytest.raises(PermissionDenied, match=str(Role.CAMPAIGN_OFFICER.label)):
        access.require(access.can(world.supervisor, P.TASK_ASSIGN))
    access.require(access.ALLOWED)


def test_nobody_without_an_open_account_holds_anything(world):
    User.objects.filter(pk=world.leadership.pk).update(is_active=False)
    for person in (AnonymousUser(), User.objects.get(pk=world.leadership.pk)):
        assert access.grants(person).roles == frozenset()
        assert access.ward_id(person) is None
        assert not access.can(person, P.WARD_READ)


def test_a_role_counts_on_its_days_only(world):
    person = make.member(world.committee, Role.LEADERSHIP, valid_from="2021-01-01", valid_to=YESTERDAY)
    assert not access.can(person, P.MODEL_DECIDE)
    later = make.member(world.committee, Role.LEADERSHIP, valid_from=today() + datetime.timedelta(days=1))
    assert not access.can(later, P.MODEL_DECIDE)
    last_day = make.member(world.committee, Role.LEADERSHIP, valid_to=today())
    assert access.can(last_day, P.MODEL_DECIDE)


def test_roles_of_another_ward_do_not_count_here(world):
    make.member(make.unit(world.other_ward), Role.LEADERSHIP, world.head)
    person = User.objects.get(pk=world.head.pk)
    access.enter(person, world.ward.pk)
    assert not access.can(person, P.MODEL_DECIDE)
    access.enter(person, world.other_ward.pk)
    assert access.can(person, P.MODEL_DECIDE)
    access.enter(person, None)
    assert access.ward_id(person) == min(world.ward.pk, world.other_ward.pk)


def test_rows_of_another_ward_are_not_there(world):
    assert world.cell in Unit.objects.visible_to(world.superior_viewer)
    assert world.cell not in Unit.objects.visible_to(world.stranger)
    assert world.head in User.objects.visible_to(world.neighbour)
    assert world.head not in User.objects.visible_to(world.stranger)


def test_units_to_act_for(world):
    own = Unit.objects.actionable_by(world.head, P.MODEL_REGISTER)
    assert list(own) == [world.cell]
    assert world.cell in Unit.objects.actionable_by(world.campaign_officer, P.MODEL_REGISTER)
    assert not Unit.objects.actionable_by(world.supervisor, P.MODEL_REGISTER).exists()


def test_entering_for_a_unit_is_marked_where_it_is_another(world):
    assert access.entered_for(world.head, world.cell) is None
    assert access.entered_for(world.campaign_officer, world.committee) is None
    assert access.entered_for(world.campaign_officer, world.cell) == world.campaign_officer
    with pytest.raises(PermissionDenied):
        access.entered_for(world.head, world.other_cell)


def test_staying_signed_in(world):
    assert access.may_stay_signed_in(world.supervisor)
    assert not access.may_stay_signed_in(world.head)
    assert not access.may_stay_signed_in(make.user(is_superuser=True))


def test_who_enters_the_admin(world):
    operator = make.user(is_superuser=True)
    assert access.may_enter_admin(world.administrator)
    assert access.may_enter_admin(operator)
    assert not access.may_enter_admin(world.campaign_officer)
    assert world.administrator.is_staff
    assert world.administrator.has_module_perms("accounts")


@pytest.mark.parametrize(
    "permission, allowed",
    [
        ("accounts.change_unit", True),
        ("accounts.view_ward", True),
        ("accounts.change_ward", False),
        ("accounts.view_accesslog", True),
        ("accounts.delete_accesslog", False),
        ("campaigns.change_tasktransition", False),
        ("campaigns.change_task", True),
        ("clearance.view_household", False),
        ("clearance.view_party", False),
        ("clearance.change_project", True),
        ("mfa.view_authenticator", False),
        ("axes.view_accessattempt", False),
    ],
)
def test_what_an_administrator_may_in_the_admin(world, permission, allowed):
    assert world.administrator.has_perm(permission) is allowed
    assert world.administrator.has_perms([permission]) is allowed
    assert not world.campaign_officer.has_perm(permission)


def test_the_operator_opens_wards(world):
    operator = make.user(is_superuser=True)
    assert operator.has_perm("accounts.add_ward")
    assert operator.has_perm("axes.view_accessattempt")
    assert not operator.has_perm("accounts.change_accesslog")


def test_the_admin_knows_no_table_that_is_not_there(world):
    assert not world.administrator.has_perm("accounts.view_nothing")


def test_an_administrator_changes_how_people_of_the_ward_sign_in(world):
    assert access.can_change_person(world.administrator, world.head)
    assert not access.can_change_person(world.campaign_officer, world.head)
    make.member(make.unit(world.other_ward), Role.LEADERSHIP, world.head)
    assert "ngoài phường" in access.can_change_person(world.administrator, world.head).reason
    assert access.can_change_person(make.user(is_superuser=True), world.head)


def test_a_one_time_password_is_for_others(world):
    assert access.can_reset_password(world.administrator, world.head)
    assert not access.can_reset_password(world.administrator, world.administrator)
    operator = make.user(is_superuser=True)
    assert access.can_reset_password(operator, operator)


def test_who_gives_roles(world):
    assert access.can_give_role(world.administrator)
    assert not access.can_give_role(world.campaign_officer)
    assert access.can_give_role(make.user(is_superuser=True))


def test_a_role_that_opens_household_files_is_guarded():
    assert access.is_guarded(Role.CLEARANCE_OFFICER)
    assert not access.is_guarded(Role.MEDIA_OFFICER)


def test_the_second_person_is_neither_who_asked_nor_whom_it_is_for(world):
    request = SimpleNamespace(asked_by_id=world.administrator.pk, person_id=world.leadership.pk)
    assert not access.can_confirm(world.administrator, request)
    assert not access.can_confirm(world.leadership, request)
    assert not access.can_confirm(world.head, request)
    request.person_id = world.head.pk
    assert access.can_confirm(world.leadership, request)
    assert access.can_confirm(make.user(is_superuser=True), request)


def test_a_reader_sees_what_the_person_sees(world):
    """What statements that are written once are made with (core.prepared)."""
    for person in (world.head, world.campaign_officer, world.stranger):
        reader = access.reader(person.pk, access.grants(person))
        assert access.grants(reader) == access.grants(person)
        assert reader.pk == person.pk
        for permission in (P.TASK_REPORT, P.WARD_READ):
            assert bool(access.can(reader, permission)) is bool(access.can(person, permission))
            assert access.units_for(reader, permission) == access.units_for(person, permission)


def test_the_wards_of_a_role_are_told_whichever_is_entered(world):
    person = make.user("Người theo dõi")
    make.member(world.committee, Role.SUPERIOR_VIEWER, person)
    elsewhere = make.unit(world.other_ward, "Quận ủy", slug="quan-uy")
    make.member(elsewhere, Role.SUPERIOR_VIEWER, person)
    make.member(elsewhere, Role.LEADERSHIP, person)
    for ward in (world.ward.pk, world.other_ward.pk):
        access.enter(person, ward)
        assert access.wards_as(person, Role.SUPERIOR_VIEWER) == {world.ward.pk, world.other_ward.pk}
        assert access.wards_as(person, Role.LEADERSHIP) == {world.other_ward.pk}
    assert not access.wards_as(world.leadership, Role.SUPERIOR_VIEWER)
