from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AccessLog
from clearance.models import Asset, Authorisation, Household, Member, Need, PartyDetails
from core import keyring
from core.models import today
from notifications.models import Event
from tests.clearance import factories as make
from tests.core.test_keyring import everything_holds
from tests.world import World


def address(name: str, household: Household) -> str:
    args = [household.project.slug, household.number]
    return reverse(f"clearance:{name}", args=args + ([household.representative.pk] if name[:5] == "party" else []))


@pytest.fixture
def household(world: World, place: dict) -> Household:
    row = place["of_cell"][0]
    facts = {"by": world.clearance_officer, "campaign": world.campaign, "household": row}
    values = {"phone": "0912345678", "identity_number": "001099000001", "permanent_address": "Số 9 phố Thử"}
    PartyDetails.of(row.representative).change(**values, **facts)
    return row


def test_an_officer_enters_what_is_then_shown_masked_alone(world: World, sign_in: Callable, place: dict) -> None:
    row, client = place["of_cell"][0], sign_in(world.clearance_officer)
    wrong = client.post(address("party_details", row), {"phone": "0912", "identity_number": "12345"}).context["form"]
    assert set(wrong.errors) == {"phone", "identity_number"}
    sent = {"phone": "+84 912 345 678", "identity_number": "001 099 000 001"}
    assert client.post(address("party_details", row), sent).status_code == 302
    page = client.get(address("household_people", row)).content.decode()
    assert "•••••••678" in page
    assert "0912345678" not in page
    assert "001099000001" not in page
    again = client.get(address("party_details", row)).content.decode()
    assert "0912345678" not in again
    assert client.post(address("party_details", row), {"permanent_address": "Số 9", "taken_away": "phone"}).url
    kept = PartyDetails.objects.get()
    assert (kept.phone.token, kept.phone_hash) == ("", "")
    assert kept.identity_number.open() == "001099000001"
    event = Event.objects.filter(kind="clearance.party.details_changed").latest("pk")
    assert event.facts == {}


def test_opening_asks_what_for_and_is_logged(world: World, sign_in: Callable, household: Household) -> None:
    client = sign_in(world.leadership)
    assert "0912345678" not in client.get(address("party_open", household)).content.decode()
    bare = client.post(address("party_open", household), {"reason": "other"})
    assert "words" in bare.context["form"].errors
    answer = client.post(address("party_open", household), {"reason": "other", "words": "Kiểm tra đơn"})
    shown = answer.content.decode()
    assert "0912345678" in shown
    assert "001099000001" in shown
    assert "no-store" in answer["Cache-Control"]
    line = AccessLog.objects.filter(act="reveal").get()
    assert (line.user, line.subject_id) == (world.leadership, household.pk)
    assert "Kiểm tra đơn" in line.reason
    log = client.get(reverse("accounts:access_log_list")).content.decode()
    assert "số định danh" in log
    assert "0912345678" not in log


def test_the_team_opens_the_phone_and_nothing_else(world: World, sign_in: Callable, household: Household) -> None:
    shown = sign_in(world.head).post(address("party_open", household), {"reason": "visit"}).content.decode()
    assert "0912345678" in shown
    assert "001099000001" not in shown
    assert "Số 9 phố" not in shown
    assert sign_in(world.neighbour).get(address("party_open", household)).status_code == 404


def test_a_household_is_found_by_the_whole_number_within_the_own_scope(
    world: World, sign_in: Callable, household: Household
) -> None:
    url = reverse("clearance:number_find")
    for person, seen in ((world.clearance_officer, True), (world.head, True), (world.neighbour, False)):
        for typed in ("0912 345 678", "001099000001"):
            page = sign_in(person).post(url, {"number": typed})
            assert bool(page.context["found"]) is seen, (person, typed)
    assert not sign_in(world.head).post(url, {"number": "345678"}).context["found"]


