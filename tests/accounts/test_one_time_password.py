"""A password read out by the administrator: once, for a day, and only to choose another."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import can_reset_password
from accounts.choices import Role
from accounts.models import User
from tests import factories as make

NEW = {"password1": "hoa-gao-thang-ba", "password2": "hoa-gao-thang-ba"}


def enter(person: User, password: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": password})
    return client


def test_it_is_shown_once_and_opens_only_the_page_that_changes_it(world, sign_in):
    office = sign_in(world.administrator)
    url = reverse("accounts:one_time_password", args=[world.head.pk])
    shown = office.post(url)
    password = shown.context["password"]
    assert password in shown.content.decode()
    assert password not in office.get(url).content.decode()
    client = enter(world.head, password)
    for page in ("accounts:profile", "accounts:unit_list", "usersessions_list"):
        assert client.get(reverse(page)).url == reverse("account_change_password")
    change = client.get(reverse("account_change_password"))
    assert "oldpassword" not in change.context["form"].fields
    assert client.post(reverse("account_change_password"), NEW).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200
    world.head.refresh_from_db()
    assert (world.head.must_change_password, world.head.one_time_until) == (False, None)


def test_it_can_not_be_kept(world):
    password = world.head.give_one_time_password(by=world.administrator)
    client = enter(world.head, password)
    kept = {"password1": password, "password2": password}
    assert client.post(reverse("account_change_password"), kept).status_code == 200
    assert User.objects.get(pk=world.head.pk).must_change_password


def test_it_ends_after_a_day(world):
    password = world.head.give_one_time_password(by=world.administrator)
    User.objects.filter(pk=world.head.pk).update(one_time_until=timezone.now() - datetime.timedelta(minutes=1))
    assert "_auth_user_id" not in enter(world.head, password).session


def test_it_ends_the_sessions_of_the_person(world, sign_in):
    client = sign_in(world.head)
    world.head.give_one_time_password(by=world.administrator)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_who_may_not_is_refused_by_the_verb_too(world):
    with pytest.raises(PermissionDenied):
        world.head.give_one_time_password(by=world.campaign_officer)


def test_nobody_gives_it_to_oneself_or_across_wards(world):
    assert not can_reset_password(world.administrator, world.administrator)
    make.member(make.unit(world.other_ward), Role.UNIT_HEAD, world.head)
    assert "ngoài phường" in can_reset_password(world.administrator, world.head).reason
    operator = make.user(is_superuser=True)
    assert can_reset_password(operator, world.head)
    assert not can_reset_password(world.administrator, operator)


def test_the_database_refuses_an_end_without_the_duty_to_change(world):
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=world.head.pk).update(one_time_until=timezone.now())
