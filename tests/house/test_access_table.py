"""Every URL has a line in the access table of its app, and every line is tried with every person it names.

Whatever SQL the page or the verb runs says of which ward.
"""

import importlib
import pkgutil

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests
from tests.access_rules import Line
from tests.house.ward_sql import watched
from tests.world import World

LIBRARIES = {"admin", "mfa"}  # closed by their own checks; the Django admin is tried in tests/accounts


def all_lines() -> list[Line]:
    found = []
    for module in pkgutil.iter_modules(tests.__path__):
        if module.ispkg:
            try:
                table = importlib.import_module(f"tests.{module.name}.access_table")
            except ModuleNotFoundError:
                continue
            found += table.LINES
    return found


def url_names(patterns: list, prefix: str = "") -> set[str]:
    names = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            if (pattern.namespace or pattern.app_name) not in LIBRARIES:
                names |= url_names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            names.add(prefix + pattern.name)
    return names


def test_every_url_has_a_line() -> None:
    names = url_names(get_resolver().url_patterns)
    lines = {line.name for line in all_lines()}
    assert not names - lines, f"add a line for each to tests/<app>/access_table.py: {sorted(names - lines)}"
    assert not lines - names, f"no URL has these names, take them out of access_table.py: {sorted(lines - names)}"


def ask(line: Line, world: World, person: str | None, sign_in: object, args: list) -> int:
    client = sign_in(world.people[person]) if person else Client()
    call = client.post if line.method == "post" else client.get
    data = line.data(world) if line.data else None
    with watched() as found:
        response = call(reverse(line.name, args=args), data)
        if response.streaming:
            b"".join(response.streaming_content)  # a file that is sent is closed at its end
    assert not found, f"{line.name} as {person}, no ward_id (docs/adr/0007): {found}"
    return response.status_code


@pytest.mark.parametrize("line", all_lines(), ids=lambda line: f"{line.name}-{line.method}")
def test_line(line: Line, world: World, sign_in: object) -> None:
    args = line.args(world) if line.args else []
    expected = dict.fromkeys(sorted(line.denied), 403) | dict.fromkeys(sorted(line.unseen), 404)
    if args and not line.public:
        expected["stranger"] = 404
    for person, code in expected.items():
        assert ask(line, world, person, sign_in, args) == code, f"{line.name}: {person}"
    assert line.may or line.public, f"{line.name}: nobody may"
    for person in sorted(line.may):
        assert ask(line, world, person, sign_in, args) == line.code, f"{line.name}: {person}"
    if not line.public:
        assert ask(line, world, None, sign_in, args) == 302, f"{line.name}: anonymous"