def test_lists_open_nothing(
    world: World, sign_in: Callable, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def note(token: str, purpose: str) -> str:
        opened.append(purpose)
        return "x" * 10

    monkeypatch.setattr(keyring, "unseal", note)
    client, slug = sign_in(world.clearance_officer), household.project.slug
    for name in ("household_list", "plot_list", "project_detail", "dialogue_list"):
        assert client.get(reverse(f"clearance:{name}", args=[slug])).status_code == 200
    assert client.get(reverse("clearance:household_list", args=[slug]) + "?q=0912345678").status_code == 200
    assert client.get(household.get_absolute_url()).status_code == 200
    assert client.post(reverse("clearance:number_find"), {"number": "0912345678"}).context["found"]
    assert not opened
    client.get(address("household_people", household))
    assert opened, "masked on the person's own page"


def test_without_the_key_the_page_says_so_and_the_rest_works(
    world: World, sign_in: Callable, household: Household, settings: object, tmp_path: object
) -> None:
    settings.KEY_RING = tmp_path / "another.json"
    client = sign_in(world.clearance_officer)
    page = client.get(address("household_people", household))
    assert "khóa mà cổng không có" in page.content.decode()
    assert client.post(address("party_open", household), {"reason": "visit"}, follow=True).status_code == 200
    assert not AccessLog.objects.filter(act="reveal").exists()
    assert client.get(address("party_details", household)).status_code == 200
    found = client.post(reverse("clearance:number_find"), {"number": "0912345678"})
    assert "không tìm được hộ theo số" in found.content.decode(), "never that nobody has the number"
    assert client.get(household.get_absolute_url()).status_code == 200
    make.visit(household, world.campaign, world.cell)


def people_url(household: Household, kind: str) -> str:
    return reverse("clearance:people_row_new", args=[household.project.slug, household.number, kind])


def test_members_authorisations_and_assets_are_written_once_and_declared_void(
    world: World, sign_in: Callable, place: dict
) -> None:
    row, client, day = place["of_cell"][0], sign_in(world.head), f"{today():%d/%m/%Y}"
    sent: dict[str, dict] = {
        "member": {"name": "Trần Thị Con", "birth_year": "2010", "relation": "con", "is_counted": "on", "on": day},
        "authorisation": {"name": "Lê Văn Thay", "paper": "215/2026", "on": day, "valid_to": day},
        "asset": {"kind": "house", "what": "Nhà hai tầng", "quantity": "80,5", "unit": "m²", "round": "2", "on": day},
    }
    wrong = {"member": {"birth_year": "2999"}, "authorisation": {"valid_to": "1/1/2020"}, "asset": {"quantity": "0"}}
    for kind, facts in sent.items():
        assert client.post(people_url(row, kind), facts | wrong[kind]).context["form"].errors, kind
        assert client.post(people_url(row, kind), facts).status_code == 302, kind
    assert client.get(people_url(row, "soul")).status_code == 404
    page = client.get(address("household_people", row)).content.decode()
    for words in ("Trần Thị Con", "sinh năm 2010", "tính hỗ trợ", "Lê Văn Thay", "Đợt 2", "Nhà hai tầng: 80,5 m²"):
        assert words in page
    member = Member.objects.get()
    void = reverse("clearance:people_row_void", args=["member", member.pk])
    assert client.post(void, {"reason": "Nhầm hộ"}).status_code == 302
    assert "Nhầm hộ" in client.get(address("household_people", row)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.update(quantity=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Authorisation.objects.update(valid_to="2000-01-01")


def test_an_authorisation_that_lapsed_is_said(world: World, sign_in: Callable, place: dict) -> None:
    row = place["of_cell"][0]
    make.people_row(row, world.campaign, "authorisation", on=make.at(-20).date(), valid_to=make.at(-1).date())
    assert "đã hết hiệu lực" in sign_in(world.head).get(address("household_people", row)).content.decode()


def test_needs_are_for_officer_and_team_alone_and_stand_nowhere_in_plain_words(
    world: World, sign_in: Callable, place: dict
) -> None:
    row, client, told = place["of_cell"][0], sign_in(world.head), "Cần xe lăn cho mẹ"
    assert client.post(people_url(row, "need"), {"text": told, "on": f"{today():%d/%m/%Y}"}).status_code == 302
    need = Need.objects.get()
    offer = reverse("clearance:need_offer", args=[need.pk])
    sent = {"text": "Mượn xe lăn", "body": "Hội Chữ thập đỏ", "on": "1/1/2020"}
    assert client.post(offer, sent).context["form"].errors
    assert client.post(offer, sent | {"on": f"{today():%d/%m/%Y}"}).status_code == 302
    url = reverse("clearance:needs_open", args=[row.project.slug, row.number])
    page = client.get(address("household_people", row)).content.decode()
    assert "Hội Chữ thập đỏ đề nghị giúp" in page
    assert told not in page + client.get(url).content.decode()
    shown = client.post(url, {"reason": "visit"}).content.decode()
    assert told in shown
    assert "Mượn xe lăn" in shown
    assert AccessLog.objects.get(act="reveal", user=world.head).fields == "needs"
    assert not [words for words in (told, "xe lăn", "Mượn xe") if everything_holds(words)]
    seen = sign_in(world.leadership).get(address("household_people", row)).content.decode()
    assert "Hoàn cảnh cần giúp" not in seen
    assert not Need.objects.visible_to(world.leadership).exists()
    assert not Need.objects.visible_to(world.neighbour).exists()


def test_a_co_owner_is_added_by_the_officer(world: World, sign_in: Callable, place: dict) -> None:
    row = place["of_cell"][0]
    url = reverse("clearance:party_new", args=[row.project.slug, row.number])
    sent = {"name": "Nguyễn Thị Đồng", "birth_year": "1960", "relation": "đồng sở hữu"}
    assert sign_in(world.clearance_officer).post(url, sent).status_code == 302
    added = row.parties.select_related("party").order_by("-pk")[0]
    assert (added.party.name, added.party.birth_year, added.relation) == tuple(
        int(value) if value.isdigit() else value for value in sent.values()
    )
