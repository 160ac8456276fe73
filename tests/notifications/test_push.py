"""Notifications in browsers, against a push service on this machine that opens what it gets."""

import base64
import datetime
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.utils import timezone

from notifications.choices import Channel, MessageState
from notifications.engine import sender
from notifications.gateways import Push, seal, wire
from notifications.gateways.push import check_endpoint
from notifications.gateways.wire import NotPublic, Wire, _is_public
from notifications.models import Message, PushSubscription
from notifications.querysets import PushSubscriptionQuerySet
from tests.notifications import factories as make
from tests.notifications.push_service import Browser, Service, service
from tests.world import World
from wardportal import embedded, environment

pytestmark = pytest.mark.usefixtures("taught", "all_day")


@pytest.fixture
def pushes(settings: Any) -> Iterator[Service]:
    settings.PUSH_AT_HOME = True
    with service() as server:
        yield server


def by_push(world: World, **fields: Any) -> Message:
    return make.message(world, channel=Channel.PUSH, **fields)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_the_example_of_rfc_8291_is_sealed_byte_for_byte() -> None:
    """Appendix A."""
    sealed = seal._sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        seal.private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        seal.decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert seal.encode(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_gets_the_ward_the_line_and_the_way_to_the_message(world: World, pushes: Service) -> None:
    phone = Browser("phone")
    pushes.subscribe(world, world.head, phone)
    message = by_push(world, expires_at=timezone.now() + datetime.timedelta(hours=2))
    sender.run()
    assert state(message) == MessageState.SENT
    [(path, headers, body)] = pushes.received
    assert path == "/phone"
    assert phone.read(body) == {
        "id": message.pk,
        "title": world.ward.name,
        "line": message.line,
        "link": f"/notifications/{message.pk}/open/",
        "language": "vi",
    }
    assert 7100 < int(headers["TTL"]) <= 7200
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "normal")
    assert headers["Topic"] == f"message-{world.ward.pk}-{message.pk}"
    assert message.line.encode() not in body


def test_the_portal_signs_with_its_own_key_for_that_service(world: World, pushes: Service, settings: Any) -> None:
    pushes.subscribe(world, world.head, Browser())
    by_push(world, klass="mandatory")
    sender.run()
    [(_path, headers, _body)] = pushes.received
    token, key = headers["Authorization"].removeprefix("vapid t=").split(", k=")
    text, _dot, signature = token.rpartition(".")
    raw = seal.decode(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), seal.decode(key))
    public.verify(encode_dss_signature(*numbers), text.encode(), ec.ECDSA(SHA256()))
    claims = json.loads(seal.decode(text.partition(".")[2]))
    assert (claims["aud"], claims["sub"], key) == (pushes.url, settings.PUSH_CONTACT, seal.public_key())
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert headers["Urgency"] == "high"


def test_one_of_several_browsers_is_enough_and_a_gone_one_is_forgotten(world: World, pushes: Service) -> None:
    browsers = [pushes.subscribe(world, world.head, Browser(name)) for name in ("old", "broken", "phone")]
    pushes.says = {"/old": 410, "/broken": 503}
    message = by_push(world)
    sender.run()
    assert state(message) == MessageState.SENT
    assert message.provider_id == f"push:{browsers[2].pk}"
    gone = PushSubscription.objects.filter(gone_at__isnull=False)
    assert [row.device for row in gone] == ["old"]
    by_push(world, number=1)
    sender.run()
    assert [path for path, _headers, _body in pushes.received].count("/old") == 1


@pytest.mark.parametrize(
    "status, expected",
    [
        (404, MessageState.FAILED),
        (410, MessageState.FAILED),
        (413, MessageState.FAILED),
        (400, MessageState.FAILED),
        (401, MessageState.READY),
        (403, MessageState.READY),
        (429, MessageState.READY),
        (500, MessageState.READY),
        (302, MessageState.READY),
    ],
)
def test_what_an_answer_means_when_no_browser_took_it(
    world: World, pushes: Service, status: int, expected: str
) -> None:
    row = pushes.subscribe(world, world.head, Browser("phone"))
    pushes.says = {"/phone": status}
    message = by_push(world)
    sender.run()
    row.refresh_from_db()
    assert (state(message), row.gone_at is not None) == (expected, status in {404, 410})


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_a_pause_gets_it_and_the_longest_of_several_counts(
    world: World, pushes: Service, status: int
) -> None:
    for name in ("phone", "desk", "silent"):
        pushes.subscribe(world, world.head, Browser(name))
    pushes.says = {"/phone": status, "/desk": status, "/silent": 500}
    pushes.asks_to_wait = {"/phone": "120", "/desk": "7200"}
    message = by_push(world)
    sender.run()
    assert state(message) == MessageState.READY
    wait = message.not_before - timezone.now()
    assert datetime.timedelta(minutes=119) < wait <= datetime.timedelta(minutes=120)


