"""The way to an SMS or Zalo provider, against the sample receiver of docs/ as a process of its own."""

import datetime
import hashlib
import hmac
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from notifications.choices import Channel, MessageState, Outcome
from notifications.engine import letters, sender
from notifications.gateways import Refused
from notifications.gateways.webhook import Webhook, international, message_key, signature
from notifications.gateways.wire import Answer
from notifications.models import Message
from tests.notifications import factories as make
from tests.world import World
from wardportal import environment

pytestmark = pytest.mark.usefixtures("taught", "all_day")
SECRET = "s" * 32


class Receiver:
    """The sample of docs/ on a port of its own, with what it gave to the provider."""

    def __init__(self, folder: Path, settings: Any) -> None:
        program = settings.ROOT / "docs" / "webhook_receiver.py"
        command = [sys.executable, str(program), "--port", "0", "--ledger", str(folder / "ledger.sqlite3")]
        self._out = (folder / "delivered.txt").open("w+b")
        env = {**os.environ, "WEBHOOK_SECRET": SECRET}
        self.process = subprocess.Popen(command, env=env, stdout=self._out, stderr=subprocess.PIPE)
        self.url = self.process.stderr.readline().decode().strip()

    @property
    def delivered(self) -> list[str]:
        return Path(self._out.name).read_text(encoding="utf-8").splitlines()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self._out.close()


