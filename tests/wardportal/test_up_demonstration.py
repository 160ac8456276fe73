"""The demonstration ward is loaded into the portal's own database, never unasked into somebody's server."""

import pytest

from wardportal import environment
from wardportal.management.commands import up


def asked(*arguments: str) -> bool:
    return vars(up.Command().create_parser("manage.py", "up").parse_args(arguments))["demonstration"]


@pytest.mark.parametrize("own_server, loads", [(False, True), (True, False)])
def test_the_database_decides_where_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, own_server: bool, loads: bool
) -> None:
    monkeypatch.setattr(environment, "is_set", lambda name: own_server and name == "DATABASE_URL")
    assert asked() is loads
    assert asked("--demonstration") is True
    assert asked("--no-demonstration") is False
