"""Uploads that hold what only sealed columns may keep: on the disk sealed by the key ring (docs/adr/0023), opened in
memory alone. In a folder of their own, so that all of them are found when a key is turned."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from core import keyring
from core.files import stored_path

FOLDER, PURPOSE = "sealed", "file"
_START = 64  # bytes, in which the name of the key stands


def sealed_path(instance: object, filename: str) -> str:
    return f"{FOLDER}/{stored_path(instance, filename)}"


@deconstructible
class SealedStorage(FileSystemStorage):
    def _save(self, name: str, content: File) -> str:
        return cast(Any, super())._save(name, ContentFile(keyring.seal_file(content.read(), PURPOSE)))

    def _open(self, name: str, mode: str = "rb") -> File:
        """Raises keyring.KeyMissing."""
        with cast(Any, super())._open(name, "rb") as file:
            return ContentFile(keyring.unseal_file(file.read(), PURPOSE), name=name)


def sealed_files() -> Iterator[Path]:
    yield from sorted(path for path in (Path(settings.MEDIA_ROOT) / FOLDER).rglob("*") if path.is_file())


def key_of(path: Path) -> str:
    """By which key a file is sealed; "" for one that went meanwhile."""
    try:
        with path.open("rb") as file:
            return keyring.name_in_file(file.read(_START))
    except FileNotFoundError:
        return ""


def reseal(path: Path) -> bool:
    """Seal a file anew by the newest key, as a whole or not at all; one whose key is not here stays as it is."""
    name = key_of(path)
    if not name or name == keyring.ring()[0].name or name not in {key.name for key in keyring.ring()}:
        return False
    handle, beside = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(keyring.seal_file(keyring.unseal_file(path.read_bytes(), PURPOSE), PURPOSE))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.replace(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)
    return True