def test_a_person_without_a_browser_and_a_service_that_is_away(world: World, pushes: Service) -> None:
    nobody = by_push(world)
    sender.run()
    assert state(nobody) == MessageState.FAILED
    fields = {"endpoint": "http://127.0.0.1:9/x", **Browser().keys}
    PushSubscription.objects.create(ward=world.ward, user=world.head, **fields)
    waiting = by_push(world, number=1)
    sender.run()
    assert state(waiting) == MessageState.READY


def test_no_further_browser_is_asked_when_the_others_took_long(
    world: World, pushes: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0)
    pushes.subscribe(world, world.head, Browser())
    message = by_push(world)
    sender.run()
    assert state(message) == MessageState.READY
    assert "took too long" in message.attempts.get().error
    assert not pushes.received


def test_a_neighbours_browser_is_told_nothing(world: World, pushes: Service) -> None:
    pushes.subscribe(world, world.neighbour, Browser())
    by_push(world)
    sender.run()
    assert pushes.received == []


# ---- where the portal posts to -------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "http://127.0.0.1:9/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://push.example.com:8443/x",
        "https://user@push.example.com/x",
        "https:///x",
        "https://push.exãmple.com/x",
        "file:///etc/passwd",
    ],
)
def test_only_a_named_https_address_is_posted_to(world: World, url: str) -> None:
    with pytest.raises(ValueError):
        check_endpoint(url)
    row = PushSubscription.objects.create(ward=world.ward, user=world.head, endpoint=url, **Browser().keys)
    message = by_push(world)
    sender.run()
    row.refresh_from_db()
    assert state(message) == MessageState.FAILED
    assert row.gone_at


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "100.64.0.1",
        "0.0.0.0",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not _is_public(address)
    assert _is_public("142.250.1.1")


def test_a_name_that_leads_inside_is_told_nothing(pushes: Service) -> None:
    with pytest.raises(NotPublic):
        Wire(public_only=True).post(f"{pushes.url}/x", b"secret", {})
    assert pushes.received == []


# ---- the portal's key ----------------------------------------------------------------------------
def test_the_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Any) -> None:
    key = embedded.push_key(tmp_path / "var")
    assert embedded.push_key(tmp_path / "var") == key == environment.push_key(key)
    assert (tmp_path / "var" / "push_key").stat().st_mode & 0o777 == 0o600
    assert len(base64.urlsafe_b64decode(key + "=")) == 32


@pytest.mark.parametrize("key", ["short", "A" * 43, "_" * 43, "ä" * 43, "A" * 86])
def test_a_key_that_is_none_stops_the_start(key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_PUSH_KEY"):
        environment.push_key(key)


def away(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("the connection broke")


def test_nobody_is_asked_while_the_database_is_away(
    world: World, pushes: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So where no key is taken it is not unknown whether the message has arrived."""
    pushes.subscribe(world, world.head, Browser())
    message = by_push(world)
    with monkeypatch.context() as patch:
        patch.setattr(Push, "takes_key", False)
        patch.setattr(PushSubscriptionQuerySet, "live", away)
        sender.run()
    assert (state(message), pushes.received) == (MessageState.READY, [])
    assert message.attempts.get().error.startswith("NotTaken: nobody was asked")


def test_a_receipt_outlives_a_browser_that_could_not_be_noted_as_gone(
    world: World, pushes: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("phone", "old"):
        pushes.subscribe(world, world.head, Browser(name))
    pushes.says["/old"] = 410
    message = by_push(world)
    monkeypatch.setattr(PushSubscriptionQuerySet, "note_gone", away)
    sender.run()
    assert (state(message), len(pushes.received)) == (MessageState.SENT, 2)
