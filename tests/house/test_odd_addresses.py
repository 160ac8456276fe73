"""No address ends in a 500: every page, as each role that may open it, with odd values in its parameters and fields.

Names are taken from the pages themselves. A run asks each page as two roles, each with half of its parameters and each
parameter with another value, and sends each form once, the same every time; ODD_ADDRESSES=all asks and sends all the
values as all the roles.
"""

import os
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access_rules import Line
from tests.house.test_access_table import all_lines
from tests.world import World

ALL = os.environ.get("ODD_ADDRESSES") == "all"
ODD = [
    "\0",
    "chi-bo-7\0",
    "31/12/9999",
    "9999-12-31",
    "01/01/0001",
    "0001-01-01",
    "29/02/2023",
    "0",
    "-1",
    "1e9",
    "9" * 30,
    "99999999999",
    "no-such",
    "quan-uy",
    "' OR 1=1 --",
    '"><script>',
    "%",
    "_" * 300,
    "x" * 5000,
    "00000000-0000-0000-0000-00000000000g",
    "ｃｈｉ－ｂｏ",
    "Đảng\u200bủy",
    "²",
    "٣",
    "\ud7ff",
    "{}[]()*+?.\\",
    "",
]
COMMON = ["on", "until", "day", "page", "year", "q", "unit", "team", "owner", "state"]
NAME = re.compile(r"""\sname=["']([\w.:-]+)["']|[?&](?:amp;)?([a-z_]+)=""")
PAGES = [line for line in all_lines() if line.method == "get" and (line.may or line.public) and line.code == 200]
ACTS = [line for line in all_lines() if line.method == "post" and line.data and line.may]
Ask = Callable[[dict[str, str]], HttpResponse]


def names_on(page: str) -> list[str]:
    found = {a or b for a, b in NAME.findall(page)} - {"csrfmiddlewaretoken", "viewport", "theme-color"}
    return sorted(found | set(COMMON))


def odd(names: list[str], turn: int) -> dict[str, str]:
    """Each of the names with another value; with the next turn each has the next."""
    return {name: ODD[(zlib.crc32(name.encode()) + turn) % len(ODD)] for name in names}


def people(line: Line) -> list[tuple[int, str | None]]:
    """As whom a page is asked: everybody who may open it, or two of them. None where it is public."""
    found: list[str | None] = [*sorted(line.may)] or [None]
    start = zlib.crc32(line.name.encode()) % len(found)
    return list(enumerate((found[start:] + found[:start])[: None if ALL else 2]))


def queries(line: Line, names: list[str], number: int) -> Iterator[dict[str, str]]:
    """What is asked of a page as the person of that number. In halves: one parameter that refuses hides the others."""
    halves = names[::2], names[1::2]
    if not ALL:
        turn = zlib.crc32(line.name.encode())
        yield odd(halves[number], turn)
        if len(line.may) < 2:
            yield odd(halves[1], turn)
        return
    for turn in range(number, len(ODD), 4 if number else 1):  # the first person is asked everything
        yield from (odd(half, turn) for half in halves)
    if not number:
        yield from ({name: value} for name in names for value in ("\0", "9999-12-31", "9" * 30))


def turns(line: Line, number: int) -> range:
    """Which values a form is sent with as the person of that number."""
    start = zlib.crc32(line.name.encode()) % len(ODD)
    return range(start + number % 4, start + len(ODD), 4) if ALL else range(start, start + (number == 0))


def check(ask: Ask, asked: dict[str, str], told: str) -> None:
    if status(ask(asked)) >= 500:
        alone = {name: value for name, value in asked.items() if status(ask({name: value})) >= 500}
        pytest.fail(f"{told} {alone or asked}")


def status(answer: Any) -> int:
    """A file that is sent, as after a reason for opening it, is closed at its end."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def post(client: Client, url: str, data: dict[str, str]) -> HttpResponse:
    """Sends a form and takes back whatever came of it."""
    with transaction.atomic():
        answer = client.post(url, data)
        transaction.set_rollback(True)
    return answer


def enter(person: str | None, world: World, sign_in: Callable) -> Client:
    client = sign_in(world.people[person]) if person else Client()
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.name)
def test_odd_values_are_answered(line: Line, world: World, sign_in: Callable) -> None:
    url, page = reverse(line.name, args=line.args(world) if line.args else []), ""
    for number, person in people(line):
        client = enter(person, world, sign_in)
        if not page or ALL:
            shown = client.get(url)
            if shown.streaming:
                b"".join(shown.streaming_content)  # a file that is sent is closed at its end
                return
            if "html" not in shown.headers.get("Content-Type", ""):
                return
            page = shown.content.decode()
        names = names_on(page)
        for query in queries(line, names, number):
            check(partial(client.get, url), query, f"{person} GET {url}")
        if 'method="post"' in page:
            for turn in turns(line, number):
                check(partial(post, client, url), odd(names, turn), f"{person} POST {url}")


@pytest.mark.parametrize("line", ACTS, ids=lambda line: line.name)
def test_odd_values_are_answered_where_they_are_sent(line: Line, world: World, sign_in: Callable) -> None:
    url = reverse(line.name, args=line.args(world) if line.args else [])
    names = sorted(line.data(world))
    for number, person in people(line):
        for turn in turns(line, number):
            check(partial(post, enter(person, world, sign_in), url), odd(names, turn), f"{person} POST {url}")


def test_a_nul_in_the_query_breaks_no_page(world: World, sign_in: object) -> None:
    """What a filter says to it stands in tests/house/test_filters.py."""
    client: Client = sign_in(world.leadership)
    for name, fields in {
        "models_registry:model_list": ["unit"],
        "models_registry:contest_list": ["unit"],
        "clearance:question_list": ["owner"],
        "campaigns:task_list": ["unit", "q"],
    }.items():
        for field in fields:
            assert client.get(reverse(name), {field: "a\0b"}).status_code == 200, (name, field)
