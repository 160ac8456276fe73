"""Who may change whom: a ward's administrator takes over nobody with rights outside it, nor anybody unnoticed."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.access import can_change_person
from accounts.choices import Role
from accounts.models import Membership, User
from core.models import today
from tests import factories as make


def change(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def fields(person, **others):
    return {
        "username": person.username,
        "full_name": person.full_name,
        "phone": person.phone or "",
        "email": person.email or "",
        "language": "vi",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    } | others


@pytest.fixture
def host(world):
    """Operates the host and has a place in the ward."""
    return make.member(world.cell, Role.SUPERVISOR, make.user("Chủ Máy", is_superuser=True, email="host@example.org"))


@pytest.fixture
def shared(world):
    """Works in the ward and in another one."""
    person = make.member(world.cell, Role.UNIT_HEAD, make.user("Hai Nơi", email="hai@example.org"))
    return make.member(make.unit(world.other_ward), Role.LEADERSHIP, person)


@pytest.fixture
def later(world):
    """Begins in another ward next month."""
    person = make.member(world.cell, Role.UNIT_HEAD, make.user("Sắp Sang", email="sang@example.org"))
    day = today() + datetime.timedelta(days=30)
    return make.member(make.unit(world.other_ward), Role.LEADERSHIP, person, valid_from=day)


@pytest.mark.parametrize("who", ["host", "shared", "later"])
def test_who_has_rights_outside_the_ward_is_not_changed_by_its_administrator(world, sign_in, request, who):
    person, office = request.getfixturevalue(who), sign_in(world.administrator)
    before = User.objects.filter(pk=person.pk).values().get()
    shown = office.get(change(person))
    assert shown.status_code == 200
    assert 'name="email"' not in shown.content.decode()
    for values in ({"email": "toi@example.org"}, {"username": "toi"}, {"phone": "0999999999"}, {"is_active": ""}):
        assert office.post(change(person), fields(person, **values)).status_code == 403
    assert office.post(reverse("accounts:one_time_password", args=[person.pk])).status_code == 403
    assert office.post(reverse("admin:accounts_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    with pytest.raises(PermissionDenied):
        person.propose_email("toi@example.org", by=world.administrator)
    assert User.objects.filter(pk=person.pk).values().get() == before
    office.post(reverse("account_reset_password"), {"email": "toi@example.org"})
    assert mail.outbox == []


def test_a_person_of_another_ward_alone_is_nobody_here(world, sign_in):
    assert sign_in(world.administrator).get(change(world.stranger)).status_code == 302
    assert not can_change_person(world.administrator, world.stranger)


def test_who_left_the_other_ward_is_changed_here(world):
    person = make.member(world.cell, Role.UNIT_HEAD)
    make.member(make.unit(world.other_ward), Role.UNIT_HEAD, person, valid_to=today() - datetime.timedelta(days=1))
    assert can_change_person(world.administrator, person)
    for other in (world.campaign_officer, world.leadership, person):
        assert not can_change_person(other, person)


def test_a_changed_address_counts_when_the_old_one_agrees(world, sign_in, django_capture_on_commit_callbacks):
    office, head = sign_in(world.administrator), world.head
    User.objects.filter(pk=head.pk).update(email="huong@example.org")
    head.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(change(head), fields(head, email="moi@example.org")).status_code == 302
    head.refresh_from_db()
    assert (head.email, head.new_email) == ("huong@example.org", "moi@example.org")
    assert [one.to for one in mail.outbox] == [["huong@example.org"]]
    assert "moi@example.org" in mail.outbox[0].body
    assert head.history.filter(new_email="moi@example.org").exists(), "the history says it"
    Client().post(reverse("account_reset_password"), {"email": "moi@example.org"})
    assert len(mail.outbox) == 1, "no way to a password leads to an address that nobody confirmed"
    link = next(line for line in mail.outbox[0].body.splitlines() if "/email/" in line).strip()
    assert "moi@example.org" in Client().get(link).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(link, {"agree": ""})
    head.refresh_from_db()
    assert (head.email, head.new_email) == ("moi@example.org", None)
    assert Client().get(link).status_code == 404, "it serves once"
    assert mail.outbox[-1].to == ["huong@example.org"]


def test_the_old_address_may_refuse(world):
    world.head.email = "huong@example.org"
    world.head.save()
    world.head.propose_email("moi@example.org", by=world.administrator)
    link = reverse("accounts:email_answer", args=[world.head._email_token()])
    Client().post(link, {"refuse": ""})
    world.head.refresh_from_db()
    assert (world.head.email, world.head.new_email) == ("huong@example.org", None)


def test_the_person_agrees_on_the_profile_with_the_password(world, sign_in, django_capture_on_commit_callbacks):
    head = world.head
    head.email = "huong@example.org"
    head.save()
    head.propose_email("moi@example.org", by=world.administrator)
    client = sign_in(head)
    assert "moi@example.org" in client.get(reverse("accounts:profile")).content.decode()
    values = {"phone": "", "email": "moi@example.org", "password": "mat-khau-thu-123"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("accounts:profile"), values)
    head.refresh_from_db()
    assert (head.email, head.new_email) == ("moi@example.org", None)
    assert [one.to for one in mail.outbox] == [["huong@example.org"]], "the old address is told"


@pytest.mark.parametrize("mine", [True, False])
def test_a_first_address_counts_when_the_person_says_so_with_the_first_own_password(world, sign_in, mine):
    office = sign_in(world.administrator)
    values = {
        "username": "moi",
        "full_name": "Người Mới",
        "phone": "",
        "email": "moi@example.org",
        "language": "vi",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-unit": world.cell.pk,
        "memberships-0-role": Role.FIELD_MEMBER,
        "memberships-0-valid_from": "01/02/2024",
    }
    added = office.post(reverse("admin:accounts_user_add"), values)
    person = User.objects.get(username="moi")
    assert added.url == reverse("accounts:one_time_password", args=[person.pk]), "the next step after adding a person"
    assert (person.email, person.new_email) == (None, "moi@example.org")
    password = office.post(added.url).context["password"]
    client = Client()
    client.post(reverse("account_login"), {"login": "moi", "password": password})
    assert "moi@example.org" in client.get(reverse("account_change_password")).content.decode()
    own = {"password1": "hoa-gao-thang-ba", "password2": "hoa-gao-thang-ba"} | ({"is_my_email": "on"} if mine else {})
    assert client.post(reverse("account_change_password"), own).status_code == 302
    person.refresh_from_db()
    assert person.email == ("moi@example.org" if mine else None)


def test_an_address_that_went_to_somebody_else_meanwhile_is_not_taken(world, sign_in):
    head = world.head
    head.email = "huong@example.org"
    head.save()
    head.propose_email("moi@example.org", by=world.administrator)
    User.objects.filter(pk=world.neighbour.pk).update(email="MOI@example.org")
    shown = Client().post(reverse("accounts:email_answer", args=[head._email_token()]), {"agree": ""})
    assert shown.status_code == 200
    assert "người khác" in shown.content.decode()


def test_the_host_gives_the_first_administrator_of_an_empty_portal_a_one_time_password(db, sign_in):
    host = User.objects.create_superuser("host", "mat-khau-thu-123", full_name="Chủ Máy")
    first = make.user("Quản Trị Đầu")
    assert sign_in(host).post(reverse("accounts:one_time_password", args=[first.pk])).context["password"]


def test_a_password_is_changed_on_the_portals_own_page(world, sign_in):
    office = sign_in(world.administrator)
    assert office.get(reverse("admin:password_change")).url == reverse("account_change_password")


def test_rows_of_another_ward_are_no_children_of_a_form(world, sign_in):
    """Their keys, forged into an inline, change nothing."""
    theirs = Membership.objects.filter(ward=world.other_ward).first()
    values = {
        "kind": world.team.kind_id,
        "name": world.team.name,
        "slug": world.team.slug,
        "valid_from": "01/01/2020",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": theirs.pk,
        "memberships-0-unit": world.team.pk,
        "memberships-0-user": world.administrator.pk,
        "memberships-0-role": Role.RECORDS_CLERK,
        "memberships-0-valid_from": "01/01/2020",
    } | {f"{prefix}-{form}_FORMS": 0 for prefix in ("duties", "origins") for form in ("TOTAL", "INITIAL")}
    before = Membership.objects.filter(pk=theirs.pk).values().get()
    for extra in ({}, {"memberships-0-DELETE": "on"}):
        sign_in(world.administrator).post(reverse("admin:accounts_unit_change", args=[world.team.pk]), values | extra)
        assert Membership.objects.filter(pk=theirs.pk).values().get() == before
