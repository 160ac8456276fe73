"""A role that opens household files, and a new way to sign in with one, by a second person's yes only."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.choices import Exemption, RequestKind, RequestState, Role
from accounts.models import AccessRequest, Membership, User
from accounts.seats import Seats
from core.models import StateChanged, today
from notifications.engine import dispatch
from notifications.models import Event, Message
from notifications.registry import get_words
from tests import factories as make
from tests.clearance.factories import household, project


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


@pytest.fixture
def asked(world):
    """A ward with household files, in which the leadership has signed in."""
    household(project(world.campaign, world.government), world.campaign)
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())
    world.leadership.refresh_from_db()
    return world


def colleague(world):
    """Somebody of the ward who opens no file."""
    return make.member(world.committee, Role.GRIEVANCE_OFFICER, make.user("Lê Thị Mới"))


def seat(world, person, role=Role.CLEARANCE_OFFICER, **fields):
    unit = fields.pop("unit", world.committee)
    return Membership(ward=world.ward, unit=unit, user=person, role=role, valid_from=today(), **fields)


def given(world, person, role=Role.CLEARANCE_OFFICER, **fields):
    row = seat(world, person, role, **fields)
    row.give(by=world.administrator, reason="thay người")
    return row


def may(person, permission=Permission.HOUSEHOLD_READ):
    return bool(access.can(User.objects.get(pk=person.pk), permission))


def add(office, world, person, role, **fields):
    values = {"user": person.pk, "unit": world.committee.pk, "role": role, "valid_from": "01/02/2024"}
    return office.post(reverse("admin:accounts_membership_add"), values | fields)


# ---- roles ---------------------------------------------------------------------------------------
def test_every_role_that_opens_files_gives_roles_or_says_yes_is_guarded():
    guarded = set(access.roles_with(access.GUARDED))
    for role in Role:
        held = set(access.permissions_of(role))
        opens = {
            Permission.HOUSEHOLD_READ,
            Permission.USER_MANAGE,
            Permission.ACCESS_CONFIRM,
            Permission.GRIEVANCE_KEEP,
        }
        assert (role in guarded) == bool(held & opens), role


def test_a_role_that_opens_files_counts_from_the_yes_on(asked, sign_in):
    person = colleague(asked)
    office = sign_in(asked.administrator)
    assert add(office, asked, person, Role.CLEARANCE_OFFICER).status_code == 200, "without a reason nobody is asked"
    assert add(office, asked, person, Role.CLEARANCE_OFFICER, history_reason="thay người nghỉ").status_code == 302
    row = person.memberships.get(role=Role.CLEARANCE_OFFICER)
    request = row.request
    assert (row.in_force, request.state, row.given_by) == (False, RequestState.WAITING, asked.administrator)
    assert not may(person)
    page = sign_in(asked.leadership).post(url("access_request_agree", request.pk), {"note": ""})
    assert page.url == request.get_absolute_url()
    row.refresh_from_db()
    assert row.in_force
    assert may(person)
    kinds = ["accounts.access.asked", "accounts.access.agreed"]
    assert list(Event.objects.about(request).order_by("pk").values_list("kind", flat=True)) == kinds


def test_a_role_without_files_counts_at_once(asked, sign_in):
    person = colleague(asked)
    assert add(sign_in(asked.administrator), asked, person, Role.RECORDS_CLERK).status_code == 302
    assert may(person, Permission.DOCUMENT_EDIT)
    assert not AccessRequest.objects.exists()


def test_the_inlines_of_a_unit_and_of_a_person_ask_too(asked, sign_in):
    person, office = colleague(asked), sign_in(asked.administrator)
    rows = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": person.pk,
        "memberships-0-role": Role.FIELD_MEMBER,
        "memberships-0-valid_from": "01/02/2024",
    }
    for prefix in ("duties", "origins"):
        rows |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    unit = {"kind": asked.team.kind_id, "name": asked.team.name, "slug": asked.team.slug, "valid_from": "01/01/2020"}
    change = reverse("admin:accounts_unit_change", args=[asked.team.pk])
    rows |= {"memberships-0-unit": asked.team.pk}
    assert office.post(change, unit | rows).status_code == 200
    assert person.memberships.count() == 1
    assert office.post(change, unit | rows | {"memberships-0-why": "vào tổ"}).status_code == 302
    row = person.memberships.get(role=Role.FIELD_MEMBER)
    assert (row.in_force, row.request.reason) == (False, "vào tổ")
    assert not may(person)


def test_a_stored_membership_is_never_turned_into_one_that_opens_files(asked, sign_in):
    office, clerk = sign_in(asked.administrator), asked.people[Role.RECORDS_CLERK]
    row = clerk.memberships.get()
    values = {"user": clerk.pk, "unit": row.unit_id, "role": row.role, "valid_from": "01/01/2020"}
    change = reverse("admin:accounts_membership_change", args=[row.pk])
    for other in ({"role": Role.CLEARANCE_OFFICER}, {"role": Role.ADMINISTRATOR}):
        assert office.post(change, values | other | {"history_reason": "x"}).status_code == 200
    officer = Membership.objects.get(user=asked.clearance_officer)
    Membership.objects.filter(pk=officer.pk).update(valid_to="2023-01-01")
    change = reverse("admin:accounts_membership_change", args=[officer.pk])
    values |= {"user": clerk.pk, "role": officer.role, "valid_to": "01/01/2023"}
    assert office.post(change, values).status_code == 200, "another person"
    values |= {"user": asked.clearance_officer.pk}
    assert office.post(change, values | {"valid_to": ""}).status_code == 200, "open again"
    assert office.post(change, values | {"unit": asked.team.pk}).status_code == 200, "another team"
    assert office.post(change, values | {"valid_to": "01/06/2022"}).status_code == 302, "it ends earlier"
    assert may(clerk, Permission.DOCUMENT_EDIT)
    assert not may(clerk)


def test_neither_who_asked_nor_whom_it_is_for_agrees(asked, sign_in):
    request = given(asked, asked.leadership, Role.CLEARANCE_OFFICER).request
    for who in (asked.administrator, asked.leadership):
        assert sign_in(who).post(url("access_request_agree", request.pk)).status_code == 403
        with pytest.raises(PermissionDenied):
            request.agree(by=who)
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessRequest.objects.filter(pk=request.pk).update(
                state=RequestState.DONE, decided_by=who, decided_at=timezone.now()
            )
    second = make.member(asked.committee, Role.ADMINISTRATOR)
    request.agree(by=second)
    assert Membership.objects.get(pk=request.membership_id).in_force


def test_the_database_knows_no_yes_without_a_second_person(asked):
    request = given(asked, make.user()).request
    for state in (RequestState.DONE, RequestState.AGREED, RequestState.REFUSED):
        with pytest.raises(IntegrityError, match="accounts_accessrequest_yes"), transaction.atomic():
            AccessRequest.objects.filter(pk=request.pk).update(state=state)


def test_what_was_refused_withdrawn_or_lapsed_never_counts(asked):
    rows = [given(asked, make.user()) for _n in range(3)]
    rows[0].request.refuse(by=asked.leadership, note="không rõ người này")
    rows[1].request.withdraw(by=asked.administrator)
    AccessRequest.objects.filter(pk=rows[2].request.pk).update(expires_at=timezone.now())
    for row in rows:
        late = AccessRequest.objects.get(membership=row)
        with pytest.raises((StateChanged, ValidationError)):
            late.agree(by=asked.leadership)
        assert not may(row.user)
    given(asked, rows[0].user).request.agree(by=asked.leadership)
    assert may(rows[0].user), "it can be asked again"


def test_a_seat_that_waits_is_nobodys_seat(asked):
    person = given(asked, make.user(), Role.UNIT_HEAD, unit=asked.cell).user
    assert person not in access_seats(asked, Permission.TASK_REPORT)
    assert asked.cell.pk not in access.grants(User.objects.get(pk=person.pk)).unit_ids


def access_seats(world, permission):
    return Seats(world.ward.pk).in_units(permission, [world.cell.pk])


# ---- the first hour ------------------------------------------------------------------------------
def test_in_an_empty_ward_the_first_administrator_gives_roles_at_once_and_it_is_said(world):
    leader = make.user("Bí Thư Mới")
    row = given(world, leader, Role.LEADERSHIP)
    assert (row.in_force, row.request.exemption, row.request.decided_by) == (True, Exemption.NOBODY, None)
    assert leader.give_one_time_password(by=world.administrator), "who has never signed in can not be asked"
    request = leader.access_requests.get(kind=RequestKind.PASSWORD)
    assert request.exemption == Exemption.NOBODY


def test_but_not_to_himself_nor_once_somebody_can_be_asked_nor_once_there_are_files(world):
    assert not given(world, world.administrator).in_force
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())
    assert not given(world, make.user()).in_force
    User.objects.filter(pk=world.leadership.pk).update(last_login=None)
    assert given(world, make.user()).in_force
    household(project(world.campaign, world.government), world.campaign)
    assert not given(world, make.user()).in_force


def test_whoever_takes_the_last_one_away_who_could_agree_gets_nothing(asked):
    Membership.objects.filter(role=Role.LEADERSHIP, ward=asked.ward).update(
        valid_to=today() - datetime.timedelta(days=1)
    )
    row = given(asked, make.user())
    assert not row.in_force


def test_where_nobody_is_left_the_operator_of_the_host_agrees(asked, sign_in):
    Membership.objects.filter(role=Role.LEADERSHIP, ward=asked.ward).delete()
    row = given(asked, make.user(), Role.LEADERSHIP)
    shown = sign_in(asked.administrator).get(row.request.get_absolute_url()).content.decode()
    assert "máy chủ" in shown
    host = sign_in(User.objects.create_superuser("host", "mat-khau-thu-123", full_name="Chủ Máy"))
    act = {"action": "agree", "_selected_action": row.request.pk}
    assert host.post(reverse("admin:accounts_accessrequest_changelist"), act).status_code == 302
    row.refresh_from_db()
    assert row.in_force
    again = given(asked, make.user())
    act["_selected_action"] = again.request.pk
    sign_in(asked.administrator).post(reverse("admin:accounts_accessrequest_changelist"), act)
    again.refresh_from_db()
    assert not again.in_force, "the administrator has no such action"


# ---- ways into an account ------------------------------------------------------------------------
def test_a_one_time_password_of_who_reads_files_waits_for_a_yes_and_serves_once(asked, sign_in):
    office, officer = sign_in(asked.administrator), asked.clearance_officer
    before = User.objects.get(pk=officer.pk).password
    page = url("one_time_password", officer.pk)
    for answer in (office.get(page), office.post(page)):
        assert answer.url == url("access_request_new", officer.pk, "password")
    with pytest.raises(PermissionDenied):
        officer.give_one_time_password(by=asked.administrator)
    assert office.post(url("access_request_new", officer.pk, "password"), {"reason": ""}).status_code == 200
    made = office.post(url("access_request_new", officer.pk, "password"), {"reason": "quên mật khẩu"})
    request = officer.access_requests.get()
    assert made.url == office.post(page).url == request.get_absolute_url()
    assert User.objects.get(pk=officer.pk).password == before
    sign_in(asked.leadership).post(url("access_request_agree", request.pk), {"note": "đã gặp"})
    assert sign_in(asked.leadership).post(page).status_code == 403, "who agreed makes none"
    assert User.objects.get(pk=officer.pk).password == before
    assert office.post(page).context["password"]
    assert office.post(page).status_code == 302, "the yes has served"
    request.refresh_from_db()
    assert request.state == RequestState.DONE


def test_a_yes_is_used_within_a_day(asked):
    request = AccessRequest.ask_for("password", asked.clearance_officer, by=asked.administrator, reason="quên")
    request.agree(by=asked.leadership)
    assert request.expires_at < timezone.now() + datetime.timedelta(hours=25)
    AccessRequest.objects.filter(pk=request.pk).update(expires_at=timezone.now())
    with pytest.raises(PermissionDenied):
        asked.clearance_officer.give_one_time_password(by=asked.administrator)
    request.refresh_from_db()
    with pytest.raises(ValidationError):
        request.use(by=asked.administrator)


def test_another_administrator_is_guarded_as_readers_are(asked):
    second = make.member(asked.committee, Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        second.give_one_time_password(by=asked.administrator)


def test_who_waits_for_a_role_and_has_used_the_account_is_guarded_already(asked):
    used, fresh = make.user("Đã Dùng", last_login=timezone.now()), make.user("Chưa Dùng")
    for person in (used, fresh):
        given(asked, person)
    with pytest.raises(PermissionDenied):
        used.give_one_time_password(by=asked.administrator)
    assert fresh.give_one_time_password(by=asked.administrator), "or nobody new could ever sign in"


def test_who_reads_no_files_gets_a_way_in_at_once_and_is_told(asked, django_capture_on_commit_callbacks):
    clerk = asked.people[Role.RECORDS_CLERK]
    User.objects.filter(pk=clerk.pk).update(email="thu@example.org")
    clerk.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        assert clerk.give_one_time_password(by=asked.administrator)
    assert [one.to for one in mail.outbox] == [["thu@example.org"]]
    request = clerk.access_requests.get()
    assert (request.state, request.exemption) == (RequestState.DONE, Exemption.UNGUARDED)
    dispatch.run()
    assert Message.objects.filter(user=clerk, words="accounts.access.opened").exists()


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("kind, name", [("second_step", "second_step_off"), ("lock", "pause_lift")])
def test_a_lost_phone_and_a_pause(asked, sign_in, kind, name, guarded, django_capture_on_commit_callbacks):
    person = asked.clearance_officer if guarded else asked.people[Role.RECORDS_CLERK]
    User.objects.filter(pk=person.pk).update(email="ai@example.org")
    person.refresh_from_db()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    AccessAttempt.objects.create(username=person.username, ip_address="192.0.2.1", failures_since_start=9)

    def is_open():
        return person.sign_in_paused if kind == "lock" else person.has_second_step

    assert is_open()
    office = sign_in(asked.administrator)
    shown = office.get(url("person_sign_in", person.pk)).content.decode()
    assert url(name, person.pk) in shown
    with django_capture_on_commit_callbacks(execute=True):
        office.post(url(name, person.pk))
        if guarded:
            assert is_open(), "nobody agreed yet"
            office.post(url("access_request_new", person.pk, kind), {"reason": "mất điện thoại"})
            assert is_open()
            person.access_requests.get().agree(by=asked.leadership)
    assert not is_open()
    assert [one.to for one in mail.outbox] == [["ai@example.org"]]
    assert person.access_requests.get().state == RequestState.DONE


def test_only_the_ways_that_there_are_can_be_asked_for(asked, sign_in):
    office = sign_in(asked.administrator)
    for kind in ("role", "x"):
        assert office.get(url("access_request_new", asked.clearance_officer.pk, kind)).status_code == 404
    assert office.get(url("access_request_new", asked.administrator.pk, "password")).status_code == 403


# ---- who is told ---------------------------------------------------------------------------------
def test_those_who_may_agree_are_told_and_who_asked_hears_the_answer(asked):
    second = make.member(asked.committee, Role.ADMINISTRATOR)
    person = make.user("Lê Thị Mới")
    request = given(asked, person).request
    dispatch.run()
    told = Message.objects.filter(words="accounts.access.asked")
    assert {message.user_id for message in told} == {asked.leadership.pk, second.pk}
    request.agree(by=second)
    dispatch.run()
    assert Message.objects.filter(words="accounts.access.agreed", user=asked.administrator).exists()
    assert Message.objects.filter(words="accounts.access.opened", user=person).exists()
    wanted = get_words("accounts.access.asked").wanted
    assert not any(wanted(AccessRequest.objects.get(), one, Seats(asked.ward.pk)) for one in told), "it is no news"
