"""Text that the database holds sealed, and the keyed hash by which it is found (core/keyring.py, docs/adr/0023)."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from core import keyring
from core.text import nfc


class Sealed:
    """A value as the database has it. It prints as dots: only `open()` tells it, and who calls that writes it down."""

    __slots__ = ("purpose", "shows_last", "token")

    def __init__(self, token: str, purpose: str, shows_last: int = 0) -> None:
        self.token, self.purpose, self.shows_last = token, purpose, shows_last

    def __str__(self) -> str:
        return "•••" if self.token else ""

    def __repr__(self) -> str:
        return f"<Sealed {self.purpose}>"

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self.token, self.purpose) == (other.token, other.purpose)

    def __hash__(self) -> int:
        return hash((self.token, self.purpose))

    @property
    def is_readable(self) -> bool:
        """Whether this portal has the key."""
        return keyring.is_here(self.token)

    def open(self) -> str:
        """Raises keyring.KeyMissing."""
        return keyring.unseal(self.token, self.purpose)

    @property
    def masked(self) -> str:
        """All but the last signs as dots."""
        if not self.token or not self.is_readable:
            return str(self)
        plain = self.open() if self.shows_last else ""
        end = plain[-self.shows_last :] if len(plain) > 2 * self.shows_last else ""
        return "•" * max(len(plain) - len(end), 3) + end


class _SealedAttribute(DeferredAttribute):
    """What is set on a row is sealed at once, so that no row carries plain text about."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class EncryptedText(models.TextField):
    """shows_last: how many of its last signs a page may show unasked."""

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, shows_last: int = 0, **kwargs: Any) -> None:
        self.shows_last = shows_last
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(keyring.seal(nfc(str(value)).strip(), self.name), self.name, self.shows_last)

    def from_db_value(self, value: str | None, *_args: Any) -> Any:
        return None if value is None else Sealed(value, self.name, self.shows_last)

    def get_prep_value(self, value: Any) -> Any:
        value = self.to_python(value)
        return value.token if isinstance(value, Sealed) else value

    def value_to_string(self, obj: models.Model) -> str:
        sealed: Any = self.value_from_object(obj)
        return sealed.token


class KeyedHash(models.CharField):
    """The hash of a sealed field beside it (`of`), different in each ward; the table's history does not keep it."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": 64, "blank": True, "editable": False, "db_index": True} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        source: Sealed = getattr(model_instance, self.of)
        if source.is_readable:
            told = keyring.hashes(source.open(), purpose(model_instance.ward_id, self.of))  # type: ignore[attr-defined]
            setattr(model_instance, self.attname, told[0] if told else "")
        return getattr(model_instance, self.attname)


def purpose(ward_id: int, name: str) -> str:
    return f"{ward_id}:{name}"


def hashes_of(text: str, ward_id: int, name: str) -> list[str]:
    """What a KeyedHash of the field may be for this text, while several keys are in use."""
    return keyring.hashes(text, purpose(ward_id, name))


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedText, KeyedHash | None]]:
    """Every sealed field of every table, histories too, with its hash."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedText):
                beside = (f for f in model._meta.local_concrete_fields if isinstance(f, KeyedHash))
                yield model, field, next((f for f in beside if f.of == field.name), None)
