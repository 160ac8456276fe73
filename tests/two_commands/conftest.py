"""A portal of its own in a temporary PORTAL_VAR, driven from outside as a person would."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wardportal import embedded

ROOT = Path(__file__).resolve().parents[2]


class Portal:
    def __init__(self, var: Path) -> None:
        self.var, self.port, self.runner = var, free_port(), None
        self.output = var.with_suffix(".out")
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = kept | {"PORTAL_VAR": str(var), "PYTHONUNBUFFERED": "1"}

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def shell(self, code: str) -> str:
        done = self.command("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def refuse(self, *arguments: str) -> str:
        """The sentence with which a command is refused: no traceback, and nothing left running."""
        done = self.command(*arguments)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stderr, done.stderr
        assert self.processes() == []
        return done.stderr

    def start(self) -> None:
        with self.output.open("w") as output:
            command = [sys.executable, str(ROOT / "manage.py"), "up", "--no-demonstration", "--port", str(self.port)]
            self.runner = subprocess.Popen(command, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
        self.wait_until(lambda: "The portal is up" in self.output.read_text() or self.runner.poll() is not None, 180)
        assert self.runner.poll() is None, self.output.read_text()

    def end(self, sig: signal.Signals) -> int:
        self.runner.send_signal(sig)
        return self.runner.wait(150)  # services and servers have 20 seconds each, three times over

    def processes(self) -> list[str]:
        """Every process that was started for this portal, by what it was told on its way."""
        mark, found = f"PORTAL_VAR={self.var}\0".encode(), []
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                try:
                    if mark in (process / "environ").read_bytes() + b"\0":
                        found.append((process / "cmdline").read_text().replace("\0", " "))
                except OSError:
                    continue
        return found

    def wait_until(self, condition, seconds: int) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds} s; output:\n{self.output.read_text()}"
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PORTAL_VAR with the migrated database that all tests are made from; to migrate anew would take much longer."""
    var = tmp_path_factory.mktemp("migrated") / "var"
    if "TEST_TEMPLATE" not in os.environ:
        assert Portal(var).command("migrate", "--verbosity", "0").returncode == 0
        return var
    test_var = Path(os.environ["PORTAL_VAR"])
    dump = [
        embedded.postgres_program("pg_dump"),
        "-Fc",
        embedded.postgres_url(test_var, os.environ["TEST_TEMPLATE"], role=embedded.SUPERUSER),
    ]
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL")
        with embedded.owned(var, by="tests", durable=False):
            load = [embedded.postgres_program("pg_restore"), "--no-owner", "--dbname", embedded.postgres_url(var)]
            subprocess.run(load, input=subprocess.run(dump, check=True, capture_output=True).stdout, check=True)
    return var


@pytest.fixture
def empty_portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path / "var")


@pytest.fixture
def portal(tmp_path: Path, migrated: Path) -> Iterator[Portal]:
    """A portal whose database is ready."""
    shutil.copytree(migrated, tmp_path / "var", ignore=shutil.ignore_patterns("run", "*.sock"))
    portal = Portal(tmp_path / "var")
    yield portal
    if portal.runner and portal.runner.poll() is None:
        portal.end(signal.SIGKILL)
