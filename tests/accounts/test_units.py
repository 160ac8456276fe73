"""Lists of units, people and roles; switching ward and language."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import ALLOWED, denied
from accounts.choices import Branch, Role
from accounts.management.commands import roles
from accounts.models import AccessLog, Unit, UnitSuccession, User, Ward
from tests import factories as make
from tests.world import World


def names(page) -> list[str]:
    return [unit.name for unit in page.context["page"]]


def test_units_are_found_without_marks_and_by_branch(world, sign_in):
    client, url = sign_in(world.head), reverse("accounts:unit_list")
    assert names(client.get(url, {"q": "CHI BO"})) == ["Chi bộ 7", "Chi bộ 8"]
    assert names(client.get(url, {"branch": Branch.FRONT})) == ["Mặt trận Tổ quốc phường"]
    assert "Không có đơn vị nào" in client.get(url, {"q": "xyz"}).content.decode()
    assert client.get(url, {"branch": "no-such"}).status_code == 200


def test_the_list_of_units_costs_the_same_with_more(world, sign_in, query_baseline):
    def add_rows():
        for _n in range(10):
            make.member(make.unit(world.ward, parent=world.committee))

    client = sign_in(world.campaign_officer)
    query_baseline.check("unit_list", client, reverse("accounts:unit_list"))
    query_baseline.assert_flat(client, reverse("accounts:unit_list"), add_rows)


def test_a_unit_shows_people_terms_duties_and_its_origins(world, sign_in, query_baseline):
    former = make.unit(world.other_ward, "Chi bộ phường cũ")
    UnitSuccession.objects.create(ward=world.ward, predecessor=former, successor=world.committee, on="2024-01-01")
    client = sign_in(world.head)
    url = reverse("accounts:unit_about", args=[world.committee.slug])
    page = query_baseline.check("unit_about", client, url).content.decode()
    for words in (
        world.leadership.full_name,
        str(Role.LEADERSHIP.label),
        "Chi bộ phường cũ",
        "Phường Khác",
        "Chi bộ 7",
    ):
        assert words in page

    def add_rows():
        for _n in range(10):
            make.member(world.committee, Role.FIELD_MEMBER)
            make.unit(world.ward, parent=world.committee)

    query_baseline.assert_flat(client, url, add_rows)


def test_the_administrator_gives_passwords_from_the_units_page(world, sign_in):
    url = reverse("accounts:unit_about", args=[world.cell.slug])
    link = reverse("accounts:person_sign_in", args=[world.head.pk])
    assert link in sign_in(world.administrator).get(url).content.decode()
    assert link not in sign_in(world.neighbour).get(url).content.decode()


def test_my_unit_is_one_or_a_choice(world, sign_in):
    client, url = sign_in(world.head), reverse("accounts:unit_mine")
    assert client.get(url).url == world.cell.get_absolute_url()
    make.member(world.team, Role.UNIT_HEAD, world.head)
    page = client.get(url)
    assert {unit.name for unit in page.context["units"]} == {"Chi bộ 7", "Tổ dân vận số 1"}


def test_the_ward_is_switched(world, sign_in):
    make.member(make.unit(world.other_ward), Role.UNIT_HEAD, world.head)
    client = sign_in(world.head)
    assert "Phường Khác" in client.get(reverse("accounts:profile")).content.decode()
    client.post(reverse("accounts:ward_switch"), {"ward": world.other_ward.pk})
    assert client.get(reverse("accounts:unit_list")).wsgi_request.ward == world.other_ward


@pytest.mark.parametrize("asked", ["", "x", "0", "-1"])
def test_no_other_ward_is_entered(world, sign_in, asked):
    client = sign_in(world.head)
    assert client.post(reverse("accounts:ward_switch"), {"ward": asked}).status_code == 404
    assert client.post(reverse("accounts:ward_switch"), {"ward": world.other_ward.pk}).status_code == 404


def test_the_language_is_kept_with_the_person(world, sign_in, client):
    own = sign_in(world.head)
    assert "Đơn vị" in own.get(reverse("accounts:unit_list")).content.decode()
    back = own.post(reverse("accounts:language_set"), {"language": "en", "next": "/units/"})
    assert back.url == "/units/"
    assert "Kind" in own.get(reverse("accounts:unit_list")).content.decode()
    assert User.objects.get(pk=world.head.pk).language == "en"
    assert 'lang="vi"' in client.get(reverse("account_login")).content.decode()
    client.post(reverse("accounts:language_set"), {"language": "en"})
    assert 'html lang="en"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", ""])
def test_the_language_form_leads_nowhere_else(world, sign_in, target):
    answer = sign_in(world.head).post(reverse("accounts:language_set"), {"language": "xx", "next": target})
    assert answer.url == "/"
    assert User.objects.get(pk=world.head.pk).language == "vi"


def test_the_profile_keeps_phone_and_mail_with_the_password(world, sign_in):
    client, url = sign_in(world.head), reverse("accounts:profile")
    data = {"phone": "0912 345 678", "email": "huong@example.org", "password": "wrong"}
    assert client.post(url, data).status_code == 200
    assert client.post(url, data | {"phone": "abc", "password": "mat-khau-thu-123"}).status_code == 200
    assert client.post(url, data | {"password": "mat-khau-thu-123"}).status_code == 302
    world.head.refresh_from_db()
    assert (world.head.phone, world.head.email) == ("0912345678", "huong@example.org")


def test_the_access_log_is_filtered_by_person_and_day(world, sign_in, query_baseline):
    AccessLog.objects.note(user=world.leadership, subject=world.cell, reason="xem thử")
    AccessLog.objects.note(user=world.clearance_officer, subject=world.team)
    client, url = sign_in(world.administrator), reverse("accounts:access_log_list")
    assert len(query_baseline.check("access_log_list", client, url).context["page"]) == 2
    assert len(client.get(url, {"person": world.leadership.pk}).context["page"]) == 1
    assert len(client.get(url, {"day": "1/1/2020"}).context["page"]) == 0
    assert len(sign_in(world.stranger).get(url).context["page"]) == 0

    def add_rows():
        for _n in range(10):
            AccessLog.objects.note(user=make.member(world.cell, Role.FIELD_MEMBER), subject=world.team)

    query_baseline.assert_flat(client, url, add_rows)


def test_the_tree_tells_its_rules(world):
    Unit.objects.filter(pk=world.committee.pk).update(valid_to="2030-12-31")
    world.committee.refresh_from_db()
    cell = Unit.objects.get(pk=world.cell.pk)
    for change in (
        {"parent": world.front},
        {"parent": cell},
        {"parent": world.committee, "valid_to": None},
    ):
        unit = Unit.objects.get(pk=world.cell.pk)
        for name, value in change.items():
            setattr(unit, name, value)
        with pytest.raises(ValidationError) as refused:
            unit.clean()
        assert "parent" in refused.value.message_dict
    world.committee.kind = world.front.kind
    with pytest.raises(ValidationError, match="Đơn vị thuộc khối khác"):
        world.committee.clean()
    world.committee.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        world.committee.clean()
    assert "Chi bộ 7" in str(refused.value)


def test_a_loop_in_the_tree_is_told(world):
    below = make.unit(world.ward, parent=world.cell)
    world.cell.parent = below
    with pytest.raises(ValidationError):
        world.cell.clean()


def test_the_gate_shows_a_button_or_the_reason():
    page = Template('{% load people %}{% gate may "Gửi" "/x/" icon="send" %}')
    assert 'href="/x/"' in page.render(Context({"may": ALLOWED}))
    refused = page.render(Context({"may": denied("Chưa đủ hồ sơ")}))
    assert "disabled" in refused
    assert "Chưa đủ hồ sơ" in refused
    assert "href=" not in refused.replace('href="/static', "")


def test_the_history_link_is_for_those_who_may_read(world):
    page = Template("{% load people %}{% history_link row %}")
    request = RequestFactory().get("/")
    for person, shown in ((world.leadership, True), (world.head, False)):
        request.user = person
        assert ("/history/accounts/unit/" in page.render(Context({"request": request, "row": world.cell}))) is shown


def test_docs_roles_is_up_to_date():
    assert roles.TARGET.read_text(encoding="utf-8") == roles.text(), "run ./run roles"


def test_the_command_writes_the_page(tmp_path, monkeypatch, settings):
    settings.ROOT = tmp_path
    monkeypatch.setattr(roles, "TARGET", tmp_path / "docs" / "roles.md")
    call_command("roles", stdout=StringIO())
    assert (tmp_path / "docs" / "roles.md").read_text(encoding="utf-8") == roles.text()


def test_a_new_ward_starts_with_its_administrator(world, sign_in):
    operator, person = make.user(is_superuser=True), make.user("Lê Mới")
    values = {
        "name": "Phường Mới",
        "slug": "phuong-moi",
        "valid_from": "01/01/2025",
        "office": "Văn phòng",
        "administrator": person.pk,
    }
    assert sign_in(operator).post(reverse("admin:accounts_ward_add"), values).status_code == 302
    client = sign_in(person)
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(reverse("accounts:unit_list")).wsgi_request.ward == Ward.objects.get(slug="phuong-moi")


def test_a_new_person_is_saved_with_a_first_role_and_no_password(world, sign_in):
    values = {
        "username": "huong.moi",
        "full_name": "Trần Thị Hương",
        "language": "vi",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-unit": world.cell.pk,
        "memberships-0-role": Role.FIELD_MEMBER,
        "memberships-0-valid_from": "01/01/2025",
    }
    client, url = sign_in(world.administrator), reverse("admin:accounts_user_add")
    homeless = {key: value for key, value in values.items() if not key.startswith("memberships-0")}
    assert client.post(url, homeless).status_code == 200
    assert client.post(url, values).status_code == 302
    person = User.objects.get(username="huong.moi")
    assert not person.has_usable_password()
    assert person.memberships.get().given_by == world.administrator
    assert not person.is_superuser


def test_numbered_units_stand_in_the_order_of_their_numbers(world: World) -> None:
    names = [f"Tổ dân phố {n}" for n in (1, 2, 10, 101, 1010)]
    for name in reversed(names):
        make.unit(world.ward, name=name)
    found = Unit.objects.filter(name__startswith="Tổ dân phố").values_list("name", flat=True)
    assert list(found) == names


def test_the_access_log_is_narrowed_by_act_and_reason_and_never_grouped_as_a_whole(world, sign_in):
    note = AccessLog.objects.note
    for part in ("name", "photo"):
        note(user=world.leadership, subject=world.cell, fields=part)
    note(user=world.leadership, subject=world.cell, act="reveal", fields="phone", reason="Gọi hẹn")
    client, url = sign_in(world.administrator), reverse("accounts:access_log_list")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url)
    assert len(page.context["lines"]) == 2, "within a minute the parts of one file stand together"
    assert {line["parts"] for line in page.context["lines"]} == {"họ và tên, ảnh giấy ký nhận", "điện thoại"}
    log = [query["sql"] for query in asked.captured_queries if "accounts_accesslog" in query["sql"]]
    assert log
    assert not [sql for sql in log if "GROUP BY" in sql]
    for query, count in (({"act": "reveal"}, 1), ({"reason": "said"}, 1), ({"reason": "none"}, 2)):
        assert len(client.get(url, query).context["page"]) == count, query
    assert "Gọi hẹn" in client.get(url, {"reason": "said"}).content.decode()
    for role in ("administrator", "leadership"):
        assert url in sign_in(world.people[role]).get(reverse("menu")).content.decode()
