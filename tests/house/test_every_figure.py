"""Each figure, for each role and scope: the number is the length, or the sum, of the list that its link opens."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from io import StringIO
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.core.management import call_command

from accounts import access
from accounts.access import Permission
from accounts.models import Unit, User
from campaigns.models import Campaign
from core import past
from core.figures import FigureValue, Scope, all_figures
from core.models import today
from tests.house.test_numbers import Page
from wardportal.demonstration import logins


def numbers(found: FigureValue) -> Iterator[FigureValue]:
    """The whole and its parts, as far as there is a number and a way to its rows."""
    for value in (found, *(found.parts or {}).values()):
        if value.value is not None and value.url:
            yield value


def readers(campaign: Campaign) -> Iterator[tuple[User, Unit | None]]:
    """Who is shown figures with a way to their rows: of the whole ward, and who leads a unit of that unit.

    Of a closed year one person is enough: the rights are those of today."""
    for _role, username, _password in logins():
        person = User.objects.get(username=username)
        if access.is_ward_wide(person, Permission.REPORT_READ) and access.is_ward_wide(person, Permission.WARD_READ):
            yield person, None
            if not campaign.is_open:
                return
        for unit in Unit.objects.actionable_by(person, Permission.TASK_REPORT) if campaign.is_open else ():
            if unit.pk in access.grants(person).unit_ids:
                yield person, unit


@pytest.mark.slow
def test_every_figure_opens_so_many_rows_in_every_scope(db: None, sign_in: Callable) -> None:
    call_command("demonstration", stdout=StringIO())
    wrong, opened, shown = [], dict[tuple[int, str], Page | int](), set[str]()
    for campaign in Campaign.objects.order_by("year"):
        on = min(today(), campaign.closes_on)
        for person, unit in readers(campaign):
            client = sign_in(person)
            scope = Scope(ward=campaign.ward, campaign=campaign, unit=unit, user=person)
            with past.reading(on=on):
                asked = [(figure, figure.value(scope, on)) for figure in all_figures().values()]
            for figure, found in asked:
                for value in numbers(found):
                    key = (person.pk, value.url)
                    if key not in opened:
                        answer = client.get(value.url)
                        said = answer.content.decode()
                        opened[key] = Page(said, value.url) if answer.status_code == 200 else answer.status_code
                        wrong += [f"{person}: {value.url} narrows by {name} unseen" for name in unseen(said, value.url)]
                    if (lists := _lists(opened[key], str(value.value))) != str(value.value):
                        where = f"{campaign.year}, {person}, {unit or 'ward'}"
                        wrong.append(f"{where}: {value.key or figure.key} is {value.value}, {value.url} lists {lists}")
                    shown.add(figure.key)
    assert not wrong, "\n".join(wrong)
    assert len(shown) > len(all_figures()) * 0.8, sorted({*all_figures()} - shown)


NO_FILTER = {
    "year",
    "on",
    "known",
    "first",
    "part",
    "sum",
}  # the frame names year and day, the lead the period and the sum
SAID_ON_THE_PAGE = {
    "week",
    "roll",
}  # with the way back to all: a note of the airings, the head of a conference's letters


def unseen(page: str, url: str) -> list[str]:
    """Filters of the address that the list neither shows in a box, nor as ticked, nor as the tab that is open."""
    bar = re.search(r'<form\s+class="dv-filter.*?</form>', page, re.DOTALL)
    boxes = set(re.findall(r'<(?:select|input(?![^>]*type="hidden"))[^>]*\bname="([^"]+)"', bar[0])) if bar else set()
    tabs = [parse_qs(urlsplit(unescape(tab)).query) for tab in re.findall(r'<a href="([^"]*)"[^>]*aria-current', page)]
    asked = {name: value for name, value in parse_qsl(urlsplit(url).query) if name not in NO_FILTER | SAID_ON_THE_PAGE}
    return [name for name, value in asked.items() if name not in boxes and [value] not in [t.get(name) for t in tabs]]


def _lists(opened: Page | int, wanted: str) -> str:
    """How much the page lists; of a page of one reading (a clean-up, an article) the number that it shows."""
    if isinstance(opened, int):
        return str(opened)
    if opened.says is None and wanted in {value for _figure, value, _to in opened.numbers}:
        return wanted
    return str(opened.says)
