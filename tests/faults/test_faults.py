"""The short form of `./run faults`: real processes are killed, and nothing is lost and nothing doubled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    found: Path = tmp_path_factory.mktemp("faults") / "results.json"
    own = {"DATABASE_URL", "REDIS_URL", "MAIL_URL", "PORTAL_VAR"}  # the servers of the tests shall live
    environment = {name: value for name, value in os.environ.items() if name not in own}
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults", "--quick", "--json", str(found)]
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True)
    assert found.exists(), done.stdout + done.stderr
    return {row["fault"]: row for row in json.loads(found.read_text())}


@pytest.mark.parametrize(
    "fault",
    [
        "a worker killed, after the gateway accepted",
        "the database restarted, before the commit of the mark",
        "a bundle of unknown outcome takes in nothing more",
    ],
)
def test_nothing_is_lost_and_nothing_doubled(results: dict[str, dict], fault: str) -> None:
    row = results[fault]
    assert row["wrong"] == ""
    assert (row["sent"], row["lost"], row["doubled"]) == (row["rows"], 0, 0)
    assert row["rows"] == 40
