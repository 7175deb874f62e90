"""Rows of very many people are written at once: COPY in binary on PostgreSQL, one prepared statement elsewhere.

A column is given as one value for all rows or as a list with a value for each; what is the same for all is
encoded once. Constraints, triggers and the caller's transaction hold as for any other row.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, repeat
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection, models

_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def insert(
    model: type[models.Model], *, beside: Callable[[int, int], None] | None = None, **columns: object
) -> int:
    """Insert rows into the table of `model`; return how many.

    Every column without a default is given, one of them at least as a list. `beside` is work to be done on rows while
    the database writes: it is called with the first and the one after the last of some, and so on for all of them.
    Raises what the database does.
    """
    given, lists, count = _given(model, columns)
    if not count:
        return 0
    if connection.vendor == "postgresql":
        _copy(model, given, map(b"".join, _packed(given, lists, count)), count, beside)
    else:
        _insert(model, given, _plain(given, lists, count))
        if beside is not None:
            beside(0, count)
    return count


class Batch(NamedTuple):
    """Rows that were made ready to be written as they are: of which model and columns, and each with whose it is."""

    model: type[models.Model]
    columns: tuple[str, ...]
    owners: list[bytes]
    rows: list[Any]


def ready(model: type[models.Model], *, subject: list[bytes], **columns: object) -> Batch:
    """Return rows as `insert` would write them. No database is asked, so another process can do it."""
    given, lists, count = _given(model, {"subject": subject, **columns})
    packed = connection.vendor == "postgresql"
    rows = list(map(b"".join, _packed(given, lists, count))) if packed else _plain(given, lists, count)
    return Batch(model, tuple(field.attname for field in given), subject, rows)


def together(batches: Sequence[Batch]) -> Batch:
    """Return batches of the same people and columns as one, in which the rows of a person stand side by side."""
    first = batches[0]
    owners = [owner for owner in first.owners for _ in batches]
    rows = [row for theirs in zip(*(batch.rows for batch in batches), strict=True) for row in theirs]
    return Batch(first.model, first.columns, owners, rows)


def write(batch: Batch, *, without: Collection[bytes] = ()) -> None:
    """Insert the rows that were made ready, but for those of the owners in `without`. Raises what the database does."""
    rows = batch.rows
    if without:
        rows = [row for row, owner in zip(rows, batch.owners, strict=True) if owner not in without]
    if rows:
        fields = [batch.model._meta.get_field(name) for name in batch.columns]  # noqa: SLF001
        if connection.vendor == "postgresql":
            _copy(batch.model, fields, rows, len(rows))
        else:
            _insert(batch.model, fields, rows)


def _given(model: type[models.Model], columns: Mapping[str, object]) -> tuple[dict[Any, Any], set[str], int]:
    """What is given for each field, the defaults among it; which of it are lists; and how many rows it makes."""
    lists = {name for name, values in columns.items() if isinstance(values, list)}
    meta = model._meta  # noqa: SLF001  what a model is, Django tells by _meta
    usual = {
        field.attname: field.get_default()
        for field in meta.concrete_fields
        if field.has_default() or field.null
    }
    given = {meta.get_field(name): values for name, values in {**usual, **columns}.items()}
    return given, lists, len(cast("list[Any]", columns[min(lists)]))


def _copy(
    model: type[models.Model],
    fields: Iterable[Any],
    rows: Iterable[bytes],
    count: int,
    beside: Callable[[int, int], None] | None = None,
) -> None:
    """Send packed rows in pieces: while PostgreSQL takes one, the next is put together and `beside` is done."""
    names, rows = ", ".join(f'"{field.column}"' for field in fields), iter(rows)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,  # noqa: SLF001
    ):
        for start in range(0, count, _PIECE):
            copy.write((b"" if start else _HEAD) + b"".join(islice(rows, _PIECE)))
            if beside is not None:
                beside(start, min(count, start + _PIECE))
        copy.write(_END)


def _insert(model: type[models.Model], fields: Collection[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    names, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", rows)  # noqa: S608, SLF001


def _packed(given: Mapping[Any, Any], lists: Collection[str], count: int) -> Iterator[Iterable[bytes]]:
    """The rows as PostgreSQL's binary COPY wants them: in each the number of cells, and each cell after its length.

    Each row comes in parts, packed when it is asked for. What stands between two columns that have lists is the same
    in all rows and is put together once.
    """
    parts, same = list[Iterable[bytes]](), _SHORT.pack(len(given))
    for field, values in given.items():
        pack = _PACK[field.get_internal_type()]
        if field.attname not in lists:
            same += _cell(None if values is None else pack(values))
            continue
        length, cells = _cells(pack, values)
        parts += [repeat(same + length, count), cells]
        same = b""
    parts.append(repeat(same, count))
    return zip(*parts, strict=True)


def _plain(given: Mapping[Any, Any], lists: Collection[str], count: int) -> list[tuple[Any, ...]]:
    """The rows as SQLite takes them."""
    columns = list[Iterable[Any]]()
    for field, values in given.items():
        if field.attname not in lists:
            columns.append(repeat(field.get_db_prep_value(values, connection), count))
        elif field.get_internal_type() == "UUIDField":
            columns.append([value.hex() if isinstance(value, bytes) else value.hex for value in values])
        elif field.get_internal_type() in _AS_IT_IS:
            columns.append(values)
        else:
            columns.append([field.get_db_prep_value(value, connection) for value in values])
    return list(zip(*columns, strict=True))


def known(model: type[models.Model], column: str, values: Sequence[bytes], **where: str) -> set[bytes]:
    """Return which of `values` stand in a column of bytes: one question, or one for each thousand or so."""
    if connection.vendor == "postgresql":
        return _known(model, column, values, where)
    found = set[bytes]()
    for start in range(0, len(values), _MOST):
        part = list(values[start : start + _MOST])
        rows = model.objects.filter(**where, **{f"{column}__in": part})  # type: ignore[attr-defined]
        found.update(bytes(value) for value in rows.values_list(column, flat=True))
    return found


def _known(
    model: type[models.Model], column: str, values: Sequence[bytes], where: Mapping[str, str]
) -> set[bytes]:
    table = model._meta.db_table  # noqa: SLF001
    named = "".join(f" AND {name} = %s" for name in where)
    with connection.cursor() as cursor:
        sql = f"SELECT {column} FROM {table} WHERE {column} = ANY(%b){named}"  # noqa: S608  names of ours
        cursor.execute(sql, [list(values), *where.values()])
        return {bytes(value) for (value,) in cursor.fetchall()}


_PIECE = 512  # rows that are sent to PostgreSQL at once
_MOST = 900  # values that SQLite takes in one statement, everywhere
_AS_IT_IS = frozenset({"CharField", "TextField", "BinaryField"})

_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_SHORT, _LENGTH, _LONG = struct.Struct("!h"), struct.Struct("!i"), struct.Struct("!q")


def _cells(pack: Callable[[Any], bytes], values: Sequence[Any]) -> tuple[bytes, Iterable[bytes]]:
    """What stands before each cell of a list, and the cells; of a value that stands in it often nothing is made twice."""
    if isinstance(values[0], bytes) and set(map(type, values)) == {bytes} and len(set(map(len, values))) == 1:
        return _LENGTH.pack(len(values[0])), values
    if joined := _joined(pack, values):
        size = len(joined) // len(values)
        return _LENGTH.pack(size), [joined[at : at + size] for at in range(0, len(joined), size)]
    if pack in _FEW_VALUES:
        known: dict[Any, bytes] = {None: _NULL}
        return b"", (known[v] if v in known else known.setdefault(v, _cell(pack(v))) for v in values)
    return b"", (_NULL if value is None else _cell(pack(value)) for value in values)


def _joined(pack: Callable[[Any], bytes], values: Sequence[Any]) -> bytes:
    """All of a list packed at once, where each of it is as long: whole numbers, and texts such as numbers of acts; else nothing."""
    if None in values:
        return b""
    if pack == _LONG.pack:
        return struct.pack(f"!{len(values)}q", *values)
    if pack is _text and len(set(map(len, values))) == 1 and (joined := "".join(values)).isascii():
        return joined.encode()
    return b""


def _cell(packed: bytes | None) -> bytes:
    return _NULL if packed is None else _LENGTH.pack(len(packed)) + packed


def _moment(at: datetime) -> bytes:
    return _LONG.pack((at - _POSTGRES_EPOCH) // _MICROSECOND)


def _text(value: str) -> bytes:
    return value.encode()


def _number(value: UUID | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.bytes


_PACK: Mapping[str, Callable[[Any], bytes]] = {
    "UUIDField": _number,
    "DateTimeField": _moment,
    "CharField": _text,
    "TextField": str.encode,
    "BinaryField": bytes,
    "BooleanField": lambda value: b"\1" if value else b"\0",
    "PositiveSmallIntegerField": _SHORT.pack,
    "PositiveBigIntegerField": _LONG.pack,
    "BigIntegerField": _LONG.pack,
    "JSONField": lambda value: b"\1" + json.dumps(value).encode(),
}
_FEW_VALUES = (_moment, _text)
