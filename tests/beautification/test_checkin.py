"""People say on their own phones that they are there: once each, without a name, while the session is open."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from beautification.choices import CleanupState, TurnoutSource
from beautification.models import CheckinCode, Cleanup, CleanupTurnout, Scan
from beautification.views import checkin
from core.models import StateChanged
from notifications.models import Event
from tests.beautification import factories as make
from tests.world import World


def opened(world: World, **fields: object) -> tuple[Cleanup, CheckinCode, str]:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), **fields)
    cleanup.open(by=world.head)
    code = CheckinCode.of(cleanup)
    return cleanup, code, f"/c/{code.token}/"


def scanned(cleanup: Cleanup) -> dict[object, int]:
    rows = cleanup.turnouts.filter(source=TurnoutSource.SCAN).select_related("unit")
    return {row.unit: row.count for row in rows}


def test_a_phone_is_counted_once_and_remembers_the_unit(world: World) -> None:
    cleanup, _code, url = opened(world)
    phone = Client()
    assert "Bạn đi cùng đơn vị nào?" in phone.get(url).content.decode()
    for _time in range(3):
        phone.post(url, {"unit": str(world.cell.pk)})
    assert scanned(cleanup) == {world.cell: 1}
    assert "Đã ghi nhận" in phone.get(url).content.decode()
    assert Scan.objects.get(ward=world.ward).repeats == 2
    other, _code, next_url = opened(world)
    assert f"Tôi có mặt, cùng {world.cell}" in phone.get(next_url).content.decode(), "one tap the next time"
    assert Scan.objects.filter(cleanup=other).count() == 0, "looking counts nobody"


def test_a_first_tap_that_is_sent_twice_is_one_person(world: World) -> None:
    cleanup, _code, url = opened(world)
    phone = Client()
    phone.get(url)
    sent = phone.cookies["here"].value
    for _time in range(2):  # the answer to the first one never reached the phone
        again = Client()
        again.cookies["here"] = sent
        again.post(url, {"unit": str(world.cell.pk)})
    assert scanned(cleanup) == {world.cell: 1}


def test_another_unit_and_a_tap_by_mistake(world: World) -> None:
    cleanup, _code, url = opened(world)
    phone = Client()
    phone.post(url, {"unit": str(world.cell.pk)})
    phone.post(url, {"unit": str(world.team.pk)})
    assert scanned(cleanup) == {world.team: 1}
    phone.post(url, {"unit": "0"})
    assert scanned(cleanup) == {None: 1}
    phone.post(url, {"undo": "1"})
    assert scanned(cleanup) == {}
    phone.post(url, {"unit": "999999"})
    assert scanned(cleanup) == {}, "no unit of this clean-up"


def test_scans_stand_apart_from_what_is_counted_by_hand(world: World, sign_in: Callable) -> None:
    cleanup, _code, url = opened(world)
    for _phone in range(3):
        Client().post(url, {"unit": str(world.cell.pk)})
    client, page = sign_in(world.head), cleanup.get_absolute_url()
    client.post(f"{page}tally/", {"more": str(world.cell.pk)})
    text = client.get(page).content.decode()
    assert "3 quét mã, 1 đếm trực tiếp" in text
    assert f'id="n-{world.cell.pk}" aria-label="{world.cell}">4<' in text
    close = client.get(f"{page}close/").content.decode()
    assert "3 quét mã, 1 đếm trực tiếp" in close
    client.post(f"{page}close/", {"total": "4", "waste_kg": "350", "works": "Khơi rãnh"})
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.waste_kg, cleanup.works) == (CleanupState.DONE, 350, "Khơi rãnh")
    assert {row.source: row.count for row in cleanup.counts()} == {"scan": 3, "hand": 1}


def test_a_code_dies_at_closing_and_says_where_to_turn(world: World, sign_in: Callable) -> None:
    cleanup, code, url = opened(world)
    Client().post(url, {"unit": "0"})
    cleanup.close(by=world.head)
    late = Client().post(url, {"unit": "0"})
    assert late.status_code == 410
    assert str(cleanup.leader) in late.content.decode()
    assert cleanup.total() == 1
    cleanup.reopen(by=world.campaign_officer, reason="Đếm thiếu")
    assert Client().post(url, {"unit": "0"}).status_code == 410, "a correction counts nobody by phone"
    code.refresh_from_db()
    assert code.ended_at is not None
    assert not cleanup.codes.filter(ended_at=None).exists()
    assert sign_in(world.head).get(cleanup.get_absolute_url()).context["code"] is None


def test_closed_in_the_very_moment_counts_nobody(world: World) -> None:
    cleanup, _code, _url = opened(world)
    stale = Cleanup.objects.get(pk=cleanup.pk, ward=world.ward)
    cleanup.count(counts={None: 5})
    cleanup.close(by=world.head)
    with pytest.raises(StateChanged):
        Scan.check_in(stale, device="x", unit=None)
    assert cleanup.counts().get().count == 5


def test_before_the_day_a_code_is_printed_and_counts_nobody(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    text = sign_in(world.head).get(cleanup.url_of("code")).content.decode()
    code = CheckinCode.objects.get(cleanup=cleanup)
    assert code.digits in text
    assert Client().post(f"/c/{code.token}/", {"unit": "0"}).status_code == 410
    assert CheckinCode.of(cleanup).pk == code.pk, "the sheet that was printed stays good"
    with pytest.raises(ValidationError):
        CheckinCode.of(make.cleanup(make.street(world), make.days(-3)))


def test_digits_lead_to_the_page_and_only_wrong_ones_are_counted(world: World) -> None:
    _cleanup, code, url = opened(world)
    for _time in range(30):
        assert Client().post("/c/", {"digits": f" {code.digits[:2]} {code.digits[2:]} "}).url == url
    assert Client().post("/c/", {"digits": "12"}).status_code == 200
    assert Client().get("/c/khong-co-ma-nay/").status_code == 404


def test_a_thousand_guesses_find_nothing_and_the_picture_stays_good(world: World) -> None:
    cleanup, code, url = opened(world)
    codes = [f"{n:04}" for n in range(1000) if f"{n:04}" != code.digits] + [code.digits]
    answers = [Client().post("/c/", {"digits": digits}).status_code for digits in codes[-1001:]]
    assert answers[: checkin.WRONG_OF_ONE] == [200] * checkin.WRONG_OF_ONE
    assert answers.count(429) > 900, "where the cache does not answer in time nobody is refused"
    assert 302 not in answers, "the right one, too"
    Client().post(url, {"unit": "0"})
    assert cleanup.total() == 1


def test_two_codes_are_never_the_same_and_one_clean_up_has_one(world: World) -> None:
    codes = [opened(world)[1] for _n in range(5)]
    assert len({code.digits for code in codes}) == len({code.token for code in codes}) == 5


def test_no_two_clean_ups_know_a_device_as_the_same(world: World) -> None:
    one, _code, first = opened(world)
    two, _code, second = opened(world)
    phone = Client()
    phone.post(first, {"unit": "0"})
    phone.post(second, {"unit": "0"})
    assert Scan.objects.get(cleanup=one).device != Scan.objects.get(cleanup=two).device


@pytest.mark.django_db(transaction=True)
def test_many_phones_at_once_lose_nobody(world: World) -> None:
    cleanup, _code, _url = opened(world)
    devices = [uuid4().hex for _n in range(8)]

    def scan(device: str) -> None:
        Scan.check_in(Cleanup.objects.get(pk=cleanup.pk, ward=world.ward), device=device, unit=world.cell)
        connection.close()

    threads = [threading.Thread(target=scan, args=[device]) for device in devices * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scanned(cleanup) == {world.cell: 8}
    assert CleanupTurnout.objects.filter(cleanup=cleanup).count() == 1


def test_who_runs_it_takes_a_wrong_scan_out_once(world: World, sign_in: Callable) -> None:
    cleanup, _code, url = opened(world)
    phones = [Client(), Client(), Client()]
    for phone, unit in zip(phones, (world.cell, world.cell, world.team), strict=True):
        phone.post(url, {"unit": str(unit.pk)})
    client, page = sign_in(world.head), cleanup.url_of("scans")
    told = client.get(page).content.decode()
    assert told.count("Bỏ lượt quét lúc") == 3
    wrong = cleanup.scans.earliest("id")
    remove = f"{page}{wrong.pk}/remove/"
    assert "Đã bỏ lượt quét" in client.post(remove, follow=True).content.decode()
    assert "đã được bỏ rồi" in client.post(remove, follow=True).content.decode()
    assert scanned(cleanup) == {world.cell: 1, world.team: 1}
    assert "Đã bỏ điểm danh của bạn" in phones[0].post(url, {"undo": "1"}, follow=True).content.decode()
    assert Event.objects.about(cleanup).filter(kind="beautification.cleanup.scan_taken_out").count() == 1
    phones[0].post(url, {"unit": str(world.cell.pk)})
    assert scanned(cleanup) == {world.cell: 2, world.team: 1}, "it was there after all, and scans again"
    cleanup.close(by=world.head)
    assert "Bỏ lượt quét lúc" not in client.get(page).content.decode()
    closed = f"{page}{cleanup.scans.latest('id').pk}/remove/"
    client.post(closed)
    assert scanned(cleanup) == {world.cell: 2, world.team: 1}, "what is closed is closed"


def test_two_take_the_same_scan_out_at_once(world: World) -> None:
    cleanup, _code, url = opened(world)
    Client().post(url, {"unit": str(world.cell.pk)})
    Client().post(url, {"unit": str(world.cell.pk)})
    scan = cleanup.scans.earliest("id")
    scan.take_out(by=world.head)
    with pytest.raises(ValidationError, match="đã được bỏ rồi"):
        scan.take_out(by=world.head)
    assert scanned(cleanup) == {world.cell: 1}


def test_beside_each_unit_stands_how_many_have_scanned(world: World, sign_in: Callable) -> None:
    cleanup, _code, url = opened(world)
    for _n in range(2):
        Client().post(url, {"unit": str(world.cell.pk)})
    page = sign_in(world.head).get(cleanup.url_of("count"))
    form = page.context["form"]
    assert form.fields[f"unit_{world.cell.pk}"].help_text.startswith("2 người đã quét mã")
    assert not form.fields[f"unit_{world.team.pk}"].help_text