@pytest.fixture
def receiver(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    process = Receiver(tmp_path, settings)
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = process.url, SECRET
    yield process
    process.close()


def by_sms(world: World, **fields: Any) -> Message:
    world.head.phone = "0912345678"
    world.head.save(update_fields=["phone"])
    return make.message(world, channel=Channel.GATEWAY, **fields)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_reaches_the_provider_with_its_receipt(world: World, receiver: Receiver) -> None:
    message = by_sms(
        world, link="/units/chi-bo-7/", event=make.event(world, by=world.campaign_officer, on="2022-04-05")
    )
    sender.run()
    assert state(message) == MessageState.SENT
    [line] = receiver.delivered
    assert line.startswith(f"+84912345678: {world.campaign_officer} greets Chi bộ 7, 05/04/2022 http")
    assert line.endswith("/units/chi-bo-7/")
    assert re.fullmatch("[0-9a-f]{32}", message.provider_id)


def test_a_second_copy_is_answered_with_the_first_receipt(world: World, receiver: Receiver) -> None:
    message = by_sms(world)
    sender.run()
    message.refresh_from_db()
    first = message.provider_id
    again = {"state": MessageState.UNKNOWN, "provider_id": "", "sent_at": None}
    Message.objects.filter(pk=message.pk).update(**again)
    message.attempts.update(outcome=Outcome.STARTED)
    sender.run()
    message.refresh_from_db()
    assert (message.state, message.provider_id, len(receiver.delivered)) == (MessageState.SENT, first, 1)


def test_one_connection_carries_many_messages_and_is_made_anew_when_it_broke(
    world: World, receiver: Receiver, settings: Any, tmp_path: Path
) -> None:
    messages = [by_sms(world, number=number) for number in range(3)]
    desk, gateway = letters.Desk(messages), Webhook()
    found = [desk.letter(message) for message in messages]
    for letter in found[:2]:
        gateway.send(letter)
    [connection] = gateway._wire._open.values()
    connection.sock.shutdown(2)
    gateway.send(found[2])
    gateway.close()
    assert len(receiver.delivered) == 3


def post(receiver: Receiver, body: bytes, headers: dict[str, str]) -> tuple[int, dict]:
    request = urllib.request.Request(receiver.url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def body(**fields: str) -> bytes:
    content = {"key": "k", "to": "+84912345678", "text": "t", "language": "vi", "link": "https://x"}
    return json.dumps(content | fields).encode()


def test_the_receiver_refuses_what_the_portal_did_not_sign_now(receiver: Receiver) -> None:
    now = int(time.time())
    assert post(receiver, body(), signature(body(), now, SECRET))[0] == 200
    assert post(receiver, body(), {})[0] == 401
    assert post(receiver, body(), signature(body(), now, "another" * 5))[0] == 401
    assert post(receiver, body(text="other"), signature(body(), now, SECRET))[0] == 401
    moved = signature(body(), now, SECRET) | {"X-Portal-Timestamp": str(now + 1)}
    assert post(receiver, body(), moved)[0] == 401
    for off in (-301, 310):
        assert post(receiver, body(key="k2"), signature(body(key="k2"), now + off, SECRET))[0] == 401
    assert len(receiver.delivered) == 1


def test_the_receiver_answers_a_replay_with_the_receipt_it_gave(receiver: Receiver) -> None:
    headers = signature(body(), int(time.time()), SECRET)
    status, first = post(receiver, body(), headers)
    assert (status, post(receiver, body(), headers)) == (200, (409, first))
    later = body(text="a little different")
    assert post(receiver, later, signature(later, int(time.time()), SECRET)) == (409, first)
    assert len(receiver.delivered) == 1


def test_copies_at_the_same_time_are_delivered_once(receiver: Receiver) -> None:
    headers, answers = signature(body(), int(time.time()), SECRET), []
    threads = [threading.Thread(target=lambda: answers.append(post(receiver, body(), headers))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({content["id"] for _status, content in answers}) == 1
    assert len(receiver.delivered) == 1


def test_the_receiver_refuses_for_ever_what_can_not_be_sent(receiver: Receiver) -> None:
    for wrong in (body(to="0912345678"), b"no json", b"[]"):
        assert post(receiver, wrong, signature(wrong, int(time.time()), SECRET))[0] == 422


# ---- a provider that answers as it is told -------------------------------------------------------
class _Says(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.asked.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.status is None:  # takes it and says nothing
            return
        content = self.server.content.encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        if self.server.asks_to_wait:
            self.send_header("Retry-After", self.server.asks_to_wait)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None: ...


@contextmanager
def provider(settings: Any, status: int | None, content: str = "", asks_to_wait: str = "") -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Says)
    server.status, server.content, server.asks_to_wait, server.asked = status, content, asks_to_wait, []
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = f"http://127.0.0.1:{server.server_port}/in?x=1", SECRET
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "status, content, expected",
    [
        (200, '{"id": "r"}', MessageState.SENT),
        (202, '{"id": 17}', MessageState.SENT),
        (409, '{"id": "r"}', MessageState.SENT),
        (409, "{}", MessageState.READY),
        (200, "", MessageState.READY),
        (200, '{"id": ""}', MessageState.READY),
        (200, '{"id": null}', MessageState.READY),
        (200, '["id"]', MessageState.READY),
        (307, "", MessageState.READY),
        (400, "no such number", MessageState.FAILED),
        (401, "", MessageState.READY),
        (404, "", MessageState.FAILED),
        (408, "", MessageState.READY),
        (422, "", MessageState.FAILED),
        (425, "", MessageState.READY),
        (429, "", MessageState.READY),
        (500, '{"id": "r"}', MessageState.READY),
        (503, "", MessageState.READY),
        (None, "", MessageState.READY),
    ],
)
def test_what_an_answer_means(world: World, settings: Any, status: int | None, content: str, expected: str) -> None:
    message = by_sms(world)
    with provider(settings, status, content) as server:
        sender.run()
    assert state(message) == expected
    assert len(server.asked) == 1


def minutes_to_wait(message: Message) -> float:
    message.refresh_from_db()
    return (message.not_before - timezone.now()).total_seconds() / 60


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_asks_for_a_pause_gets_it(world: World, settings: Any, status: int) -> None:
    message = by_sms(world)
    with provider(settings, status, asks_to_wait="3600"):
        sender.run()
    assert state(message) == MessageState.READY
    assert 59 < minutes_to_wait(message) <= 60


def test_a_pause_shorter_than_the_portals_own_changes_nothing(world: World, settings: Any) -> None:
    message = by_sms(world)
    with provider(settings, 429, asks_to_wait="1"):
        sender.run()
    assert 0.7 < minutes_to_wait(message) < 1.3


def test_a_pause_until_the_message_is_useless_is_shown_as_failed(world: World, settings: Any) -> None:
    message = by_sms(world, expires_at=timezone.now() + datetime.timedelta(minutes=30))
    with provider(settings, 429, asks_to_wait="3600"):
        sender.run()
    assert state(message) == MessageState.FAILED


@pytest.mark.parametrize(
    "said, seconds",
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("0", 0),
        (" 90 ", 90),
        ("9" * 40, 86400),
        ("Wed, 06 Apr 2022 00:02:00 GMT", 120),
        ("Wed, 06 Apr 2022 07:02:00 +0700", 120),
        ("Wed, 06 Apr 2022 00:02:00 -0000", 120),
        ("Tue, 05 Apr 2022 23:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("Fri, 99 Dec 9999 23:59:59 GMT", None),
    ],
)
def test_what_a_provider_asks_is_read_in_both_forms_and_is_a_day_at_most(
    said: str | None, seconds: int | None, time_machine: Any
) -> None:
    time_machine.move_to(datetime.datetime(2022, 4, 6, tzinfo=datetime.UTC), tick=False)
    headers = http.client.HTTPMessage()
    if said is not None:
        headers["Retry-After"] = said
    wait = Answer(429, headers, b"").retry_after
    assert wait == (None if seconds is None else datetime.timedelta(seconds=seconds))


def test_no_more_than_the_contract_says_is_sent_and_it_is_signed(world: World, settings: Any) -> None:
    message = by_sms(world, link="/units/chi-bo-7/")
    with provider(settings, 200, '{"id": "r"}') as server:
        sender.run()
    [(headers, sent)] = server.asked
    assert json.loads(sent) == {
        "key": message_key(message),
        "to": "+84912345678",
        "text": Message.objects.get().line,
        "language": "vi",
        "link": f"{settings.BASE_URL}/units/chi-bo-7/",
    }
    assert headers["Idempotency-Key"] == message_key(message)
    signed = f"{headers['X-Portal-Timestamp']}.".encode() + sent
    assert headers["X-Portal-Signature"] == f"sha256={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}"
    assert world.head.full_name not in sent.decode()


def test_the_key_is_the_same_at_every_try_and_another_for_a_message_that_took_a_lost_ones_number(world: World) -> None:
    message = make.message(world)
    key = message_key(message)
    assert message_key(Message.objects.get()) == key
    message.created_at = message.created_at.replace(year=2020)
    assert message_key(message) != key


def test_a_person_without_a_phone_is_refused_and_no_provider_is_a_matter_of_time(world: World, settings: Any) -> None:
    with provider(settings, 200, '{"id": "r"}') as server:
        nobody = make.message(world, channel=Channel.GATEWAY)
        sender.run()
    assert (state(nobody), server.asked) == (MessageState.FAILED, [])
    settings.WEBHOOK_URL = ""
    waiting = by_sms(world, number=1)
    sender.run()
    assert state(waiting) == MessageState.READY
    assert "no SMS or Zalo provider is configured" in waiting.attempts.get().error


@pytest.mark.parametrize(
    "phone, number",
    [("0912345678", "+84912345678"), ("84912345678", "+84912345678"), ("+4930123456", "+4930123456")],
)
def test_numbers_are_written_for_the_whole_world(phone: str, number: str) -> None:
    assert international(phone) == number


@pytest.mark.parametrize("phone", ["12345678", "+0912345678", "0"])
def test_a_number_that_is_none_is_refused(phone: str) -> None:
    with pytest.raises(Refused):
        international(phone)


# ---- configuration -------------------------------------------------------------------------------
@pytest.mark.parametrize("url", ["https://sms.example.vn/in", "http://127.0.0.1:9100/messages", "http://localhost/"])
def test_a_provider_is_reached_over_https_or_on_this_machine(url: str) -> None:
    assert environment.webhook(url, SECRET) == (url, SECRET)
    assert environment.webhook("", "") == ("", "")


@pytest.mark.parametrize(
    "url, secret",
    [
        ("http://sms.example.vn/in", SECRET),
        ("ftp://sms.example.vn/in", SECRET),
        ("https://user:word@sms.example.vn/in", SECRET),
        ("https:///in", SECRET),
        ("https://sms.example.vn:x/in", SECRET),
        ("https://sms.example.vn/in#x", SECRET),
        ("https://sms.example.vn/in x", SECRET),
        ("", SECRET),
        ("https://sms.example.vn/in", ""),
        ("https://sms.example.vn/in", "short"),
    ],
)
def test_an_odd_value_stops_the_start_and_names_the_variable(url: str, secret: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_WEBHOOK_(URL|SECRET): "):
        environment.webhook(url, secret)
