"""Rows that a step adds, written together: all that were added one after another go in one statement.

A trip to the database costs more than a row. What always holds: within a step, rows that were added are in
the database before the step's next statement looks, and at the latest when it commits. So nobody sees that
they waited, but for one thing: an error of theirs is raised where they are written, not where they are added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Row = Mapping[str, Any]


class Table:
    """The rows of one model, to be added only. `replaces` names the columns that a second row of the same key sets;
    `ignores` leaves the first row as it is.
    """

    def __init__(
        self, model: type[models.Model], *, replaces: tuple[str, ...] = (), ignores: bool = False
    ) -> None:
        fields = model._meta.concrete_fields
        self.name = model._meta.db_table
        self.fields = {field.attname: field for field in fields}
        self.keys = tuple(field.attname for field in getattr(model._meta, "pk_fields", [model._meta.pk]))
        self.replaces, self.ignores = replaces, ignores
        self._usual = {
            field.attname: field.get_default() for field in fields if field.has_default() or field.null
        }

    def add(self, **values: Any) -> None:
        """Add a row: every column that has no default, by name."""
        row = {**self._usual, **values}
        if row.keys() != self.fields.keys():
            message = f"{self.name}: {sorted(row.keys() ^ self.fields.keys())}"
            raise TypeError(message)
        waiting = _waiting.get()
        if waiting is None:
            _write({self: [row]})
        else:
            _wait(waiting, self, row)

    @cached_property
    def encoded(self) -> list[tuple[str, Callable[[Any], bytes]]]:
        """The columns, and what makes a cell of a value of each, for PostgreSQL."""
        return [(name, _encoder(field)) for name, field in self.fields.items()]

    def keep(self, instance: models.Model) -> None:
        """Add a row as the instance has it."""
        self.add(**{name: getattr(instance, name) for name in self.fields})


_Waiting = dict[Table, list[Row]]
_waiting: ContextVar[_Waiting | None] = ContextVar("rows that wait", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Let rows added within wait for the next statement or for the end. An exception discards them."""
    waiting: _Waiting = {}
    mark, database = _waiting.set(waiting), connections[DEFAULT_DB_ALIAS]
    try:
        with database.execute_wrapper(_before):
            yield
            write(last=database.in_atomic_block and not database.savepoint_ids)
    finally:
        _waiting.reset(mark)


def write(*, last: bool = False) -> None:
    """Write what waits; with the `last` of a transaction, PostgreSQL is told to commit in the same trip."""
    waiting = _waiting.get()
    if waiting:
        rows = dict(waiting)
        waiting.clear()
        _write(rows, last=last)


#: What the databases call differently. `{json}`…`{nosj}` stand around a subquery that gives JSON, of which SQLite
#: forgets that it is; `{text}` stands after JSON that is to be returned.
_WORDS = {
    "sqlite": {
        "{agg}": "json_group_array",
        "{array}": "json_array",
        "{json}": "json(",
        "{nosj}": ")",
        "{json_text}": "json(",
        "{txet}": ")",
        "{hex}": "hex(",
        "{xeh}": ")",
        "{text}": "",
    },
    "postgresql": {
        "{agg}": "json_agg",
        "{array}": "json_build_array",
        "{json}": "",
        "{nosj}": "",
        "{json_text}": "(",
        "{txet}": ")::json",
        "{hex}": "encode(",
        "{xeh}": ", 'hex')",
        "{text}": "::text",
    },
}


def ask(sql: str, values: Mapping[str, Any]) -> str | None:
    """Run a statement with `%(name)s` for values, the short way; return the one text that it returns, or None.

    What the databases call differently it has in braces, as `_WORDS` has it.
    """
    worded = _worded(vendor(), sql)
    if vendor() == "postgresql":
        answer: str | None = connection.ask(worded, values)  # type: ignore[attr-defined]  # derbes.postgresql
        return answer
    with connection.cursor() as cursor:
        cursor.execute(worded, {name: _plain(value) for name, value in values.items()})
        row = cursor.fetchone()
    return row[0] if row else None


@cache
def vendor() -> str:
    """Return whose the database is, `postgresql` or `sqlite`: looked up once, since Django's way there is a long one."""
    return connection.vendor


@lru_cache(maxsize=256)
def _worded(vendor: str, sql: str) -> str:
    for word, said in _WORDS[vendor].items():
        sql = sql.replace(word, said)
    return sql


