import datetime
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog
from clearance.choices import Outreach
from clearance.models import Household, InvitationEvidence, Party
from core.files import accept
from core.models import WardModel, today
from tests import factories as build
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.world import World


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def listed(client: Client, place: dict, **query: str) -> list[int]:
    response = client.get(reverse("clearance:household_list", args=[place["project"].slug]), query)
    assert response.status_code == 200
    return [row.number for row in response.context["page"].object_list]


def test_the_list_masks_names_and_the_file_shows_them(officer: Client, place: dict) -> None:
    household = place["of_cell"][0]
    name = household.representative.name
    page = officer.get(reverse("clearance:household_list", args=[place["project"].slug])).content.decode()
    assert name not in page
    assert name in officer.get(household.get_absolute_url()).content.decode()


def test_every_reading_of_a_file_is_written_down(world: World, officer: Client, place: dict) -> None:
    household = place["of_cell"][0]
    for _twice in range(2):
        officer.get(household.get_absolute_url())
    rows = AccessLog.objects.filter(subject_type="clearance.household", subject_id=household.pk)
    assert [row.user for row in rows] == [world.clearance_officer] * 2


def _history(row: Model) -> str:
    return reverse("accounts:history_detail", args=["clearance", row._meta.model_name, row.pk])


def test_every_other_page_about_a_household_is_written_down_too(world: World, officer: Client, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    invitation = make.invitation(make.dialogue(place["project"], campaign), household)
    picture = InvitationEvidence.objects.create(ward=world.ward, invitation=invitation, **accept(photo()).fields())
    question = make.question(household, campaign, world.cell)
    visit = make.visit(household, campaign, world.cell)
    pages = {
        _history(household): "history",
        _history(household.parties.get()): "history",
        _history(household.assignments.get()): "history",
        _history(visit): "history",
        _history(question): "history",
        _history(invitation): "history",
        question.get_absolute_url(): "question",
        reverse("clearance:invitation_evidence", args=[invitation.pk, picture.pk]): "photo",
        reverse("clearance:visit_new", args=[place["project"].slug, household.number]): "address",
    }
    readings = AccessLog.objects.filter(user=world.clearance_officer, subject_type="clearance.household")
    for url, fields in pages.items():
        before = set(readings.values_list("pk", flat=True))
        response = officer.get(url)
        assert response.status_code == 200, url
        if response.streaming:
            b"".join(response.streaming_content)
        assert [(row.subject_id, row.fields) for row in readings.exclude(pk__in=before)] == [(household.pk, fields)], (
            url
        )


def test_every_row_of_a_household_says_whose_file_it_is() -> None:
    rows = {Household, Party} | {
        model
        for model in apps.get_app_config("clearance").get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Household and not model.__name__.endswith("History")
    }
    silent = [model.__name__ for model in rows if model.personal_file is WardModel.personal_file]
    assert not silent, f"give them personal_file: {silent}"


def test_a_refused_reader_leaves_no_reading(world: World, sign_in: Callable, place: dict) -> None:
    assert sign_in(world.neighbour).get(place["of_cell"][0].get_absolute_url()).status_code == 404
    assert not AccessLog.objects.exists()


def test_a_team_sees_its_households_and_counts_of_the_others(world: World, sign_in: Callable, place: dict) -> None:
    assert listed(sign_in(world.head), place) == [h.number for h in place["of_cell"]]
    assert listed(sign_in(world.field_member), place) == [place["of_team"].number]
    client = sign_in(world.head)
    response = client.get(reverse("clearance:household_list", args=[place["project"].slug]))
    assert response.context["of_others"] == 2
    page = client.get(place["project"].get_absolute_url()).content.decode()
    assert place["of_neighbour"].get_absolute_url() not in page
    for address in (place["project"].get_absolute_url(), response.request["PATH_INFO"]):
        listed_page = client.get(address).content.decode()
        assert all(f'href="{household.get_absolute_url()}"' in listed_page for household in place["of_cell"])


def test_an_ended_assignment_ends_the_sight(world: World, sign_in: Callable, place: dict) -> None:
    household = place["of_cell"][0]
    household.assign(world.other_cell, by=world.clearance_officer, campaign=world.campaign)
    assert household.number not in listed(sign_in(world.head), place)
    assert household.number in listed(sign_in(world.neighbour), place)


def test_two_who_correct_a_household_lose_nothing(officer: Client, place: dict) -> None:
    """What is changed in one window alone is kept; what is changed in both is told before it is written over."""
    household = place["of_cell"][0]
    edit = reverse("clearance:household_edit", args=[place["project"].slug, household.number])
    seen = officer.get(edit).context["form"]["seen"].value()
    sent = {"address_line": household.address_line, "residential_group": "", "arrived_on": "", "seen": seen}
    assert officer.post(edit, sent | {"address_line": "Số 3, ngõ Mới"}).status_code == 302
    assert officer.post(edit, sent | {"arrived_on": "01/02/2020"}).status_code == 302
    household.refresh_from_db()
    assert (household.address_line, household.arrived_on) == ("Số 3, ngõ Mới", datetime.date(2020, 2, 1))
    told = officer.post(edit, sent | {"address_line": "Số 9, ngõ Cũ", "arrived_on": "01/02/2020"}).content.decode()
    assert "Số 3, ngõ Mới" in told
    household.refresh_from_db()
    assert household.address_line == "Số 3, ngõ Mới"


@pytest.mark.parametrize("text", ["tran thi mau 1", "MẪU 1", "ngo 1, duong", "Ngõ 1,"])
def test_search_finds_names_and_addresses_without_marks(officer: Client, place: dict, text: str) -> None:
    assert listed(officer, place, q=text) == [place["of_cell"][0].number]


def test_search_finds_numbers(officer: Client, place: dict) -> None:
    assert place["of_team"].number in listed(officer, place, q=str(place["of_team"].number))
    assert listed(officer, place, q="không có ai như vậy") == []


def test_filters_narrow_the_list(world: World, officer: Client, place: dict) -> None:
    one, two = place["of_cell"]
    make.visit(one, world.campaign, world.cell, outcome="nobody_home")
    make.invitation(make.dialogue(place["project"], world.campaign), two, state="signed", delivered_at=make.at(-1))
    everybody = listed(officer, place)
    assert len(everybody) == 4
    assert listed(officer, place, visited="1") == [one.number]
    assert listed(officer, place, visited="0") == [n for n in everybody if n != one.number]
    assert listed(officer, place, invited="1") == [two.number]
    assert listed(officer, place, invited="0") == [n for n in everybody if n != two.number]
    assert listed(officer, place, met="1") == []
    assert listed(officer, place, outreach="in_contact") == [one.number]
    assert listed(officer, place, team=world.cell.slug) == [one.number, two.number]
    for name in ("outreach", "team", "visited", "invited", "met", "on"):
        for unknown in ("nonsense", "\x00", "a\x00b"):
            assert listed(officer, place, **{name: unknown}) == []


def test_the_team_s_round_begins_with_appointments_and_debts(world: World, sign_in: Callable, place: dict) -> None:
    one, two = place["of_cell"]
    three = make.household(place["project"], world.campaign, world.cell)
    make.visit(one, world.campaign, world.cell)
    make.visit(two, world.campaign, world.cell, follow_up_on=today())
    make.question(three, world.campaign, world.government)
    assert listed(sign_in(world.head), place) == [two.number, three.number, one.number]


def test_an_officer_adds_corrects_assigns_and_pauses(world: World, officer: Client, place: dict) -> None:
    slug = place["project"].slug
    group = build.unit(world.ward, "Tổ dân phố 7", "residential")
    sent = {"number": 77, "name": "Phạm Văn Mới", "address_line": "Ngõ 7", "residential_group": group.pk}
    new = reverse("clearance:household_new", args=[slug])
    assert officer.post(new, sent | {"team": world.cell.pk}).status_code == 302
    household = Household.objects.get(number=77)
    assert (household.representative.name, household.team) == ("Phạm Văn Mới", world.cell)
    assert "number" in officer.post(new, sent).context["form"].errors
    page = reverse("clearance:household_edit", args=[slug, 77])
    assert officer.post(page, {"address_line": "Ngõ 8"}).status_code == 302
    household = Household.objects.get(number=77)
    assert (household.representative.name, household.address_line) == ("Phạm Văn Mới", "Ngõ 8")
    officer.post(reverse("clearance:household_assign", args=[slug, 77]), {"team": world.team.pk})
    assert Household.objects.get(number=77).team == world.team
    officer.post(reverse("clearance:household_pause", args=[slug, 77]), {"reason": "Có người ốm"})
    assert Household.objects.get(number=77).outreach == Outreach.PAUSED_ON_REQUEST
    officer.post(reverse("clearance:household_resume", args=[slug, 77]))
    assert Household.objects.get(number=77).outreach == Outreach.NOT_REACHED


def test_pasted_lines_are_shown_before_they_are_saved(world: World, officer: Client, place: dict) -> None:
    build.unit(world.ward, "Tổ dân phố số 9", "residential")
    page = reverse("clearance:household_new_many", args=[place["project"].slug])
    lines = "101; Nguyễn Văn Một; Ngõ 1; to dan pho so 9\n\n102;Trần Thị Hai;Ngõ 2"
    first = officer.post(page, {"lines": lines})
    assert [new.number for new in first.context["form"].read.good] == [101, 102]
    assert not Party.objects.filter(name="Nguyễn Văn Một").exists()
    assert officer.post(page, {"lines": lines, "team": world.cell.pk, "save": "1"}).status_code == 302
    saved = Household.objects.filter(number__in=[101, 102]).order_by("number")
    assert [str(h.residential_group) for h in saved] == ["Tổ dân phố số 9", "None"]
    assert {h.team for h in saved} == {world.cell}


def test_one_bad_line_saves_none_and_each_says_why(officer: Client, place: dict) -> None:
    taken = place["of_cell"][0].number
    lines = "\n".join(
        [
            "201; Tốt; Ngõ 1",
            "không số; A; B",
            f"{taken}; A; B",
            "201; A; B",
            "202; A",
            "203; A; B; Tổ không có",
            "204; A 0912345678; B",
            "²; A; B",
        ]
    )
    page = reverse("clearance:household_new_many", args=[place["project"].slug])
    response = officer.post(page, {"lines": lines, "save": "1"})
    assert response.status_code == 200
    assert [bad.line for bad in response.context["form"].read.bad] == [2, 3, 4, 5, 6, 8]
    assert not Household.objects.filter(number=201).exists()
    assert "201; Tốt; Ngõ 1" in response.content.decode()


def test_the_first_household_begins_the_list(world: World, officer: Client) -> None:
    project = make.project(world.campaign, world.superior)
    assert "Chưa có danh sách hộ" in officer.get(project.get_absolute_url()).content.decode()
    make.household(project, world.campaign)
    project.refresh_from_db()
    assert project.has_household_list


@pytest.mark.parametrize("person", ["administrator", "campaign_officer", "records_clerk"])
def test_the_field_history_is_no_way_around(world: World, sign_in: Callable, place: dict, person: str) -> None:
    household = place["of_cell"][0]
    visit = make.visit(household, world.campaign, world.cell)
    question = make.question(household, world.campaign, world.government)
    invitation = make.invitation(make.dialogue(place["project"], world.campaign), household)
    client = sign_in(world.people[person])
    rows = [household, household.representative, household.parties.get(), household.assignments.get()]
    for row in [*rows, visit, question, invitation]:
        address = reverse("accounts:history_detail", args=["clearance", row._meta.model_name, row.pk])
        assert client.get(address).status_code == 404, row._meta.model_name
    officer = sign_in(world.clearance_officer)
    address = reverse("accounts:history_detail", args=["clearance", "party", household.representative.pk])
    assert officer.get(address).status_code == 200


def test_the_access_log_names_the_household_once_and_in_the_readers_language(
    world: World, officer: Client, place: dict, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, leader = place["of_cell"][0], sign_in(world.leadership)
    at = timezone.now().replace(second=10)
    monkeypatch.setattr(AccessLog._meta.get_field("at"), "_get_default", lambda: at)  # the minute does not turn
    for _thrice in range(3):
        officer.get(household.get_absolute_url())
        officer.get(reverse("clearance:visit_new", args=[place["project"].slug, household.number]))
    page = leader.get(reverse("accounts:access_log_list")).content.decode()
    assert page.count(f"hộ số {household.number} của {place['project']}") == 1
    assert "địa chỉ nhà" in page
    assert "họ và tên" in page
    assert f"household {household.pk}" not in page
    assert household.representative.name not in page
    assert reverse("accounts:access_log_list") in leader.get(reverse("menu")).content.decode(), "it is in the menu"


def test_a_page_with_households_is_kept_by_no_browser_and_other_pages_are(officer: Client, place: dict) -> None:
    household, slug = place["of_cell"][0], place["project"].slug
    kept_by_none = [
        household.get_absolute_url(),
        reverse("clearance:household_list", args=[slug]),
        reverse("clearance:household_edit", args=[slug, household.number]),
        reverse("clearance:visit_new", args=[slug, household.number]),
        _history(household),
    ]
    for url in kept_by_none:
        assert "no-store" in officer.get(url).headers["Cache-Control"], url
    for url in (reverse("clearance:project_list"), reverse("campaigns:task_list"), place["project"].get_absolute_url()):
        assert "no-store" not in officer.get(url).headers.get("Cache-Control", ""), url


def test_a_team_is_given_the_ticked_households_or_all_that_fit(world: World, sign_in: Callable) -> None:
    project = make.project(world.campaign, world.government, has_household_list=True)
    rows = make.households(project, world.campaign, 4)
    client = sign_in(world.clearance_officer)
    listed = f"/clearance/projects/{project.slug}/households/"
    assert "data-bulk" in client.get(listed).content.decode()
    ask = f"{listed}assign/?ticked=1&row={rows[0].pk}&row={rows[2].pk}"
    assert client.get(ask).context["count"] == 2
    assert client.post(ask, {"team": world.cell.pk}).status_code == 302
    assert [row.team for row in project.households.order_by("number")] == [world.cell, None, world.cell, None]
    assert client.post(f"{listed}assign/?ticked=1").url == f"{listed}?", "without a tick nothing is asked"
    client.post(f"{listed}assign/?ticked=1&every=1&team=none", {"team": world.other_cell.pk})
    assert {row.team for row in project.households.all()} == {world.cell, world.other_cell}
    client.post(f"{listed}assign/?ticked=1&every=1", {"team": ""})
    assert {row.team for row in project.households.all()} == {None}
    export = client.get(f"/exports/new/?list={listed}&ticked=1&row={rows[0].pk}&row={rows[1].pk}")
    assert "2 dòng" in export.content.decode()
