"""A backup: one file with the database, the uploaded files and a manifest that says which portal wrote it."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg2 import sql

from wardportal import embedded, environment

FORMAT = 1
_MANIFEST, _DUMP, _FILES = "manifest.json", "database.dump", "files/"


class Refused(Exception):
    """A sentence that says why there is no backup or no restore."""


def write(target: Path) -> dict:
    """Write the backup beside `target` and put it in place when it is whole. Returns the manifest."""
    if target.exists():
        raise Refused(f"{target} exists already: choose another name.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:  # 0700: it holds people's data
        dump, half = Path(folder, _DUMP), Path(folder, target.name)
        # Old sessions must not come back to life with a restore.
        _postgres("pg_dump", "--format=custom", "--exclude-table-data=django_session", f"--file={dump}")
        files = [path for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")) if path.is_file()]
        manifest = _manifest(files)
        with zipfile.ZipFile(half, "x", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            archive.write(dump, _DUMP)
            for path in files:
                archive.write(path, _FILES + path.relative_to(settings.MEDIA_ROOT).as_posix())
        half.chmod(0o600)
        half.rename(target)
    return manifest


def read_manifest(source: Path) -> dict:
    """The manifest of a backup that this portal can restore; Refused otherwise."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            archive.getinfo(_DUMP)
            archive_format, applied, _server = manifest["format"], manifest["migrations"], manifest["postgresql"]
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Refused(f"{source} is not a backup of this portal.") from error
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(applied) - known)
    if archive_format > FORMAT or unknown:
        why = f"unknown here: {', '.join(unknown[:3])}" if unknown else f"format {archive_format}"
        raise Refused(f"{source} was made by a newer version of the portal ({why}). Update the portal first.")
    return manifest


def restore(source: Path) -> None:
    """Put the backup in place of database and files. Until the last moment the old ones stay as they are."""
    manifest, name = read_manifest(source), connection.settings_dict["NAME"]
    with _administration() as server, tempfile.TemporaryDirectory(dir=settings.VAR, prefix=".restore-") as folder:
        _refuse_newer_server(server, manifest)
        _refuse_visitors(server, name)
        _unpack(source, Path(folder))
        fresh, old = f"{name}_restored", f"{name}_before"
        for leftover in (fresh, old):
            _statement(server, "DROP DATABASE IF EXISTS {}", leftover)
        _statement(server, "CREATE DATABASE {} TEMPLATE template0", fresh)
        _postgres(
            "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(Path(folder, _DUMP)), to=fresh
        )
        with _files_swapped(Path(folder, _FILES)):
            _swap(server, name, fresh, old)
        _statement(server, "DROP DATABASE {}", old)
    cache.clear()  # what is remembered or waits in the queue belongs to the old data


def _manifest(files: list[Path]) -> dict:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "postgresql": server,
        "migrations": sorted(".".join(key) for key in MigrationLoader(connection).applied_migrations),
        "files": len(files),
    }


def _unpack(source: Path, folder: Path) -> None:
    (folder / _FILES).mkdir()
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            if entry.filename == _DUMP or (entry.filename.startswith(_FILES) and not entry.is_dir()):
                Path(archive.extract(entry, folder)).chmod(0o600)  # extract keeps every path inside the folder


@contextlib.contextmanager
def _files_swapped(fresh: Path) -> Iterator[None]:
    """The files of the backup in place of the old ones; back again if the block fails."""
    current = Path(settings.MEDIA_ROOT)
    aside = fresh.with_name("files.before")  # in the temporary folder: gone with it
    if current.exists():
        current.rename(aside)
    fresh.rename(current)
    try:
        yield
    except BaseException:
        shutil.rmtree(current)
        if aside.exists():
            aside.rename(current)
        raise


def _swap(server: "psycopg2.extensions.connection", name: str, fresh: str, old: str) -> None:
    server.autocommit = False
    with server:  # both names change, or none
        _statement(server, "ALTER DATABASE {} RENAME TO {}", name, old)
        _statement(server, "ALTER DATABASE {} RENAME TO {}", fresh, name)
    server.autocommit = True


def _refuse_newer_server(server: "psycopg2.extensions.connection", manifest: dict) -> None:
    theirs = int(manifest["postgresql"].split(".")[0])
    if theirs > server.server_version // 10000:
        ours = server.server_version // 10000
        raise Refused(f"The backup comes from PostgreSQL {theirs} and cannot be read into PostgreSQL {ours}.")


def _refuse_visitors(server: "psycopg2.extensions.connection", name: str) -> None:
    with server.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
        (visitors,) = cursor.fetchone() or (0,)
    if visitors:
        raise Refused(f"{visitors} connections use the database: stop the portal first.")


def _statement(server: "psycopg2.extensions.connection", words: str, *names: str) -> None:
    with server.cursor() as cursor:
        cursor.execute(sql.SQL(words).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def _administration() -> "Iterator[psycopg2.extensions.connection]":
    parameters = _connection_parameters() | {"dbname": "postgres"}
    try:
        with contextlib.closing(psycopg2.connect(**parameters)) as server:
            server.autocommit = True
            yield server
    except psycopg2.Error as error:
        raise Refused(f"The database refused: {str(error).strip()}") from error


def _connection_parameters() -> dict[str, Any]:
    database = connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parameters = {key: str(database[name]) for key, name in named.items() if database[name]}
    return parameters | database["OPTIONS"]


def _postgres(program: str, *arguments: str, to: str | None = None) -> None:
    """Run a program of PostgreSQL on the portal's database, or on the one named by `to`."""
    parameters = _connection_parameters()
    if to:
        parameters["dbname"] = to
    password = parameters.pop("password", "")
    command = [_program(program), f"--dbname={psycopg2.extensions.make_dsn(**parameters)}"]
    done = subprocess.run(
        [*command, "--no-password", *arguments],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(f"{program} failed:\n{done.stderr.strip()[-1500:]}")


def _program(name: str) -> str:
    """The machine's own program when it is as new as the server; the wheel's knows no TLS."""
    if environment.is_set("DATABASE_URL") and (own := shutil.which(name)):
        words = subprocess.run([own, "--version"], capture_output=True, text=True).stdout.split()
        with contextlib.closing(psycopg2.connect(**_connection_parameters())) as server:
            if int(words[2].split(".")[0]) >= server.server_version // 10000:
                return own
    return embedded.postgres_program(name)