def _wait(waiting: _Waiting, table: Table, row: Row) -> None:
    rows = waiting.setdefault(table, [])
    if table.replaces:
        key = [row[name] for name in table.keys]
        rows[:] = [other for other in rows if [other[name] for name in table.keys] != key]
    rows.append(row)


def _before(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    """Before a statement: what waits is written. Going back to a savepoint takes it back."""
    if waiting := _waiting.get():
        if sql.startswith("ROLLBACK"):
            waiting.clear()
        else:
            write()
    return execute(sql, params, many, context)


def _write(rows: Mapping[Table, list[Row]], *, last: bool = False) -> None:
    if vendor() == "postgresql":
        parts = list(_parts(rows))
        for n, part in enumerate(parts, 1):
            shape = tuple((table, len(some)) for table, some in part)
            sql, formats = _together(shape)
            cells = [
                None if (value := row[name]) is None else encode(value)
                for table, some in part
                for row in some
                for name, encode in table.encoded
            ]
            connection.write(sql, cells, formats, last=last and n == len(parts))  # type: ignore[attr-defined]  # derbes.postgresql
        return
    with connection.cursor() as cursor:
        for table, some in rows.items():
            values = [[_plain(row[name]) for name in table.fields] for row in some]
            cursor.executemany(_one_by_one(table), values)


def _parts(rows: Mapping[Table, list[Row]]) -> Iterator[list[tuple[Table, list[Row]]]]:
    """Yield what goes into one statement after another: all together, unless it is much."""
    if sum(map(len, rows.values())) <= _MOST:
        yield list(rows.items())
        return
    for table, some in rows.items():
        for start in range(0, len(some), _MOST):
            yield [(table, some[start : start + _MOST])]


@lru_cache(maxsize=1024)
def _together(shape: tuple[tuple[Table, int], ...]) -> tuple[str, list[int]]:
    """One statement for so many rows of these tables, with $1, $2 … for their cells; and the cells' formats."""
    inserts, formats = list[str](), list[int]()
    for table, count in shape:
        types = [_type(field) for field in table.fields.values()]
        marks = []
        for _ in range(count):
            first = len(formats) + 1
            marks.append("(" + ", ".join(f"${first + n}::{type_}" for n, type_ in enumerate(types)) + ")")
            formats += [type_ in _BINARY for type_ in types]
        columns = ", ".join(map(connection.ops.quote_name, table.fields))
        name = connection.ops.quote_name(table.name)
        inserts.append(f"INSERT INTO {name} ({columns}) VALUES {', '.join(marks)}{_conflict(table)}")  # noqa: S608  names of ours
    first_ones = ", ".join(f"part{n} AS ({insert})" for n, insert in enumerate(inserts[:-1]))
    return (f"WITH {first_ones} {inserts[-1]}" if first_ones else inserts[-1]), formats


@lru_cache
def _one_by_one(table: Table) -> str:
    quote = connection.ops.quote_name
    columns, places = ", ".join(map(quote, table.fields)), ", ".join(["%s"] * len(table.fields))
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places}){_conflict(table)}"  # noqa: S608


def _conflict(table: Table) -> str:
    if table.ignores:
        return " ON CONFLICT DO NOTHING"
    if not table.replaces:
        return ""
    sets = ", ".join(f"{name} = excluded.{name}" for name in table.replaces)
    return f" ON CONFLICT ({', '.join(table.keys)}) DO UPDATE SET {sets}"


def _type(field: models.Field[Any, Any]) -> str:
    """The column's type, with no length: a text that is too long shall be an error, not cut."""
    name = field.db_type(connection) or ""
    return "text" if name.startswith("varchar") else name


#: Rows that go in one statement at the most.
_MOST = 200
#: Types that PostgreSQL is given as it keeps them; all else is given as text.
_BINARY = {"uuid", "bytea"}
_ENCODE: Mapping[str, Callable[[Any], bytes]] = {
    "uuid": attrgetter("bytes"),
    "bytea": bytes,
    "text": str.encode,
    "jsonb": lambda value: json.dumps(value, ensure_ascii=False).encode(),
    "boolean": lambda value: b"t" if value else b"f",
    "timestamp with time zone": lambda at: at.isoformat().encode(),
    "date": lambda day: day.isoformat().encode(),
}


def _encoder(field: models.Field[Any, Any]) -> Callable[[Any], bytes]:
    """What makes a cell of a value of this column."""
    return _ENCODE.get(_type(field), lambda number: b"%d" % number)


def _plain(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, list | dict) else value
