"""The processes of the portal beside its servers: web, worker, timetable and watch."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wardportal import children, embedded

_PATIENCE = 20  # seconds that a service has to end by itself


class Died(Exception):
    """A service ended that should not have."""


@dataclass
class Service:
    name: str
    command: list[str]
    log: Path
    listen_on: socket.socket | None = None
    process: subprocess.Popen | None = field(default=None, init=False)

    def start(self, root: Path) -> None:
        with embedded.open_log(self.log) as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=children.tied(signal.SIGTERM),
                pass_fds=[self.listen_on.fileno()] if self.listen_on else [],
                start_new_session=True,  # Ctrl-C in the terminal is for the runner alone
            )

    def check(self) -> None:
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            raise Died(f"{self.name} ended (code {code}). The end of {self.log}:\n{embedded.tail(self.log)}")


def listen(port: int) -> socket.socket:
    """The web address, taken before anything else starts; OSError when it is another program's."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
    except OSError:
        taken.close()
        raise
    return taken


def portal(var: Path, web: socket.socket) -> list[Service]:
    """Web, worker, timetable and the watch over them, in this order."""
    log = var / "log"
    gunicorn = ["gunicorn", "wardportal.wsgi", "--bind", f"fd://{web.fileno()}", "--worker-class", "gthread"]
    gunicorn += ["--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--log-level", "warning"]
    gunicorn += ["--preload", "--no-control-socket"]
    celery = ["celery", "-A", "wardportal", "--quiet"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "warning"]
    beat = [*celery, "beat", "-l", "warning", "--schedule", str(var / "run" / "beat"), "--pidfile", ""]
    return [
        Service("web", gunicorn, log / "web.log", listen_on=web),
        Service("worker", worker, log / "worker.log"),
        Service("timetable", beat, log / "timetable.log"),
        Service("watch", ["django", "watch", "--settings", "wardportal.settings"], log / "watch.log"),
    ]


def wait_for_first_page(port: int, services: Iterable[Service], seconds: int = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for service in services:
            service.check()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=end - time.monotonic())
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise Died(f"web did not answer within {seconds} seconds.")


def watch(services: Iterable[Service]) -> None:
    """Return never; raise Died when a service ends."""
    while True:
        for service in services:
            service.check()
        time.sleep(0.3)


def stop(services: Iterable[Service]) -> None:
    running = [s.process for s in services if s.process is not None and s.process.poll() is None]
    for process in running:
        process.terminate()
    end = time.monotonic() + _PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
