"""Everything `./run` starts, in order, and its end."""

import argparse
import errno
import hashlib
import os
import shutil
import signal
import socket
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from accounts import actions
from accounts.models import User, Ward
from core import keyring, resealing
from notifications.operations import watch
from wardportal import demonstration, embedded, environment, services

ROOM_NEEDED = 300 * 1024 * 1024


class Command(BaseCommand):
    help = "Start everything: database, Valkey, web, worker and timetable. Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        port = environment.number("PORTAL_PORT", 8000, at_least=1)
        parser.add_argument("--port", type=int, default=port, help="port on 127.0.0.1 (PORTAL_PORT; %(default)s)")
        parser.add_argument(
            "--demonstration",
            action=argparse.BooleanOptionalAction,
            default=not environment.is_set("DATABASE_URL"),  # nobody's own database is filled unasked
            help="load the demonstration ward into an empty portal",
        )

    def handle(self, *, port: int, demonstration: bool, **options: Any) -> None:
        self.started = time.monotonic()
        self.address = f"http://127.0.0.1:{port}/"
        os.environ.setdefault("PORTAL_BASE_URL", self.address)  # for the links that worker and web write
        settings.BASE_URL = os.environ["PORTAL_BASE_URL"].rstrip("/")  # and for the mail when one of them ends
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, signal.default_int_handler)  # end like Ctrl-C
        try:
            if owner := embedded.owner(settings.VAR):
                raise embedded.InUse(owner)
            _refuse_full_disk(settings.VAR)
            with _address(port) as web, embedded.owned(settings.VAR, by=f"up {self.address}"):
                self._prepare(empty=not demonstration)
                self._serve(port, web)
        except KeyboardInterrupt:
            self._say("Stopped. / Đã dừng.")
        except embedded.InUse as error:
            raise CommandError(_in_use(str(error))) from error
        except (embedded.CannotStart, services.Died) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        except OSError as error:
            raise CommandError(_disk_words(error)) from error

    def _say(self, words: str) -> None:
        self.stdout.write(f"[{time.monotonic() - self.started:5.1f} s] {words}")
        self.stdout.flush()

    # ---- preparation -----------------------------------------------------------------------------
    def _prepare(self, *, empty: bool) -> None:
        self._say("Database and Valkey answer")
        keyring.ring()  # made now, so that all that is started below finds it
        self._migrate()
        self._collect_static()
        if not empty and not Ward.objects.exists():
            self._say("Loading the demonstration ward (first start only)")
            call_command("demonstration")
        if lacking := resealing.missing_words():
            self._say(lacking)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
        if unknown:
            names = ", ".join(".".join(key) for key in unknown[:3])
            raise CommandError(
                f"The data in {settings.VAR} was written by a newer version of the portal (unknown here: {names}). "
                "Start that version, or restore a backup of this one.\n"
                "Dữ liệu do phiên bản mới hơn ghi: hãy chạy phiên bản đó, hoặc khôi phục bản sao lưu của phiên bản này."
            )
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if steps:
            self._say(f"Preparing the database: {steps} steps")
        try:
            call_command("migrate", interactive=False, verbosity=1 if steps else 0)
        except ProgrammingError as error:
            raise CommandError(
                f"The data in {settings.VAR} does not fit this version of the portal: {str(error).splitlines()[0]}. "
                "Start the version that wrote it, or move that folder away to begin with an empty portal.\n"
                "Dữ liệu không khớp với phiên bản này: hãy chạy phiên bản đã ghi dữ liệu, hoặc chuyển thư mục đó đi."
            ) from error

    def _collect_static(self) -> None:
        mark = Path(settings.STATIC_ROOT) / ".fingerprint"
        fingerprint = _static_fingerprint()
        if mark.exists() and mark.read_text() == fingerprint:
            return
        self._say("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        mark.write_text(fingerprint)

    # ---- the services ----------------------------------------------------------------------------
    def _serve(self, port: int, web: socket.socket) -> None:
        running = services.portal(settings.VAR, web)
        try:
            running[0].start(settings.ROOT)  # web first and alone: its page is what people wait for
            services.wait_for_first_page(port, running)
            for service in running[1:]:
                service.start(settings.ROOT)
            self._welcome()
            services.watch(running)
        except services.Died as error:
            watch.tell_of_end(str(error).partition(". ")[0])
            raise
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # stopping takes seconds at most; a second Ctrl-C adds nothing
            self._say("Stopping")
            services.stop(running)

    def _welcome(self) -> None:
        self._say("The portal is up")
        lines = ["", f"  Open / Mở:  {self.address}", ""]
        if not actions.is_opened():
            link = settings.BASE_URL + actions.opening_address()
            lines += [
                "  Open this portal's ward, once, within a day / Mở cổng của phường, dùng một lần, trong một ngày:",
                f"  {link}",
                "",
            ]
        lines += [f"  {line}".rstrip() for line in _logins()]
        if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            lines.append(f"  Mail is not sent but written to {settings.VAR / 'log' / 'worker.log'}")
        lines += [f"  Logs: {settings.VAR / 'log'}", "", "  Stop with Ctrl-C / Nhấn Ctrl-C để dừng", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _logins() -> list[str]:
    """The demonstration people who are in this portal; none where a ward began with its own."""
    with translation.override(settings.LANGUAGE_CODE):
        rows = demonstration.logins()
    here = set(
        User.objects.filter(username__in=[name for _role, name, _password in rows]).values_list("username", flat=True)
    )
    rows = [row for row in rows if row[1] in here]
    if not rows:
        return []
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return ["Demonstration logins / Tài khoản dùng thử:", *(f"  {line}" for line in table), ""]


def _address(port: int) -> socket.socket:
    try:
        return services.listen(port)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        why = "is used by another program" if error.errno == errno.EADDRINUSE else "may not be used by this user"
        raise CommandError(
            f"Port {port} {why}: stop that, or choose another one with ./run up --port {port + 80}.\n"
            f"Cổng {port} đang bận: hãy chọn cổng khác, ví dụ ./run up --port {port + 80}."
        ) from error


def _in_use(owner: str) -> str:
    command, _space, address = owner.partition(" ")
    if command == "up":
        return f"The portal is already running: {address}\nCổng thông tin đang chạy: {address}"
    return f"The command {command!r} is using the database now: start again when it has ended."


def _refuse_full_disk(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(var).free
    if free < ROOM_NEEDED:
        raise CommandError(
            f"The disk is full: {free // 2**20} MB are free at {var} and {ROOM_NEEDED // 2**20} MB are needed.\n"
            f"Ổ đĩa đầy: còn {free // 2**20} MB, cần {ROOM_NEEDED // 2**20} MB."
        )


def _disk_words(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk became full: free some room and start again. / Ổ đĩa đầy: hãy dọn bớt rồi chạy lại."
    return f"{error.strerror}: {error.filename}" if error.filename else str(error)


def _static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = os.stat(storage.path(path))
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
