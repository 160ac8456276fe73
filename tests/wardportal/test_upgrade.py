"""A database that an earlier edition filled becomes the database of this one, and no row is lost on the way.

edition_1.sql.gz is such a database as pg_dump wrote it: the demonstration, and at least one row in each of the other
tables. Its tables were made in Django's own way, without wardportal.quick_migrations. The file is never made anew: what
the edition wrote, wards have.
"""

import contextlib
import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, migrations, transaction
from django.db.migrations.loader import MigrationLoader

from wardportal import embedded

EDITION_1 = Path(__file__).with_name("edition_1.sql.gz")
WRITTEN_BY_MIGRATING = {"django_migrations", "django_content_type", "auth_permission"}
ANOTHER_TABLE = {"notifications_job"}  # the first edition's was dropped unused; one of that name came later
MERGED = {"campaigns_documentkind"}  # one row for all issuers; tests/campaigns holds that no document loses its kind
A_LIST = re.compile(r"\(\(ARRAY\[(.*?)\]\)::text\[\]\)")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("TEST_TEMPLATE" not in os.environ, reason="a server of somebody's own"),
]


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The address of a database with what the first edition wrote."""
    name = f"test_upgrade_{os.getpid()}"
    with contextlib.closing(psycopg2.connect(_address("postgres", embedded.SUPERUSER))) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 OWNER "{embedded.ROLE}"')
            try:
                load = [embedded.postgres_program("psql"), "-q", "-1", "-v", "ON_ERROR_STOP=1", _address(name)]
                subprocess.run(
                    load, input=gzip.decompress(EDITION_1.read_bytes()), stdout=subprocess.DEVNULL, check=True
                )
                yield _address(name)
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _address(name: str, role: str = embedded.ROLE) -> str:
    return embedded.postgres_url(settings.VAR, name, role=role)


def rows(address: str) -> dict[str, int]:
    with contextlib.closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def schema(address: str) -> list[str]:
    command = [embedded.postgres_program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges", address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = A_LIST.sub(_as_loaded, text).splitlines()
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]  # a new word every time


def _as_loaded(found: re.Match[str]) -> str:
    """A list of words in a constraint, as PostgreSQL writes it after it was dumped and loaded once."""
    return "(ARRAY[" + re.sub(r"('[^']*'::character varying)", r"(\1)::text", found[1]) + "])"


def own_apps() -> set[str]:
    """As the names of tables begin."""
    labels = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.ROOT}
    return {label.partition("_")[0] for label in labels}


def test_a_filled_database_of_the_first_edition_becomes_one_of_today() -> None:
    with database() as address:
        before = rows(address)
        empty = [table for table, count in before.items() if not count and table.partition("_")[0] in own_apps()]
        assert not empty, f"a column that has no value for old rows would pass unseen: {empty}"

        env = os.environ | {"DATABASE_URL": address}
        command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
        done = subprocess.run(command, cwd=settings.ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]

        after = rows(address)
        kept = before.keys() & after.keys() - WRITTEN_BY_MIGRATING - ANOTHER_TABLE - MERGED
        lost = {table: (before[table], after[table]) for table in kept if after[table] < before[table]}
        assert not lost, lost
        assert schema(address) == schema(_address(os.environ["TEST_TEMPLATE"]))


FACTS = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
    a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r'
UNION ALL SELECT 'constraint', c.relname, n.conname, pg_get_constraintdef(n.oid), NULL, NULL, NULL, NULL
FROM pg_class c JOIN pg_constraint n ON n.conrelid = c.oid WHERE c.relnamespace = %(schema)s::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef, NULL, NULL, NULL, NULL
FROM pg_indexes WHERE schemaname = %(schema)s
"""


def test_migrating_leads_to_what_the_models_say(transactional_db: None) -> None:
    """Made in one go from today's models, every column, constraint and index is as migrating made it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA made")
        cursor.execute("SET LOCAL search_path TO made, public")
        with connection.schema_editor() as editor:
            for model in apps.get_models(include_auto_created=True):
                if model._meta.managed and not model._meta.proxy and not model._meta.auto_created:
                    editor.create_model(model)
        made, migrated = _facts(cursor, "made"), _facts(cursor, "public")
        transaction.set_rollback(True)
    assert len(made) > 3_000
    assert not {fact for fact in made - migrated if fact[1].partition("_")[0] in own_apps()}


def _facts(cursor: Any, schema: str) -> set[tuple]:
    cursor.execute(FACTS, {"schema": schema})
    return {tuple(str(part).replace(f"{schema}.", "") for part in row) for row in cursor.fetchall()}


def test_no_migration_alters_a_primary_key() -> None:
    """What wardportal.quick_migrations counts on."""
    changes = [
        operation for migration in MigrationLoader(None).disk_migrations.values() for operation in migration.operations
    ]
    altered = [operation for operation in changes if isinstance(operation, migrations.AlterField)]
    own = [operation for operation in altered if operation.field.primary_key]
    assert altered
    assert not own
