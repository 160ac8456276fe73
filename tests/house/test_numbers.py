"""One thing, one number: what a page shows opens a list of so many rows, for each role of the demonstration.

A number carries `data-value`, and `data-figure` where other pages show it too (core.figures.FigureValue); its link
opens the list. A list says its length in `data-total`, and what its rows add up to in `data-sum` where that is meant.
"""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urldefrag, urljoin

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import access
from accounts.access import Permission
from accounts.models import User
from campaigns.models import Campaign
from wardportal.demonstration import logins

PAGES = 8  # opened a person at most; of addresses that differ in a row alone, one
OTHERS = ("/admin/", "/account", "/p/", "/files/", "/landing/")
DULL = 2  # a page that showed no number to so many is not opened by the next


class Page(HTMLParser):
    """The numbers of a page (figure, value, address, place), how many rows it says it has, and its links."""

    def __init__(self, text: str, here: str) -> None:
        super().__init__()
        self.here, self.numbers, self.links = here, [], []
        self.total = self.sum = None
        self.is_list = self.is_empty = False
        self._reads = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        address = urldefrag(urljoin(self.here, found["href"])).url if found.get("href") else ""
        if found.get("data-value", "None") != "None":
            self.numbers.append((found.get("data-figure", ""), found["data-value"], address))
        if tag == "a" and address.startswith("/"):
            self.links.append(address)
        self.is_list = self.is_list or found.get("id") == "list"
        self.is_empty = self.is_empty or (self.is_list and found.get("class") == "dv-empty")
        self._reads = next((name for name in ("total", "sum") if f"data-{name}" in found), "")

    def handle_data(self, data: str) -> None:
        if self._reads and (digits := re.findall(r"\d[\d.]*", data)):
            setattr(self, self._reads, digits[-1].replace(".", ""))

    @property
    def says(self) -> str | None:
        """How much the list holds; None for a page that is no list."""
        return self.sum or self.total or ("0" if self.is_empty else None)


def shape(address: str) -> str:
    """Addresses of one shape: what differs is a row."""
    path, _mark, query = address.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&"))
    return re.sub(r"/(\d+|[a-z0-9]+(-[a-z0-9]+)+|[A-Z0-9-]+)(?=/)", "/x", path) + "?" + "&".join(names)


def walk(client: Client, year: int, dull: Counter[str]) -> list[Page]:
    """The pages that the person reaches by links. Those that showed no number to some before are left out."""
    landing = client.get("/landing/", follow=True).request["PATH_INFO"]
    waiting, seen, shapes, pages = [landing], {landing}, {shape(landing)}, list[Page]()
    while waiting and len(pages) < PAGES:
        address = waiting.pop(0)
        if address != landing and dull[shape(address)] >= DULL:
            continue
        response = client.get(address)
        if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
            continue
        pages.append(Page(response.content.decode(), address))
        dull[shape(address)] += not any(to for _figure, _value, to in pages[-1].numbers)
        for link in (link.removesuffix(f"?year={year}") for link in pages[-1].links):
            if (
                link in seen
                or link.startswith(("/admin/", "/account", "/p/", "/files/", "/landing/"))
                or "/new/" in link
            ):
                continue
            if f"year={year}" not in link and "year=" in link:
                continue  # another year, in which the person would then stay
            seen.add(link)
            if shape(link) not in shapes:
                waiting.append(link)
            shapes.add(shape(link))
    return pages


def row_count(client: Client, address: str) -> str | None:
    """What the list says; None where the page is no list."""
    listed = client.get(address)
    return Page(listed.content.decode(), address).says if listed.status_code == 200 else ""


def rows_of(address: str) -> str:
    """Lists that differ by their filters are lists of their own; pages of two rows are alike."""
    return address if "?" in address else shape(address)


@pytest.mark.slow
def test_every_number_opens_its_rows_and_is_the_same_wherever_it_stands(db: None, sign_in: Callable) -> None:
    call_command("demonstration", stdout=StringIO())
    year = Campaign.objects.open().get().year
    wrong, told = [], {}
    agreed, dull = set[tuple[str, str]](), Counter[str]()
    for _role, username, _password in logins():
        person = User.objects.get(username=username)
        client, own, is_wide = sign_in(person), {}, access.is_ward_wide(person, Permission.WARD_READ)
        for page in walk(client, year, dull):
            for figure, value, address in page.numbers:
                own.setdefault((figure, address), {}).setdefault(value, page.here)
        for (figure, address), values in own.items():
            for value, here in values.items():
                key = rows_of(address), value
                # Who reads the whole ward need not open again what another was shown and found right.
                if not address or address.startswith("/admin/") or (is_wide and key in agreed):
                    continue
                if (found := row_count(client, address)) in (None, value):
                    agreed.add(key)
                else:
                    wrong.append(f"{username}: {here} shows {figure} {value}, {address} lists {found}")
            linked = {value for (key, to), found in own.items() for value in found if key == figure and to}
            if figure and len(values) > 1:
                wrong.append(f"{username}: {figure} at {address} is {values}")
            if figure and not address and linked and not linked >= {*values}:
                wrong.append(f"{username}: {figure} is {values}, and {sorted(linked)} where it is a link")
            told.setdefault((figure, address), {})[username] = sorted(values)
    for (figure, address), by_person in told.items():
        if figure and address and len({value for values in by_person.values() for value in values}) > 1:
            wrong.append(f"{figure} at {address} differs by reader: {by_person}")
    assert not wrong, "\n".join(wrong)
    assert len(agreed) > 60, "the walk found too few numbers to mean anything"
