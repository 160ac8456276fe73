"""Everything sealed anew by the newest key, in sets: whatever ends it, what was done stays, and it goes on there."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import connection, models, transaction

from core import keyring
from core.fields import EncryptedText, KeyedHash, hashes_of, sealed_columns
from core.sealed_files import key_of, sealed_files
from core.sealed_files import reseal as reseal_file

SET = 500


def in_use() -> Counter[str]:
    """By which keys how many values are sealed, in rows and in their histories, and files."""
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns")
        there = set(cursor.fetchall())  # a backup that was just put back may be of an older edition
        for model, field, _hash in sealed_columns():
            table, column = _names(model, field)
            if (model._meta.db_table, field.column) not in there:
                continue
            cursor.execute(
                f"SELECT split_part({column}, '.', 2), count(*) FROM {table} WHERE {column} <> '' GROUP BY 1"
            )
            found.update(dict(cursor.fetchall()))
    found.update(name for path in sealed_files() if (name := key_of(path)))
    return found


def missing_words() -> str:
    """What whoever starts or restores the portal has to know; empty where no key is missing."""
    lacking = missing()
    if not lacking:
        return ""
    return (
        f"{sum(lacking.values())} values (phone and identity numbers and the like) are sealed with a key that is "
        f"not in {settings.KEY_RING}: {', '.join(sorted(lacking))}. Everything else works. Take over the key ring of "
        "the portal that wrote them: ./run rotate_keys --take FILE\n"
        "Một số trường mã hóa cần khóa của cổng đã ghi chúng. Các phần khác vẫn dùng được. Hãy nhập lại tệp khóa: "
        "./run rotate_keys --take TỆP"
    )


def missing() -> dict[str, int]:
    """Values of which this portal has no key: by its name, how many."""
    here = {key.name for key in keyring.ring()}
    return {name: count for name, count in in_use().items() if name not in here}


def reseal() -> Iterator[int]:
    """One set after the other, each its own transaction; how many values it had.

    A value whose key is not here stays as it is: it can be sealed anew once that key is put back.
    """
    for model, field, hash_field in sealed_columns():
        after = 0
        while rows := _take(model, field, after):
            after = rows[-1][0]
            yield _reseal_set(model, field, hash_field, rows)
    yield sum(reseal_file(path) for path in sealed_files())


def _names(model: type[models.Model], field: models.Field) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(str(field.column))


def _take(model: type[models.Model], field: EncryptedText, after: int) -> list[tuple[Any, ...]]:
    table, column = _names(model, field)
    pk = connection.ops.quote_name(str(model._meta.pk.column))
    newest = keyring.ring()[0].name
    sql = f"SELECT {pk} FROM {table} WHERE {pk} > %s AND {column} <> '' AND split_part({column}, '.', 2) <> %s"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {pk} LIMIT {SET}", [after, newest])
        return cursor.fetchall()


def _reseal_set(
    model: type[models.Model], field: EncryptedText, hash_field: KeyedHash | None, keys: list[tuple[Any, ...]]
) -> int:
    """The rows are locked and read again: who changes one meanwhile is not overwritten. No history of it is written."""
    table, column = _names(model, field)
    pk = connection.ops.quote_name(str(model._meta.pk.column))
    count = 0
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk}, ward_id, {column} FROM {table} WHERE {pk} = ANY(%s) FOR UPDATE", [[k for (k,) in keys]]
        )
        for key, ward_id, token in cursor.fetchall():
            if not token or not keyring.is_here(token):
                continue
            plain = keyring.unseal(token, field.name)
            sets, values = f"{column} = %s", [keyring.seal(plain, field.name)]
            if hash_field:
                sets += f", {connection.ops.quote_name(str(hash_field.column))} = %s"
                values.append((hashes_of(plain, ward_id, field.name) or [""])[0])
            cursor.execute(f"UPDATE {table} SET {sets} WHERE {pk} = %s", [*values, key])
            count += 1
    return count
