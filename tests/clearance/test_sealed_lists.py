"""Lists of households with phone, identity number and batch: the numbers are sealed in the rows, and nothing that is
kept of the list has them in plain."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.querysets import plain_phone
from clearance.imports import households as lists
from clearance.models import Household, Party, PartyDetails, ProjectBatch
from core import keyring, sealed_files
from intake.models import Batch
from tests.intake import files
from tests.world import World

pytestmark = pytest.mark.django_db
HEADINGS = ["Số hộ", "Chủ hộ", "Địa chỉ", "Đợt", "Điện thoại", "CCCD", "Tờ bản đồ", "Số thửa"]
PHONE, CARD = "0912345678", "001099012345"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.KEY_RING, settings.MEDIA_ROOT = tmp_path / "ring.json", tmp_path / "files"


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def row(number: int, *cells: Any) -> list[Any]:
    return [number, f"Nguyễn Văn Mẫu {number}", f"Số {number}, phố Thử", *cells]


def bring(client: Client, place: dict, *rows: list[Any]) -> Batch:
    return files.bring(client, "households", [HEADINGS, *rows], target=place["project"].pk)


def take(client: Client, batch: Batch) -> Batch:
    client.post(reverse("intake:batch_take", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


def told(batch: Batch) -> str:
    return " ".join(batch.messages.values_list("text", flat=True))


def on_disk(settings: Any) -> bytes:
    return b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_numbers_of_the_representative_are_sealed_and_found_again(
    client: Client, world: World, place: dict, settings: Any
) -> None:
    ProjectBatch(ward=world.ward, project=place["project"], number=2).enter(by=None, campaign=world.campaign)
    batch = bring(client, place, row(601, "Đợt 2", "0912 345 678", CARD, "12", "45"), row(601, "", "", "", "12", "46"))
    assert (batch.state, batch.wrong_count, batch.new_count) == ("checked", 0, 2), told(batch)
    kept = [str(batch.sample), told(batch), client.get(batch.get_absolute_url()).content.decode()]
    assert not [text for text in kept if CARD in text or "345678" in text or "345 678" in text]
    assert "•••" in str(batch.sample)
    assert take(client, batch).state == "done"
    file = Household.objects.get(project=place["project"], number=601)
    assert file.batch.number == 2
    details = PartyDetails.objects.get(party=file.representative)
    assert (details.phone.open(), details.identity_number.open()) == (PHONE, CARD)
    assert not details.permanent_address
    for number in ("0912.345.678", CARD):
        found = client.post(reverse("clearance:number_find"), {"number": number})
        assert "601" in found.content.decode()
    page = client.get(f"{file.get_absolute_url()}people/").content.decode()
    assert "678" in page
    assert PHONE not in page


def test_the_file_that_waits_lies_sealed_and_is_read_by_the_ring_alone(
    client: Client, place: dict, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    rows = [HEADINGS, row(602, "", PHONE, CARD, "", "")]
    text = "\n".join(";".join(map(str, cells)) for cells in rows).encode()
    client.post(
        reverse("intake:batch_new", args=["households"]) + f"?for={place['project'].pk}",
        {"file": files.upload(text, "ho.csv")},
    )
    batch = Batch.objects.latest("pk")
    assert CARD.encode() in batch.file.open("rb").read()
    assert CARD.encode() not in on_disk(settings)
    path = Path(batch.file.path)
    assert path in sealed_files.sealed_files()
    assert path.stat().st_mode & 0o077 == 0
    before = keyring.ring()[0].name
    call_command("rotate_keys")
    assert sealed_files.key_of(path) == keyring.ring()[0].name != before
    call_command("rotate_keys", "--forget")
    assert CARD.encode() in Batch.objects.get(pk=batch.pk).file.open("rb").read()
    with django_capture_on_commit_callbacks(execute=True):
        assert take(client, batch).state == "done"
    assert not path.exists()


def test_without_the_key_the_list_says_so_and_is_left(client: Client, place: dict, settings: Any) -> None:
    batch = bring(client, place, row(603, "", PHONE, CARD, "", ""))
    assert batch.new_count == 1
    ring = settings.KEY_RING.read_bytes()
    os.unlink(settings.KEY_RING)
    try:
        for name in ("batch_take", "batch_check"):
            answer = client.post(reverse(f"intake:{name}", args=[batch.pk]), follow=True)
            said = " ".join(map(str, answer.context["messages"]))
            assert "khóa" in said
            batch.refresh_from_db()
        assert "khóa" in client.get(reverse("intake:batch_ask", args=[batch.pk]), follow=True).content.decode()
        client.post(reverse("intake:batch_cancel", args=[batch.pk]))
    finally:
        settings.KEY_RING.write_bytes(ring)
    batch.refresh_from_db()
    assert batch.state == "cancelled"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("", "12", ""), "điện thoại"),
        (("", "", "00109901234"), "12 chữ số"),
        (("9", "", ""), "đợt 9"),
        (("một", "", ""), "số của đợt"),
    ],
)
def test_what_is_wrong_is_told_without_the_number(client: Client, place: dict, cells: tuple, said: str) -> None:
    batch = bring(client, place, row(604, *cells, "", ""))
    assert batch.wrong_count == 1
    assert said in told(batch)


def test_a_number_in_the_wrong_column_does_not_stay_in_the_sentence(client: Client, place: dict) -> None:
    batch = bring(client, place, [CARD, "Lê Thị Mẫu", "Số 1", "", "", "", "", ""])
    assert batch.wrong_count == 1
    assert "•••" in told(batch)
    assert CARD not in told(batch)


def test_rows_of_one_household_say_the_same_numbers(client: Client, place: dict) -> None:
    first, second = row(605, "", PHONE, "", "12", "45"), row(605, "", "0912345679", "", "12", "46")
    assert bring(client, place, first, second).wrong_count == 1


def test_a_household_that_is_there_keeps_its_numbers_and_that_is_said(client: Client, place: dict) -> None:
    take(client, bring(client, place, row(606, "", PHONE, CARD, "", "")))
    again = bring(client, place, row(606, "", PHONE, CARD, "", ""))
    assert (again.known_count, again.messages.count()) == (1, 0)
    other = bring(client, place, row(606, "", "0912345679", CARD, "", ""))
    assert (other.known_count, other.wrong_count) == (1, 0)
    assert "số khác" in told(other)


@pytest.mark.django_db(transaction=True)
def test_a_list_is_taken_back_with_the_sealed_numbers_until_somebody_changes_them(
    client: Client, world: World, place: dict
) -> None:
    one = take(client, bring(client, place, row(607, "", PHONE, CARD, "", "")))
    client.post(reverse("intake:batch_take_back", args=[one.pk]))
    assert not PartyDetails.objects.exists()
    assert not Party.objects.filter(name__contains="607").exists()
    two = take(client, bring(client, place, row(608, "", PHONE, "", "", "")))
    file = Household.objects.get(project=place["project"], number=608)
    details = PartyDetails.of(file.representative)
    details.change(by=world.clearance_officer, campaign=world.campaign, household=file, phone="0912345670")
    answer = client.post(reverse("intake:batch_take_back", args=[two.pk]), follow=True)
    said = " ".join(map(str, answer.context["messages"]))
    assert "đã có dữ liệu khác" in said
    assert Household.objects.filter(project=place["project"], number=608).exists()


@given(st.integers(min_value=1_000_000_000, max_value=96_999_999_999).map(lambda n: f"{n:012}"))
def test_zeros_that_a_spreadsheet_drops_are_put_back(card: str) -> None:
    assert lists._identity(float(int(card))) == lists._identity(card) == card


@given(st.integers(min_value=900_000_000, max_value=999_999_999))
def test_a_phone_is_read_as_a_number_or_as_text(number: int) -> None:
    assert lists._phone(float(number)) == lists._phone(f"0{number}") == plain_phone(f"+84 {number}")
