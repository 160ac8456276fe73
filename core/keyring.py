"""The key ring: what phone numbers, identity numbers and the like are sealed with (docs/adr/0023).

A file beside the database and in no backup of it, made at the first start: whoever holds one of the two alone reads
nothing. The newest key seals; the older ones open what they sealed, until everything is sealed anew and they are taken
out. A key's name is chance, so that the ring of another portal never seems to fit.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_FORM = "v1"
_FILE = b"sealed-v1"
_NONCE = 12


class KeyMissing(Exception):
    """The ring has not the key by which a value was sealed, or the value is damaged."""


@dataclass(frozen=True)
class Key:
    """name: stands in each value. seal: encrypts. find: makes the keyed hash by which one looks for a value."""

    name: str
    made: str
    seal: bytes
    find: bytes


def ring() -> tuple[Key, ...]:
    """The keys, the newest first; read anew whenever the file has changed, so that a running portal follows."""
    path: Path = settings.KEY_RING
    try:
        if not path.exists():
            _write_first(path)
        facts = path.stat()
        return _read(path, facts.st_mtime_ns, facts.st_ino)
    except OSError as error:
        raise ImproperlyConfigured(f"The key ring {path} can not be read ({error.strerror}).") from error


@cache
def _read(path: Path, _changed: int, _file: int) -> tuple[Key, ...]:
    try:
        rows = json.loads(path.read_text(encoding="ascii"))
        return tuple(
            Key(row["name"], row["made"], base64.b64decode(row["seal"]), base64.b64decode(row["find"])) for row in rows
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"The key ring {path} is damaged: put back the copy that was kept of it.") from error


def seal(text: str, purpose: str) -> str:
    """The value as it is kept: form, name of the key, and the sealed text. purpose: it opens for no other."""
    if not text:
        return ""
    key = ring()[0]
    sealed = _encrypt(key, text.encode(), purpose)
    return f"{_FORM}.{key.name}.{base64.urlsafe_b64encode(sealed).decode('ascii')}"


def unseal(token: str, purpose: str) -> str:
    """What was sealed. Raises KeyMissing."""
    if not token:
        return ""
    _form, name, told = token.split(".", 2)
    return _decrypt(name, base64.urlsafe_b64decode(told), purpose).decode()


def seal_file(data: bytes, purpose: str) -> bytes:
    """A whole file as it is kept: form, name of the key, and the sealed bytes."""
    key = ring()[0]
    return b".".join([_FILE, key.name.encode(), _encrypt(key, data, purpose)])


def unseal_file(data: bytes, purpose: str) -> bytes:
    """What was sealed; a file that an earlier edition kept unsealed as it is. Raises KeyMissing."""
    name = name_in_file(data)
    return _decrypt(name, data.split(b".", 2)[2], purpose) if name else data


def name_in_file(start: bytes) -> str:
    """By which key a file is sealed, by its first bytes; "" for one that is not."""
    form, _dot, rest = start.partition(b".")
    return rest.partition(b".")[0].decode("ascii") if form == _FILE else ""


def _encrypt(key: Key, data: bytes, purpose: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key.seal).encrypt(nonce, data, purpose.encode())


def _decrypt(name: str, sealed: bytes, purpose: str) -> bytes:
    key = next((key for key in ring() if key.name == name), None)
    if key is None:
        raise KeyMissing(name)
    try:
        return AESGCM(key.seal).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
    except InvalidTag as error:
        raise KeyMissing(name) from error


def name_in(token: str) -> str:
    """By which key a value is sealed."""
    return token.split(".", 2)[1] if token else ""


def is_here(token: str) -> bool:
    return not token or name_in(token) in {key.name for key in ring()}


def hashes(text: str, purpose: str) -> list[str]:
    """By which a value is found again: one for each key, the newest first; nothing for no text."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    told = f"{purpose}:{plain}".encode()
    return [hmac.new(key.find, told, hashlib.sha256).hexdigest() for key in ring()] if plain else []


# ---- the file ------------------------------------------------------------------------------------------
def add_key() -> Key:
    """A new key before all others. It seals from now on."""
    new = _new_key()
    _write(settings.KEY_RING, (new, *ring()))
    return new


def take(file: Path) -> list[str]:
    """Add the keys of another ring, behind the own; the names of those that were not here."""
    here = {key.name for key in ring()}
    new = tuple(key for key in _read(file, file.stat().st_mtime_ns, file.stat().st_ino) if key.name not in here)
    _write(settings.KEY_RING, (*ring(), *new))
    return [key.name for key in new]


def forget(names: set[str]) -> None:
    """Take older keys out of the file. What only they open is lost."""
    kept = ring()
    _write(settings.KEY_RING, tuple(key for key in kept if key is kept[0] or key.name not in names))


def _new_key() -> Key:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return Key(secrets.token_hex(4), today, AESGCM.generate_key(256), secrets.token_bytes(32))


def _write_first(path: Path) -> None:
    """Of several processes at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = _beside(path, (_new_key(),))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    os.replace(_beside(path, keys), path)


def _beside(path: Path, keys: tuple[Key, ...]) -> str:
    rows = [
        {"name": key.name, "made": key.made}
        | {part: base64.b64encode(getattr(key, part)).decode("ascii") for part in ("seal", "find")}
        for key in keys
    ]
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(rows, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return name
