"""Setting up a ward: units, duties, people and their slips; and what is still missing."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.access import GUARDED, roles_with
from accounts.choices import DutyCode, Role
from accounts.models import AccessRequest, Duty, Membership, Unit, User, Ward
from core.models import today
from core.opening import following, steps
from tests import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

pytestmark = pytest.mark.django_db
LEADS = {"role": Role.UNIT_HEAD}


@pytest.fixture
def person(db: None) -> User:
    """The administrator of a ward that was opened a moment ago."""
    return actions.open_ward(
        name="Phường Mới", superior="", office="Văn phòng", full_name="Lê A", username="a", password="mat-khau-rieng-1"
    )


@pytest.fixture
def admin(person: User, sign_in: Callable) -> Client:
    return sign_in(person)


def left(person: User) -> dict[str, list[str]]:
    ward = Ward.objects.get()
    return {step.code: [lack.what for lack in step.lacks] for step in steps(person, ward) if step.lacks}


@pytest.mark.parametrize("page", ["units", "people"])
def test_a_list_may_come_as_a_file_too(admin: Client, page: str) -> None:
    said = admin.get(f"/opening/{page}/").content.decode()
    assert f'href="/imports/new/{page}/"' in said
    assert admin.get(f"/imports/new/{page}/").status_code == 200


# ---- what is left ------------------------------------------------------------------------------------
def test_a_ward_that_was_just_opened_lacks_everything_else(person: User) -> None:
    assert list(left(person)) == [
        "ward",
        "units",
        "duties",
        "people",
        "year",
        "fields",
        "calendar",
        "deadlines",
        "rules",
        "mail",
        "channels",
        "streets",
        "reports",
    ]


def test_a_duty_that_ends_is_missing_again(world: World) -> None:
    def duties() -> list:
        return next(step.lacks for step in steps(world.administrator, world.ward) if step.code == "duties")

    actions.set_duties(world.ward, dict.fromkeys(DutyCode.values, world.committee), by=world.administrator)
    assert not duties()
    Duty.objects.filter(code=DutyCode.RECORDS).update(valid_to=today())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert str(DutyCode.RECORDS.label) in duties()[0].what


def test_what_comes_next_is_the_first_that_is_not_done(person: User) -> None:
    found = steps(person, Ward.objects.get())
    assert following(found, "units").code == "duties"
    assert following(found, "mail").code == "channels"
    assert following(found, "channels").code == "streets"
    assert following(found, "streets").code == "reports"
    assert following(found, "reports") is None


def test_every_step_leads_to_a_page_that_opens(person: User, admin: Client) -> None:
    page = admin.get("/opening/")
    for step in page.context["steps"]:
        assert admin.get(step.address, follow=True).status_code == 200, step.code
        for lack in step.lacks:
            assert admin.get(lack.url, follow=True).status_code == 200, lack


def test_the_page_costs_the_same_however_many_units_there_are(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    client = sign_in(world.administrator)
    query_baseline.check("opening", client, "/opening/")
    query_baseline.check("opening_people", client, "/opening/people/")
    query_baseline.assert_flat(client, "/opening/", lambda: [make.unit(world.ward) for _n in range(10)])


# ---- units -------------------------------------------------------------------------------------------
def test_the_proposed_units_are_added_once_with_those_above_them(person: User, admin: Client) -> None:
    form = admin.get("/opening/units/").context["form"]
    data = {"chosen": form.fields["chosen"].initial, "count_chi-bo": "3", "count_to-dan-pho": "2"}
    admin.post("/opening/units/", data)
    units = {unit.slug: unit for unit in Unit.objects.select_related("parent", "kind")}
    assert units["chi-bo-3"].parent == units["dang-uy"]
    assert units["dang-uy"].name == "Đảng ủy phường Mới"
    assert sum(unit.branch == "association" for unit in units.values()) == 5
    assert len(units) == 1 + 10 + 3 + 2
    admin.post("/opening/units/", data | {"count_chi-bo": "4"})
    assert Unit.objects.count() == len(units) + 1


def test_other_units_are_read_from_lines_by_kind_and_by_the_unit_above(person: User, admin: Client) -> None:
    lines = "Đảng ủy phường; đảng ủy\nChi bộ Trường học\tChi bộ\tĐảng ủy phường".replace("; ", "\t")
    assert admin.post("/opening/units/", {"others": lines}).status_code == 302
    assert Unit.objects.get(name="Chi bộ Trường học").parent.name == "Đảng ủy phường"


@pytest.mark.parametrize(
    "line, said",
    [
        ("Tổ dân vận số 1; Tổ công tc", "Tổ công tác"),
        ("Tổ dân vận số 1", "dấu chấm phẩy"),
        ("Chi bộ 9; Chi bộ; Đảng ủy xã khác", "Đảng ủy xã khác"),
        ("X" * 121 + "; Chi bộ", "120"),
    ],
)
def test_a_line_that_can_not_be_read_says_what_to_do_and_nothing_is_kept(admin: Client, line: str, said: str) -> None:
    page = admin.post("/opening/units/", {"others": line, "count_chi-bo": "3"})
    assert said in page.content.decode()
    assert Unit.objects.count() == 1


def test_a_duty_goes_from_one_unit_to_another_and_the_past_keeps_the_first(world: World) -> None:
    code = DutyCode.MOBILIZATION_OFFICE
    actions.set_duties(world.ward, {code: world.front}, by=world.administrator)
    yesterday = today() - datetime.timedelta(days=1)
    assert world.ward.unit_on_duty(code, today()) == world.front
    assert world.ward.unit_on_duty(code, yesterday) == world.committee
    actions.set_duties(world.ward, {code: world.government}, by=world.administrator)
    assert Duty.objects.filter(code=code).count() == 2


# ---- people ------------------------------------------------------------------------------------------
def test_a_pasted_list_becomes_people_with_roles_that_count_at_once(person: User, admin: Client) -> None:
    actions.add_units(Ward.objects.get(), [actions.NewUnit("Chi bộ 1", "chi-bo")], by=person)
    lines = "Đơn vị\tHọ và tên\tĐiện thoại\nChi bộ 1\tNguyễn Văn An\t0912 345 678\nchi bộ 1\tNgô Vân An\t"
    page = admin.post("/opening/people/", LEADS | {"lines": lines})
    assert [new.full_name for new in page.context["form"].read.good] == ["Nguyễn Văn An", "Ngô Vân An"]
    assert Membership.objects.count() == 1
    response = admin.post("/opening/people/", LEADS | {"lines": lines, "save": "1"})
    assert response["Location"] == "/people/slips/"
    assert set(User.objects.exclude(pk=person.pk).values_list("username", "phone")) == {
        ("annv", "0912345678"),
        ("annv2", None),
    }
    assert Membership.objects.filter(role=Role.UNIT_HEAD, in_force=True).count() == 2
    again = admin.post("/opening/people/", LEADS | {"lines": lines, "save": "1"})
    assert again.context["form"].read.known == 2
    assert User.objects.count() == 3


@pytest.mark.parametrize(
    "line, said",
    [
        ("Lê B; Bí thư; Chi bộ 77", "Chi bộ 7"),
        ("Lê B; Bí thư", "dấu chấm phẩy"),
        ("Lê B; Bí thư; Chi bộ 7; 12", "0912"),
        ("Lê B; Bí thư; Chi bộ 7; ; Lãnh đo", "Lãnh đạo"),
        ("X" * 101 + "; Bí thư; Chi bộ 7", "100"),
        ("Lê B; Bí thư; Chi bộ 7; ; ; thừa", "thừa ô"),
    ],
)
def test_a_person_that_can_not_be_read_is_told_by_line(world: World, sign_in: Callable, line: str, said: str) -> None:
    before = User.objects.count()
    page = sign_in(world.administrator).post("/opening/people/", LEADS | {"lines": line, "reason": "mới", "save": "1"})
    assert said in page.content.decode()
    assert User.objects.count() == before


def test_a_phone_number_of_another_ward_is_refused(world: World, sign_in: Callable) -> None:
    User.objects.filter(pk=world.stranger.pk).update(phone="0912345678")
    lines = {"lines": "Lê B; Bí thư; Chi bộ 7; 0912345678", "reason": "mới", "save": "1"}
    page = sign_in(world.administrator).post("/opening/people/", LEADS | lines)
    assert page.context["form"].read.bad


def test_where_somebody_else_can_agree_a_guarded_role_waits_and_is_asked_for_with_a_reason(
    world: World, sign_in: Callable
) -> None:
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())
    client, lines = sign_in(world.administrator), LEADS | {"lines": "Lê B; Bí thư; Chi bộ 7", "save": "1"}
    assert "reason" in client.post("/opening/people/", lines).context["form"].errors
    client.post("/opening/people/", lines | {"reason": "nhận việc từ hôm nay"})
    new = Membership.objects.get(user__full_name="Lê B")
    assert not new.in_force
    assert AccessRequest.objects.get(membership=new).reason == "nhận việc từ hôm nay"


def test_user_names_are_free_and_short() -> None:
    User.objects.create_user("annv", full_name="Nguyễn Văn An")
    assert actions.usernames(["Nguyễn Văn An", "Ngô Văn Ấn", "Đỗ", "李"]) == ["annv2", "annv3", "do", "canbo"]


# ---- slips -------------------------------------------------------------------------------------------
def test_a_slip_lets_somebody_in_once_and_is_shown_once(person: User, admin: Client) -> None:
    ward = Ward.objects.get()
    office = Unit.objects.get()
    actions.add_people(ward, [actions.NewPerson("Trần Văn Khánh", office, Role.RECORDS_CLERK)], by=person)
    new = User.objects.get(username="khanhtv")
    page = admin.post("/people/slips/", {"people": [new.pk]})
    assert "no-store" in page["Cache-Control"]
    [password] = re.findall(r'dv-slip-code">([a-z2-9-]{14})<', page.content.decode())
    assert password not in admin.get("/people/slips/").content.decode()
    assert not User.objects.waiting_for_a_slip(person).exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        client = Client()
        client.post("/login/", {"login": "khanhtv", "password": password})
        assert client.get("/landing/")["Location"] == "/password/change/"
    assert not User.objects.new_to(person).exists()


def test_a_slip_that_ended_is_missing_again(person: User) -> None:
    ward, office = Ward.objects.get(), Unit.objects.get()
    actions.add_people(ward, [actions.NewPerson("Trần Văn Khánh", office, Role.RECORDS_CLERK)], by=person)
    User.objects.get(username="khanhtv").give_one_time_password(by=person, hours=1)
    assert not User.objects.waiting_for_a_slip(person).exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert User.objects.waiting_for_a_slip(person).get().username == "khanhtv"


def test_nobody_gets_a_slip_for_an_account_that_a_second_person_has_to_agree_to(
    world: World, sign_in: Callable
) -> None:
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())
    client = sign_in(world.administrator)
    page = client.get("/people/slips/")
    guarded = set(Membership.objects.filter(role__in=roles_with(GUARDED)).values_list("user_id", flat=True))
    shown = {person.pk for person in page.context["shown"]}
    assert shown
    assert not shown & guarded
    assert world.head in page.context["asked"]
    answer = client.post("/people/slips/", {"people": [world.head.pk]})
    assert answer.context["form"].errors
    world.head.refresh_from_db()
    assert not world.head.must_change_password


def test_who_opens_the_ward_can_take_the_year_on(person: User, admin: Client) -> None:
    assert admin.get("/campaigns/new/").status_code == 403
    response = admin.post("/opening/officer/?opening=year")
    assert response["Location"] == "/campaigns/new/?opening=year"
    assert admin.get("/campaigns/new/?opening=year").status_code == 200
    days: dict[str, Any] = {"opens_on": f"01/01/{today().year}", "closes_on": f"31/12/{today().year}"}
    year = {"year": today().year, "theme": "Năm Dân vận khéo", "open": "1"} | days
    assert admin.post("/campaigns/new/?opening=year", year)["Location"] == "/models/fields/?opening=fields"
    lines = "Phát triển kinh tế; Kinh tế\nChỉnh trang; Văn hóa\nVăn nghệ; văn hóa"
    assert admin.post("/models/fields/?opening=fields", {"lines": lines})["Location"].startswith("/days-off/new/?of=")
    assert "fields" not in left(person)
