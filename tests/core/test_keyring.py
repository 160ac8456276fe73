"""The key ring: what is sealed opens by its own key alone, is sealed anew in sets, and says which key is missing."""

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from clearance.models import Household, Party, PartyDetails
from core import keyring, resealing
from core.fields import Sealed
from tests.clearance import factories as clearance
from tests.world import World


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, settings: Any) -> Path:
    settings.KEY_RING, settings.MEDIA_ROOT = tmp_path / "ring.json", tmp_path / "files"
    return settings.KEY_RING


def rotate(*arguments: str) -> str:
    said, warned = io.StringIO(), io.StringIO()
    call_command("rotate_keys", *arguments, stdout=said, stderr=warned)
    return said.getvalue() + warned.getvalue()


def fill(world: World, amount: int = 7) -> list[PartyDetails]:
    """So many persons, each with a phone that was changed once."""
    project = clearance.project(world.campaign, world.superior)
    households = clearance.households(project, world.campaign, amount, world.cell)
    for n, household in enumerate(households):
        details = PartyDetails.of(household.representative)
        facts = {"by": world.clearance_officer, "campaign": world.campaign, "household": household}
        details.change(phone=f"09120000{n:02}", permanent_address=f"Số {n}, phố Thử", **facts)
        details.change(phone=f"09129999{n:02}", **facts)
    return list(PartyDetails.objects.order_by("pk"))


def test_the_ring_is_made_once_and_is_nobody_else_s_to_read(ring: Path) -> None:
    (key,) = keyring.ring()
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600
    assert keyring.ring() == (key,)
    token = keyring.seal("0912345678", "phone")
    assert keyring.name_in(token) == key.name
    assert "0912345678" not in token
    assert keyring.unseal(token, "phone") == "0912345678"
    assert keyring.seal("0912345678", "phone") != token, "each sealing differs"
    with pytest.raises(keyring.KeyMissing):
        keyring.unseal(token, "identity_number")
    assert (keyring.seal("", "phone"), keyring.unseal("", "phone"), keyring.hashes("", "phone")) == ("", "", [])
    ring.write_text("{")
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        keyring.ring()


def test_a_sealed_value_prints_as_dots(ring: Path) -> None:
    value = Sealed(keyring.seal("0912345678", "phone"), "phone", 3)
    assert (str(value), f"{value}", repr(value)) == ("•••", "•••", "<Sealed phone>")
    assert (value.masked, value.open()) == ("•••••••678", "0912345678")
    short = Sealed(keyring.seal("12345", "phone"), "phone", 3)
    assert "5" not in short.masked, "of a short one half would be shown"
    ring.unlink()
    assert not value.is_readable
    assert value.masked == "•••"


def test_nothing_in_the_database_is_plain_and_a_number_is_found_by_its_hash(world: World, ring: Path) -> None:
    fill(world)
    numbers = ["0912000003", "0912999903", "912999903", "Số 3, phố Thử"]
    assert not [number for number in numbers if everything_holds(number)]
    rows = Household.objects.filter(ward=world.ward)
    assert PartyDetails.objects.numbered("+84 912 999 903", world.ward.pk).count() == 1
    assert not PartyDetails.objects.numbered("0912999903", world.other_ward.pk).exists()
    assert not PartyDetails.objects.numbered("09129999", world.ward.pk).exists(), "the whole number alone"
    assert PartyDetails.history.rel.related_model.objects.count() == 3 * 7 - 7
    assert rows.count() == 7


def everything_holds(text: str) -> bool:
    """Whether any row of any table has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                return True
    return False


def test_all_is_sealed_anew_and_the_former_key_is_taken_out(world: World, ring: Path) -> None:
    rows = fill(world)
    (old,) = keyring.ring()
    histories = PartyDetails.history.rel.related_model.objects
    before = histories.count()
    assert "values are sealed anew" in rotate()
    new = keyring.ring()[0]
    assert set(resealing.in_use()) == {new.name}
    assert histories.count() == before, "that a value was sealed anew is no change of it"
    assert [row.phone.open() for row in PartyDetails.objects.order_by("pk")] == [row.phone.open() for row in rows]
    assert "0912000000" in {row.phone.open() for row in histories.all()}
    assert PartyDetails.objects.numbered("0912999901", world.ward.pk).count() == 1
    assert old.name in rotate("--forget")
    assert keyring.ring() == (new,)
    assert PartyDetails.objects.first().phone.is_readable


def test_a_key_that_is_still_needed_stays(world: World, ring: Path) -> None:
    fill(world, 1)
    old = keyring.ring()[0]
    keyring.add_key()
    with pytest.raises(CommandError, match=old.name):
        rotate("--forget")
    assert old in keyring.ring()
    assert "Going on" in rotate(), "no second new key for one rotation"
    assert len(keyring.ring()) == 2


def test_without_the_key_it_is_said_and_the_ring_that_was_kept_is_taken_over(
    world: World, ring: Path, tmp_path: Path
) -> None:
    row = fill(world, 1)[0]
    kept = tmp_path / "kept.json"
    ring.rename(kept)
    lost = json.loads(kept.read_text())[0]["name"]
    row.refresh_from_db()
    assert not row.is_readable
    with pytest.raises(keyring.KeyMissing):
        row.phone.open()
    assert lost in resealing.missing_words()
    assert lost in rotate(), "what can not be opened stays as it is"
    row.save()  # neither value nor hash is lost by saving the rest
    assert PartyDetails.objects.get().phone == row.phone
    assert lost in rotate("--take", str(kept))
    assert PartyDetails.objects.get().phone.open() == "0912999900"
    assert resealing.missing_words() == ""
    with pytest.raises(CommandError):
        rotate("--take", str(tmp_path / "absent"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_rotation_that_is_killed_goes_on_where_it_was(world: World, settings: Any) -> None:
    plain = [row.phone.open() for row in fill(world)]
    old = keyring.ring()[0].name
    url = urlsplit(os.environ["DATABASE_URL"])
    own = {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{settings.DATABASES['default']['NAME']}")),
        "PORTAL_VAR": str(settings.VAR),
        "PORTAL_KEY_RING": str(settings.KEY_RING),
    }
    command = [sys.executable, "-m", "tests.core.resealer"]
    process = subprocess.Popen(
        command, env=os.environ | own, cwd=settings.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert any(line.strip() == "set" for line in process.stdout)
    finally:
        process.kill()
        process.communicate()
    half = resealing.in_use()
    assert half[keyring.ring()[0].name] == 3
    assert half[old] > 3
    assert [row.phone.open() for row in PartyDetails.objects.order_by("pk")] == plain, "both keys open their own"
    assert PartyDetails.objects.numbered(plain[6], world.ward.pk).count() == 1, "found by the former key's hash"
    assert "Going on" in rotate()
    assert set(resealing.in_use()) == {keyring.ring()[0].name}
    assert len(keyring.ring()) == 2
    assert Party.objects.count() == 7
