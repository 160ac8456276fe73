"""./run: up, down, and what it says when it cannot."""

import contextlib
import http.client
import signal
import socket

import psycopg2
import pytest

from wardportal import embedded

pytestmark = pytest.mark.slow


def test_a_killed_runner_leaves_nothing_behind_and_the_next_start_works(portal):
    portal.start()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)) as page:
        page.request("GET", "/health/live/")
        assert page.getresponse().status == 200
    second = portal.command("up", "--port", str(portal.port))
    assert f"already running: http://127.0.0.1:{portal.port}/" in second.stderr
    assert "stop it first" in portal.command("restore", "absent", "--yes").stderr

    portal.end(signal.SIGKILL)
    portal.wait_until(lambda: portal.processes() == [], 30)

    portal.start()
    assert portal.end(signal.SIGINT) == 0
    assert portal.processes() == []
    assert "Stopped." in portal.output.read_text()


def test_the_portal_is_no_superuser_of_its_database_and_an_older_one_is_handed_over(portal):
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.setenv("REDIS_URL", "redis://none")
        with embedded.owned(portal.var, by="tests"):
            url = embedded.postgres_url(portal.var, role=embedded.SUPERUSER)
            with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
                cursor.execute(f"REASSIGN OWNED BY {embedded.ROLE} TO {embedded.SUPERUSER}")
    portal.shell(
        "from django.db import connection; cursor = connection.cursor();"
        "cursor.execute('CREATE TABLE mine (id int); DROP TABLE mine; ALTER TABLE accounts_unit ADD COLUMN more int');"
        "cursor.execute('ALTER FUNCTION vi_fold(text) STABLE')"
    )
    asked = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    assert (
        portal.shell(
            f"from django.db import connection; cursor = connection.cursor(); cursor.execute('{asked}');"
            "print(cursor.fetchone()[0])"
        )
        == "False"
    )


def test_a_taken_port_is_named_before_anything_is_made(empty_portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", empty_portal.port))
        other.listen()
        assert f"Port {empty_portal.port} is used by another program" in empty_portal.refuse(
            "up", "--port", str(empty_portal.port)
        )
    assert not (empty_portal.var / "postgres").exists()


def test_data_of_another_postgresql_is_left_alone(empty_portal):
    data = empty_portal.var / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("99\n")
    sentence = empty_portal.refuse("up", "--port", str(empty_portal.port))
    assert "PostgreSQL 99" in sentence
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_data_of_a_newer_portal_is_left_alone(portal):
    portal.shell(
        "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection;"
        "R(connection).record_applied('accounts', '9999_tomorrow')"
    )
    assert "newer version of the portal (unknown here: accounts.9999_tomorrow)" in portal.refuse(
        "up", "--port", str(portal.port)
    )


def test_an_odd_port_is_refused_by_name(empty_portal):
    empty_portal.environment["PORTAL_PORT"] = "http"
    assert "PORTAL_PORT='http'" in empty_portal.refuse("up")


def test_commands_before_the_first_start_say_that_nothing_is_set_up(empty_portal, tmp_path):
    for command in (
        ["figures", "--campaign", "2022"],
        ["backup", str(tmp_path / "ward.backup")],
    ):
        said = empty_portal.refuse(*command)
        assert "The database is not set up yet" in said
        assert "Cơ sở dữ liệu chưa được thiết lập" in said
