"""Lists of units and people that come in as files."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Unit, User
from intake.models import Batch
from tests import factories as make
from tests.intake import files
from tests.world import World

UNITS = ["Tên đơn vị", "Loại", "Trực thuộc"]
HEAD, SUPERVISOR = str(Role.UNIT_HEAD.label), str(Role.SUPERVISOR.label)
PEOPLE = ["Họ và tên", "Đơn vị", "Vai trò", "Chức vụ", "Điện thoại"]


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.administrator)


def bring(client: Client, code: str, rows: list) -> Batch:
    answer = client.post(reverse("intake:batch_new", args=[code]), {"file": files.upload(files.xlsx(rows))})
    assert answer.status_code == 302, answer.context["form"].errors
    batch = Batch.objects.latest("pk")
    assert batch.state == "checked"
    return batch


def take(client: Client, batch: Batch, act: str = "batch_take") -> Batch:
    client.post(reverse(f"intake:{act}", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


def told(batch: Batch) -> dict[int, str]:
    return {message.row: message.text for message in batch.messages.all()}


def test_units_come_in_with_those_above_them_wherever_they_stand(client: Client, world: World) -> None:
    kind = str(world.cell.kind)
    rows = [UNITS, ["Chi bộ 21", kind, "Đảng bộ bộ phận A"], ["Đảng bộ bộ phận A", kind, "dang uy phuong"]]
    batch = take(client, bring(client, "units", rows))
    assert batch.state == "done"
    below = Unit.objects.get(ward=world.ward, name="Chi bộ 21")
    assert (below.parent.name, below.parent.parent) == ("Đảng bộ bộ phận A", world.committee)
    again = bring(client, "units", rows)
    assert (again.known_count, again.new_count) == (2, 0)
    make.member(below, "unit_head")
    assert take(client, batch, "batch_take_back").state == "done", "somebody has a seat there"
    Membership.objects.filter(unit=below).delete()
    assert take(client, batch, "batch_take_back").state == "withdrawn"
    assert not Unit.objects.filter(ward=world.ward, name__in=["Chi bộ 21", "Đảng bộ bộ phận A"]).exists()


def test_what_does_not_fit_the_tree_is_told(client: Client, world: World) -> None:
    kind, team = str(world.cell.kind), str(world.team.kind)
    rows = [
        UNITS,
        ["Chi bộ 31", "Không có loại này", ""],
        ["Chi bộ 32", kind, "Chi bộ 77"],
        ["Tổ 33", team, "Chi bộ 7"],
        ["Chi bộ 7", team, ""],
        ["Chi bộ 34", kind, "Chi bộ 35"],
        ["Chi bộ 35", kind, "Chi bộ 34"],
        ["chi bo 34", kind, ""],
    ]
    said = told(bring(client, "units", rows))
    assert sorted(said) == [2, 3, 4, 5, 6, 7, 8]
    assert "Chi bộ 7”?" in said[3]
    assert "khối khác" in said[4]


def test_people_get_accounts_and_roles_and_nobody_twice(client: Client, world: World) -> None:
    rows = [
        PEOPLE,
        ["Nguyễn Văn An", "chi bo 7", HEAD, "Bí thư", 912345678],
        ["Lê Thị Hoa", "Chi bộ 8", SUPERVISOR, "", "0912 345 679"],
    ]
    batch = take(client, bring(client, "people", rows))
    assert batch.state == "done"
    an = User.objects.get(full_name="Nguyễn Văn An")
    assert an.phone == "0912345678", "the zero that a spreadsheet dropped"
    assert an.memberships.get().unit == world.cell
    assert bring(client, "people", rows).known_count == 2
    page = client.get(batch.get_absolute_url()).content.decode()
    assert reverse("accounts:slips") in page


def test_people_of_a_list_are_taken_back_until_one_has_signed_in(client: Client, world: World) -> None:
    rows = [PEOPLE, ["Lê Thị Hoa", "Chi bộ 8", SUPERVISOR, "", ""]]
    rows.append(["Lê Văn Bình", "Chi bộ 8", HEAD, "", ""])
    batch = take(client, bring(client, "people", rows))
    User.objects.filter(full_name="Lê Thị Hoa").update(last_login=timezone.now())
    assert take(client, batch, "batch_take_back").state == "done"
    User.objects.filter(full_name="Lê Thị Hoa").update(last_login=None)
    assert take(client, batch, "batch_take_back").state == "withdrawn"
    assert not User.objects.filter(full_name="Lê Thị Hoa").exists()
    for left in Membership.objects.filter(user__full_name="Lê Văn Bình"):
        assert not left.in_force
        assert not left.user.is_active


def test_a_phone_number_is_of_one_person(client: Client, world: World) -> None:
    world.head.phone = "0912345678"
    world.head.save()
    role = SUPERVISOR
    rows = [PEOPLE, ["Lê Thị Hoa", "Chi bộ 8", role, "", "0912345678"], ["Lê A", "Chi bộ 8", role, "", "091"]]
    said = told(bring(client, "people", rows))
    assert "Số điện thoại ••• đã là của người khác" in said[2], "the row says which; a number is in no kept sentence"
    assert "0912 345 678" in said[3]


@pytest.mark.parametrize("person", ["clearance_officer", "leadership", "head"])
def test_who_keeps_no_units_and_people_brings_no_list_of_them(world: World, sign_in: Callable, person: str) -> None:
    for code in ("units", "people"):
        for page in ("batch_new", "template"):
            assert sign_in(world.people[person]).get(reverse(f"intake:{page}", args=[code])).status_code == 403
