"""Who may what, and which day is worked, are rules that break in silence: their own tests reach each line and branch.

Measured in a pytest of its own, which traces these files alone, so it means the same whatever else is run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import coverage
import pytest
from django.conf import settings

RULES = {
    "accounts/access.py": ["tests/accounts/test_access.py"],
    "deadlines/models/calendar.py": ["tests/deadlines/test_calendar.py"],
    "deadlines/models/proposal.py": ["tests/deadlines/test_year_propose.py"],
    "deadlines/models/swaps.py": ["tests/deadlines/test_year_propose.py"],
}
TESTS = sorted({path for paths in RULES.values() for path in paths})


@pytest.mark.slow
def test_every_line_and_branch_of_the_rules_is_reached_by_their_tests(tmp_path: Path) -> None:
    data = str(tmp_path / "reached")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    if "TEST_TEMPLATE" in env:  # the servers are the tests' own: the other pytest makes itself a database there
        del env["DATABASE_URL"], env["TEST_TEMPLATE"]
    command = [sys.executable, "-m", "coverage", "run", "--branch", f"--data-file={data}"]
    command += [f"--include={','.join(RULES)}", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-m", "not hypothesis", *TESTS]  # what is reached must not hang on examples made up
    run = subprocess.run(command, cwd=settings.ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]

    found = coverage.Coverage(data_file=data, branch=True)
    found.load()
    found.json_report(outfile=str(tmp_path / "reached.json"))
    files = json.loads((tmp_path / "reached.json").read_text())["files"]
    assert set(files) == set(RULES)
    missed = [
        f"{path}: add a test to {' '.join(RULES[path])} that reaches line(s) {of['missing_lines']}"
        f" and the way(s) {of['missing_branches']} from line to line"
        for path, of in files.items()
        if of["missing_lines"] or of["missing_branches"]
    ]
    assert not missed, "\n".join(missed)
