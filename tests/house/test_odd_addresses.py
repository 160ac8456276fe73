"""No address ends in a 500: every page, as each role that may open it, with odd values in its own parameters.

A run tries a share, the same every time; PORTAL_ODD_ADDRESSES=all tries each value in each parameter as each role.
"""

import os
import re
import zlib
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.access_rules import Line
from tests.house.test_access_table import all_lines
from tests.world import World

ALL = os.environ.get("PORTAL_ODD_ADDRESSES") == "all"
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
LINES = [line for line in all_lines() if line.method == "get" and line.may and line.code == 200]


def names_on(page: str) -> list[str]:
    found = {a or b for a, b in NAME.findall(page)} - {"csrfmiddlewaretoken", "viewport", "theme-color"}
    return sorted(found | set(COMMON))


def asked(url: str, names: list[str]) -> Iterator[dict[str, str]]:
    """What is asked of a page: all pairs, or two values, each in one half of the parameters: one that refuses hides
    others."""
    if ALL:
        yield from ({name: value} for name in names for value in ODD)
        return
    for half in (0, 1):
        value = ODD[zlib.crc32(f"{url}{half}".encode()) % len(ODD)]
        yield dict.fromkeys(names[half::2], value)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_odd_values_are_answered(line: Line, world: World, sign_in: object) -> None:
    url = reverse(line.name, args=line.args(world) if line.args else [])
    people = sorted(line.may)
    for person in people if ALL else [people[zlib.crc32(line.name.encode()) % len(people)]]:
        client: Client = sign_in(world.people[person])
        client.raise_request_exception = False
        shown = client.get(url)
        if shown.streaming:
            b"".join(shown.streaming_content)  # a file that is sent is closed at its end
            return
        if "html" not in shown.headers.get("Content-Type", ""):
            return
        for query in asked(url, names_on(shown.content.decode())):
            answer = client.get(url, query)
            assert answer.status_code < 500, f"{person} {url} {query}"


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
