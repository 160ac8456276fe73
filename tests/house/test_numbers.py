"""One thing, one number: what a page shows opens a list of so many rows, for each role of the demonstration.

A number carries `data-figure` and `data-value` (core.figures.FigureValue); a list says its length in `data-total`, and
what its rows add up to in `data-sum` where the number is that.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urldefrag, urljoin

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from campaigns.models import Campaign
from wardportal.demonstration import logins

PAGES = 15  # opened a person at most; of addresses that differ in a row alone, one


class Page(HTMLParser):
    """The numbers of a page (figure, value, address, place), how many rows it says it has, and its links."""

    def __init__(self, text: str, here: str) -> None:
        super().__init__()
        self.here, self.numbers, self.links = here, [], []
        self.total = self.sum = None
        self._reads = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        address = urldefrag(urljoin(self.here, found["href"])).url if found.get("href") else ""
        if "data-figure" in found and found["data-value"] != "None":
            self.numbers.append((found["data-figure"], found["data-value"], address))
        if tag == "a" and address.startswith("/"):
            self.links.append(address)
        self._reads = next((name for name in ("total", "sum") if f"data-{name}" in found), "")

    def handle_data(self, data: str) -> None:
        if self._reads and (digits := re.findall(r"\d[\d.]*", data)):
            setattr(self, self._reads, digits[-1].replace(".", ""))

    @property
    def says(self) -> str | None:
        """How much the list holds; None for a page that is no list."""
        return self.sum or self.total


def shape(address: str) -> str:
    """Addresses of one shape: what differs is a row."""
    path, _mark, query = address.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&"))
    return re.sub(r"/(\d+|[a-z0-9]+(-[a-z0-9]+)+|[A-Z0-9-]+)(?=/)", "/x", path) + "?" + "&".join(names)


def walk(client: Client, start: list[str], year: int) -> list[Page]:
    """The pages that the person reaches from there by links."""
    waiting, seen, shapes, pages = list(start), set(start), {}, []
    while waiting and len(pages) < PAGES:
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
            continue
        pages.append(Page(response.content.decode(), address))
        for link in pages[-1].links:
            if link in seen or link.startswith(("/admin/", "/account", "/p/", "/files/")) or "/new/" in link:
                continue
            if f"year={year}" not in link and "year=" in link:
                continue  # another year, in which the person would then stay
            seen.add(link)
            shapes[shape(link)] = shapes.get(shape(link), 0) + 1
            if shapes[shape(link)] == 1:
                waiting.append(link)
    return pages


@pytest.mark.slow
def test_every_number_opens_its_rows_and_is_the_same_wherever_it_stands(db: None, sign_in: Callable) -> None:
    call_command("demonstration", stdout=StringIO())
    year = Campaign.objects.open().get().year
    wrong, opened, told = [], 0, {}
    for _role, username, _password in logins():
        client = sign_in(User.objects.get(username=username))
        own: dict[tuple, set] = {}
        totals: dict[str, str | None] = {}
        for page in walk(client, ["/landing/"], year):
            for figure, value, address in page.numbers:
                own.setdefault((figure, address), set()).add(value)
                if address and address not in totals:
                    listed = client.get(address)
                    totals[address] = Page(listed.content.decode(), address).says if listed.status_code == 200 else ""
                if address and totals[address] not in (None, value):
                    wrong.append(f"{username}: {page.here} shows {figure} {value}, {address} lists {totals[address]}")
        opened += sum(total is not None for total in totals.values())
        for key, values in own.items():
            if len(values) > 1:
                wrong.append(f"{username}: {key} is {sorted(values)}")
            told.setdefault(key, {})[username] = values
    for (figure, address), by_person in told.items():
        if address and len(set.union(*by_person.values())) > 1:
            wrong.append(f"{figure} at {address} differs by reader: {by_person}")
    assert not wrong, "\n".join(wrong)
    assert opened > 50, "the walk found too few numbers to mean anything"
