"""A whole portal in a folder of its own: PostgreSQL, Valkey, two workers, two timetables and the other side of the
gateways, each of them a process that can be killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import control, sink
from wardportal import children, embedded

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS, POOL, THREADS = 2, 2, 2
LEASE_SECONDS = 12
CELERY = ["-m", "celery", "-A", "tests.faults.worker", "--quiet"]


class Machine:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.postgres, self.valkey = embedded.Postgres(var), embedded.Valkey(var, durable=False)
        self.processes: dict[str, subprocess.Popen] = {}
        self.ledger = var / "ledger"

    # ---- its parts -------------------------------------------------------------------------------
    def start(self, *command: str, name: str) -> subprocess.Popen:
        with (self.var / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=children.tied(signal.SIGKILL),
                start_new_session=True,
            )
        return self.processes[name]

    def start_portal(self) -> None:
        """What is not running, as an operating system that minds its services would."""
        for number in range(1, WORKERS + 1):
            if not self._runs(f"worker{number}"):
                options = ["--concurrency", str(POOL), "--without-gossip", "--without-mingle", "-l", "warning"]
                self.start(*CELERY, "worker", "-n", f"worker{number}@faults", *options, name=f"worker{number}")
            if not self._runs(f"beat{number}"):
                schedule = str(self.var / f"schedule{number}")
                options = ["-l", "warning", "--schedule", schedule, "--pidfile", ""]
                self.start(*CELERY, "beat", *options, name=f"beat{number}")

    def _runs(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def kill_portal(self) -> None:
        for name in [name for name in self.processes if name != "sink"]:
            self.kill(self.processes.pop(name))

    @staticmethod
    def kill(process: subprocess.Popen) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    # ---- what is done to it ----------------------------------------------------------------------
    def kill_worker(self) -> None:
        """kill -9 for the worker of the process that has stopped; its pool goes down with it."""
        parent = control.read("stopped")["parent"]
        self.kill(next(process for process in self.processes.values() if process.pid == parent))
        self.start_portal()

    def kill_child(self) -> None:
        os.kill(control.read("stopped")["pid"], signal.SIGKILL)

    def restart_broker(self) -> None:
        """Killed, and up again without what it knew."""
        self.valkey.process.kill()
        self.valkey.process.wait()
        self.valkey.start()

    def restart_database(self) -> None:
        """Immediate mode: what was not committed is gone, and all connections break."""
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait()
        self.postgres.start()


@contextlib.contextmanager
def running() -> Iterator[Machine]:
    """The machine with an empty, migrated database. The environment of this process points to it."""
    var = Path(tempfile.mkdtemp(prefix="portal-faults-"))
    machine = Machine(var)
    control.FOLDER = var / "control"
    control.FOLDER.mkdir()
    os.environ |= {
        "FAULTS_CONTROL": str(control.FOLDER),
        "PORTAL_VAR": str(var),
        "DATABASE_URL": embedded.postgres_url(var),
        "REDIS_URL": embedded.valkey_url(var),
        "DJANGO_SETTINGS_MODULE": "wardportal.settings",
        "PORTAL_TICK_SECONDS": "1",
        "PORTAL_SEND_THREADS": str(THREADS),
        "PORTAL_LEASE_SECONDS": str(LEASE_SECONDS),
        "PORTAL_MESSAGE_HOURS": "00:00-24:00",
    }
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        embedded._make_sockets(var)
        for server in (machine.postgres, machine.valkey):
            stack.callback(server.stop)
            server.start()
        stack.callback(machine.kill_portal)
        other_side = machine.start("-m", "tests.faults.sink", str(machine.ledger), name="sink")
        stack.callback(machine.kill, other_side)
        subprocess.run([sys.executable, "-W", "ignore", "manage.py", "migrate", "-v", "0"], cwd=ROOT, check=True)
        wait_for(lambda: control.read("sink") is not None, 20)
        ports = control.read("sink")
        os.environ["MAIL_URL"] = f"smtp://127.0.0.1:{ports['smtp']}"
        os.environ["PORTAL_WEBHOOK_URL"] = f"http://127.0.0.1:{ports['http']}/messages"
        os.environ["PORTAL_WEBHOOK_SECRET"] = sink.SECRET
        yield machine


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
