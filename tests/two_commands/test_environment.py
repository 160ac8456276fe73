"""Odd values in the environment are refused with the variable's name."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from wardportal import environment


@pytest.mark.parametrize("value", ["maybe", "2", "on "])
def test_a_flag_is_yes_or_no(monkeypatch, value):
    monkeypatch.setenv("PORTAL_DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_DEBUG"):
        environment.flag("PORTAL_DEBUG", default=False)


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "٣", "0"])
def test_a_number_is_whole_and_large_enough(monkeypatch, value):
    monkeypatch.setenv("PORTAL_UPLOAD_MAX_MB", value)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_UPLOAD_MAX_MB"):
        environment.number("PORTAL_UPLOAD_MAX_MB", 10, at_least=1)


@pytest.mark.parametrize("url", ["mysql://h/name", "postgresql://host", "host/name", "postgresql://h:port/name"])
def test_a_database_url_is_postgresql_with_a_name(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(url)


def test_a_database_url_is_taken_apart():
    database = environment.database("postgresql://portal:p%40ss@db.example:6432/ward?sslmode=require")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "6432", "ward")
    assert (database["USER"], database["PASSWORD"]) == ("portal", "p@ss")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["http://host", "host:6379", "redis+socket:///path"])
def test_a_redis_url_has_a_known_scheme(url):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        environment.redis_url(url)


def test_the_broker_uses_the_same_valkey_database():
    assert environment.broker_url("unix:///run/v.sock?db=3") == "redis+socket:///run/v.sock?virtual_host=3"
    assert environment.broker_url("redis://host:6379/3") == "redis://host:6379/3"


@pytest.mark.parametrize("url", ["smtp://", "mail.example:25", "smtp://host:mail"])
def test_a_mail_url_has_a_known_scheme_and_a_host(url):
    with pytest.raises(ImproperlyConfigured, match="MAIL_URL"):
        environment.mail(url)


def test_a_mail_url_is_taken_apart():
    mail = environment.mail("smtps://portal:p%40ss@mail.example")
    assert (mail.host, mail.port, mail.user, mail.password) == ("mail.example", 465, "portal", "p@ss")
    assert environment.mail("smtp+starttls://mail.example").port == 587
    assert environment.mail("console://").backend == "django.core.mail.backends.console.EmailBackend"


def test_a_value_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("PORTAL_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.text("PORTAL_SECRET_KEY") == "from the file"


def test_an_unreadable_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_SECRET_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match="absent"):
        environment.text("PORTAL_SECRET_KEY")


def test_a_needed_value_is_named(monkeypatch):
    monkeypatch.delenv("PORTAL_NEEDED", raising=False)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_NEEDED"):
        environment.text("PORTAL_NEEDED")


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ({}, "True False False"),
        ({"PORTAL_HSTS_SUBDOMAINS": "yes"}, "True True False"),
        ({"PORTAL_HSTS_PRELOAD": "yes"}, "True False True"),
    ],
)
def test_only_what_the_ward_asks_for_binds_its_other_sites_to_https(wanted, answer):
    code = (
        "from wardportal import settings as s;"
        "print(s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    )
    env = os.environ | {"PORTAL_BASE_URL": "https://ward.example"} | wanted
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == answer
