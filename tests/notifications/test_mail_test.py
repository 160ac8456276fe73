"""The page on which mail is tried, and what a ward's opening says of mail and rules."""

import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage

from core.opening import steps
from notifications import rules
from notifications.models import ReminderRule
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "/operations/mail/"


@pytest.fixture
def sent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What is handed to the mail server that is set."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "mail.example.vn"
    taken: list[EmailMessage] = []
    monkeypatch.setattr(EmailMessage, "send", lambda mail: taken.append(mail))
    return taken


def lacks(world: World, code: str) -> list[str]:
    return next([lack.what for lack in one.lacks] for one in steps(world.administrator, world.ward) if one.code == code)


def test_without_a_mail_server_the_page_says_how_to_set_one(world: World, sign_in: Callable, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = sign_in(world.administrator).get(PAGE).content.decode()
    assert "MAIL_URL=" in page
    assert 'name="address"' not in page
    assert lacks(world, "mail")


def test_a_test_mail_goes_to_the_address_and_says_so(world: World, sign_in: Callable, sent: list) -> None:
    response = sign_in(world.administrator).post(PAGE, {"address": "a@b.vn"}, follow=True)
    assert [mail.to for mail in sent] == [["a@b.vn"]]
    assert "a@b.vn" in response.content.decode()
    assert not lacks(world, "mail")


@pytest.mark.parametrize(
    "error, said",
    [
        (smtplib.SMTPAuthenticationError(535, b"bad credentials"), "bad credentials"),
        (smtplib.SMTPRecipientsRefused({"a@b.vn": (550, b"no such user")}), "550 no such user"),
        (smtplib.SMTPDataError(554, b"spam"), "554 spam"),
        (ConnectionRefusedError("refused"), "mail.example.vn"),
    ],
)
def test_what_the_mail_server_said_is_told(
    world: World, sign_in: Callable, sent: list, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refuse(_mail: EmailMessage) -> None:
        raise error

    monkeypatch.setattr(EmailMessage, "send", refuse)
    response = sign_in(world.administrator).post(PAGE, {"address": "a@b.vn"})
    assert said in " ".join(response.context["form"].non_field_errors())


def test_rules_are_missing_until_one_is_switched_on_and_one_without_text_is_named(world: World) -> None:
    assert len(lacks(world, "rules")) == 1
    made = rules.defaults(world.ward, world.campaign.year)
    assert len(lacks(world, "rules")) == 1
    rules.switch(made[0], True, by=world.administrator)
    assert not lacks(world, "rules")
    ReminderRule.objects.filter(pk=made[1].pk).update(source="campaigns.no.more")
    assert made[1].code in lacks(world, "rules")[0]


def test_the_administrators_overview_says_what_is_left_and_nobody_elses(world: World, sign_in: Callable) -> None:
    assert "Còn phải thiết lập" in sign_in(world.administrator).get("/").content.decode()
    assert "Còn phải thiết lập" not in sign_in(world.campaign_officer).get("/").content.decode()
