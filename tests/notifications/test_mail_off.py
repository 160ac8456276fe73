"""The way out of a mail: its headers, its page, and the mail program's one click."""

import email
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from notifications.engine import sender
from notifications.gateways import unsubscribe
from notifications.models import Message, Mute
from tests.notifications import factories as make
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught", "all_day")


def sent(world: World, **fields: Any) -> Any:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    make.message(world, channel="email", **fields)
    sender.run()
    return mail.outbox[-1]


def path(letter: Any) -> str:
    address = letter.extra_headers["List-Unsubscribe"]
    assert address.startswith("<http")
    return re.sub(r"^<https?://[^/]+|>$", "", address)


def test_a_mail_carries_the_headers_and_the_link_in_both_its_forms(world: World) -> None:
    letter = sent(world)
    raw = email.message_from_bytes(letter.message().as_bytes())
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert raw["Message-ID"] == f"<message-{world.ward.pk}-{Message.objects.get().pk}@127.0.0.1>"
    [(html, _kind)] = letter.alternatives
    assert path(letter) in letter.body
    assert path(letter) in html
    assert "Không nhận thư loại này nữa" in letter.body
    assert "Không nhận thư loại này nữa" in html


def test_a_mandatory_mail_says_why_there_is_no_way_out(world: World) -> None:
    letter = sent(world, klass="mandatory")
    assert not [name for name in letter.extra_headers if name.startswith("List-")]
    for text in (letter.body, letter.alternatives[0][0]):
        assert "bắt buộc nên không tắt được" in text
        assert "mail-off" not in text


def test_a_mail_is_written_in_the_language_of_its_receiver(world: World) -> None:
    world.head.language = "en"
    world.head.save(update_fields=["language"])
    assert "No more e-mail of this kind" in sent(world).body


def test_opening_the_link_asks_and_only_the_button_acts(world: World, client: Client) -> None:
    letter = sent(world)
    page = client.get(path(letter)).content.decode()
    assert "Không nhận thư về việc này nữa?" in page
    assert not Mute.objects.exists()
    assert "Hoàn tác" in client.post(path(letter)).content.decode()
    [mute] = Mute.objects.all()
    assert (mute.ward, mute.user, mute.words, mute.channel) == (world.ward, world.head, "tests.greeting", "email")


def test_one_click_of_a_mail_program_needs_no_cookie_and_may_come_twice(world: World) -> None:
    address = path(sent(world))
    program = Client(enforce_csrf_checks=True)
    for _time in range(2):
        assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Mute.objects.count() == 1


def test_it_can_be_undone(world: World, client: Client) -> None:
    address = path(sent(world))
    client.post(address)
    assert "Đã bật lại" in client.post(address, {"undo": "yes"}).content.decode()
    assert not Mute.objects.exists()


def test_a_link_that_somebody_changed_does_nothing(world: World, client: Client) -> None:
    address = path(sent(world))
    wrong = [address[:-3] + "x/", address.replace("mail-off/", "mail-off/x"), "/notifications/mail-off/x/"]
    for changed in wrong:
        assert client.post(changed).status_code == 404
    assert not Mute.objects.exists()


def test_the_kind_is_named_in_words(world: World, client: Client) -> None:
    address = unsubscribe.address(world.ward.pk, world.head.pk, ["campaigns.task.due", "campaigns.task.overdue"])
    page = client.get(re.sub(r"^https?://[^/]+", "", address)).content.decode()
    assert "Nhiệm vụ đến hạn" in page
    assert "Nhiệm vụ quá hạn" in page


def test_what_is_switched_off_in_a_mail_is_off_on_the_page_of_choices(
    world: World, client: Client, sign_in: Callable
) -> None:
    address = unsubscribe.address(world.ward.pk, world.head.pk, ["campaigns.task.due"])
    client.post(re.sub(r"^https?://[^/]+", "", address))
    groups = sign_in(world.head).get("/notifications/preferences/").context["groups"]
    rows = [kind for group in groups for kind in group.kinds]
    ticks = {value: on for row in rows for value, _channel, on in row.ticks}
    assert (ticks["campaigns.task.due:email"], ticks["campaigns.task.due:push"]) == (False, True)
