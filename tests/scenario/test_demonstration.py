"""The demonstration ward: two years that share no work, people who can sign in, and the news of a week."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from campaigns.models import Campaign, CampaignFocus
from core.models import today
from core.together import read_together
from notifications.engine import dispatch
from notifications.models import Event, Message
from wardportal.demonstration import PASSWORD, PEOPLE, logins


@pytest.fixture
def demonstration(db: None) -> None:
    call_command("demonstration", stdout=StringIO())


def test_two_years_one_open_and_no_undertaking_in_both(demonstration: None) -> None:
    closed, opened = Campaign.objects.order_by("year")
    assert (closed.year, closed.is_open, opened.is_open) == (2022, False, True)
    years: dict[int, set[int]] = {}
    for focus in CampaignFocus.objects.all():
        years.setdefault(focus.undertaking_id, set()).add(focus.campaign_id)
    assert years
    assert all(len(found) == 1 for found in years.values())


def test_people_find_the_news_of_this_week_and_no_older_ones(demonstration: None) -> None:
    assert dispatch.run() < Event.objects.count() / 2
    told = Message.objects.filter(channel="in_app")
    assert {"lanhdao", "dieuphoi", "chibo7"} <= set(told.values_list("user__username", flat=True))
    assert min(told.values_list("event__on", flat=True)) >= today() - datetime.timedelta(days=7)
    assert not told.filter(user__username="quantri").exists()
    assert told.count() < 60, "news of a week that nobody would read"


def test_every_role_signs_in_and_sees_its_first_page_of_both_years(demonstration: None, settings: Any) -> None:
    assert len(logins()) == len(PEOPLE)
    opened = Campaign.objects.open().get().year
    for _role, username, _password in logins():
        person = User.objects.get(username=username)
        assert person.check_password(PASSWORD)
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
        for year in (opened, 2022):
            assert client.get(f"/landing/?year={year}", follow=True).status_code == 200, (username, year)


def test_every_table_reads_the_same_in_one_statement_with_others(demonstration: None) -> None:
    """All columns of all the portal's tables (core.together)."""
    read = 0
    for model in apps.get_models():
        if not model.__module__.startswith(("django.", "allauth.", "axes.", "pghistory.")):
            rows: Any = model._base_manager.order_by("pk")[:40]
            read_together(rows)
            alone = list(model._base_manager.order_by("pk")[:40])
            assert [_columns(row) for row in rows] == [_columns(row) for row in alone], model
            read += len(alone)
    assert read > 1000


def _columns(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_a_second_loading_is_refused(demonstration: None) -> None:
    with pytest.raises(CommandError, match="already holds a ward"):
        call_command("demonstration")
