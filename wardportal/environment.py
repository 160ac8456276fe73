"""Reads settings from the environment and refuses odd values loudly, naming the variable."""

import base64
import binascii
import os
from datetime import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or of the file named by `name_FILE`; without a default it must be there."""
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {file}: {error.strerror}") from error
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is needed and not set. See the configuration table in README.md.")
    return value


def is_set(name: str) -> bool:
    return bool(text(name, ""))


def flag(name: str, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name}={value!r}: write yes or no.")
    return value in {"yes", "true", "1"}


def number(name: str, default: int, at_least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < at_least:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number of at least {at_least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def hours(name: str, default: str) -> tuple[time, time]:
    """Two times of a day, the first before the second; 24:00 is the end of the day."""
    value = text(name, default)
    try:
        first, last = (time.max if part == "24:00" else time.fromisoformat(part) for part in value.split("-"))
    except ValueError:
        first = last = time.min
    if first >= last:
        raise ImproperlyConfigured(f"{name}={value!r}: write two times such as 07:30-20:00.")
    return first, last


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: the port after the host is a number up to 65535.") from error


def database(url: str) -> dict:
    """Django's database settings from postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL: write postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(_port(parts, "DATABASE_URL") or ""),
        "OPTIONS": options,
    }


def redis_url(url: str) -> str:
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured("REDIS_URL: write redis://host:6379/0, rediss://… or unix:///path.")
    return url


def broker_url(url: str) -> str:
    """Celery's spelling of the same address: redis+socket:///path?virtual_host=1 for unix:///path?db=1."""
    if not url.startswith("unix:"):
        return url
    return url.replace("unix:", "redis+socket:", 1).replace("?db=", "?virtual_host=", 1)


class Mail(NamedTuple):
    backend: str
    scheme: str
    host: str
    port: int
    user: str
    password: str


def mail(url: str) -> Mail:
    """What smtp://user:password@host:port, smtps:// (TLS), smtp+starttls:// or console:// says."""
    parts = urlsplit(url)
    backends = {"console": "console", "memory": "locmem", "smtp": "smtp", "smtps": "smtp", "smtp+starttls": "smtp"}
    backend = backends.get(parts.scheme)
    if backend is None or (backend == "smtp" and not parts.hostname):
        raise ImproperlyConfigured("MAIL_URL: write smtp://user:password@host:port, smtps://… or console://.")
    return Mail(
        f"django.core.mail.backends.{backend}.EmailBackend",
        parts.scheme,
        parts.hostname or "",
        _port(parts, "MAIL_URL") or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def webhook(url: str, secret: str) -> tuple[str, str]:
    """Address and shared secret of an SMS or Zalo provider; both or none, and nothing readable on its way."""
    if not url and not secret:
        return "", ""
    parts = urlsplit(url)
    _port(parts, "PORTAL_WEBHOOK_URL")
    at_home = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not (parts.scheme == "https" or at_home) or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ImproperlyConfigured(
            "PORTAL_WEBHOOK_URL: write https://host/path without user name and password (http:// only to localhost)."
        )
    if not url.isascii() or any(sign.isspace() for sign in url):
        raise ImproperlyConfigured("PORTAL_WEBHOOK_URL: write it in ASCII letters without blanks.")
    if len(secret) < 32:
        raise ImproperlyConfigured(
            "PORTAL_WEBHOOK_SECRET: the provider and the portal share at least 32 characters, for example from "
            "`openssl rand -hex 32`."
        )
    return url, secret


def push_key(value: str) -> str:
    """The private key of web push as 32 bytes in base64url, as the usual VAPID tools print it; "" for none."""
    try:
        key = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if value and (len(key) != 32 or not 0 < int.from_bytes(key, "big") < P256_ORDER):
        raise ImproperlyConfigured("PORTAL_PUSH_KEY: write a private VAPID key, 43 letters of base64url.")
    return value
