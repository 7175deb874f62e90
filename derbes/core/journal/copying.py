"""Rows of very many people are written at once: COPY in binary on PostgreSQL, one prepared statement elsewhere.

A column is given as one value for all rows or as a list with a value for each; what is the same for all is
encoded once. Constraints, triggers and the caller's transaction hold as for any other row.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import connection, models

_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SMALL, _LARGE = struct.Struct("!h"), struct.Struct("!q")


def insert(model: type[models.Model], **columns: object) -> int:
    """Insert rows into the table of `model`; return how many.

    Every column without a default is given, one of them at least as a list. Raises what the database does.
    """
    count = next(len(values) for values in columns.values() if isinstance(values, list))
    if not count:
        return 0
    meta = model._meta  # noqa: SLF001  what a model is, Django tells by _meta
    usual = {
        field.attname: field.get_default()
        for field in meta.concrete_fields
        if field.has_default() or field.null
    }
    usual = {name: tuple(one) if isinstance(one, list) else one for name, one in usual.items()}
    columns = {**usual, **columns}
    fields: list[Any] = [meta.get_field(name) for name in columns]
    encoded = _ENCODED[connection.vendor]
    rows = zip(
        *(
            map(encoded(field), values) if isinstance(values, list) else repeat(encoded(field)(values), count)
            for field, values in zip(fields, columns.values(), strict=True)
        ),
        strict=False,
    )
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {meta.db_table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {meta.db_table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
    return count


def known(model: type[models.Model], column: str, values: Sequence[bytes], **where: str) -> set[bytes]:
    """Return which of `values` stand in a column of bytes: one question, or one for each thousand or so."""
    found = set[bytes]()
    most = len(values) if connection.vendor == "postgresql" else _MOST
    for start in range(0, len(values), most or 1):
        part = list(values[start : start + most])
        rows = model.objects.filter(**where, **{f"{column}__in": part})  # type: ignore[attr-defined]
        found.update(bytes(value) for value in rows.values_list(column, flat=True))
    return found


_MOST = 900  # values that SQLite takes in one statement, everywhere


def _binary(field: Any) -> Callable[[Any], bytes | None]:
    """How PostgreSQL's binary COPY wants values of this column: as bytes already, so that nothing is guessed."""
    encode = _BINARY[field.get_internal_type()]
    return (lambda value: None if value is None else encode(value)) if field.null else encode


def _moment(at: datetime) -> bytes:
    return _LARGE.pack((at - _POSTGRES_EPOCH) // _MICROSECOND)


_BINARY: Mapping[str, Callable[[Any], bytes]] = {
    "UUIDField": lambda value: value.bytes,
    "JSONField": lambda value: b"\1" + json.dumps(value).encode(),
    "DateTimeField": _moment,
    "CharField": str.encode,
    "TextField": str.encode,
    "BinaryField": bytes,
    "BooleanField": lambda value: b"\1" if value else b"\0",
    "PositiveSmallIntegerField": _SMALL.pack,
    "PositiveBigIntegerField": _LARGE.pack,
    "BigIntegerField": _LARGE.pack,
}


def _plain(field: Any) -> Callable[[Any], Any]:
    if field.get_internal_type() in {"CharField", "TextField", "BinaryField"}:
        return _same
    if field.get_internal_type() == "UUIDField":
        return _hex
    return lambda value: field.get_db_prep_value(value, connection)


def _same(value: Any) -> Any:
    return value


def _hex(value: UUID) -> str:
    return value.hex


_ENCODED: Mapping[str, Callable[[Any], Callable[[Any], Any]]] = {"postgresql": _binary, "sqlite": _plain}
