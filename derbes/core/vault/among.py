"""Rows of a list of people are found, read and removed, however many they are: the list is one value of the statement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg.pq import Format
from psycopg.types.string import ByteaBinaryLoader

#: What is taken as PostgreSQL has it, as bytes: of thousands of rows most are compared only, and nothing is made of them.
_AS_IT_IS = ("uuid", "timestamptz")
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class People:
    """A list of people for several statements, each by the sixteen bytes of their number; it is written out once."""

    def __init__(self, people: Iterable[UUID | bytes]) -> None:
        """Take the numbers."""
        self.numbers = [one if isinstance(one, bytes) else one.bytes for one in people]
        texts = [one.hex() for one in self.numbers]
        self.text = f"{{{','.join(texts)}}}" if connection.vendor == "postgresql" else json.dumps(texts)

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, people: Sequence[bytes]) -> People:
        """Return some of them as a list of its own; all of them are this one."""
        return self if len(people) == len(self) else People(people)

    def read(self, rows: models.QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
        """Return the subject and these columns of rows that they have, as `packed` does."""
        return packed(rows.filter(subject__among=self).values_list("subject", *columns))

    def alike(
        self, rows: models.QuerySet[Any], *columns: str
    ) -> list[tuple[tuple[Any, ...], Sequence[bytes]]]:
        """Return what stands in these columns of rows that they have, each once, with those who have it."""
        theirs = rows.filter(subject__among=self).order_by().values_list(*columns)
        found = _as_it_is(theirs.annotate(whose=Whose("subject")))
        if connection.vendor == "postgresql":
            return [(row[:-1], row[-1]) for row in found]
        return [(row[:-1], [bytes.fromhex(who) for who in json.loads(row[-1])]) for row in found]


def people_of(some: People | Sequence[UUID | bytes]) -> People:
    """Return what may be such a list already as one."""
    return some if isinstance(some, People) else People(some)


def packed(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return rows, the subject first: as sixteen bytes. Moments are as the database has them (`moment`)."""
    found = _as_it_is(rows)
    if connection.vendor == "postgresql":
        return found
    return [(bytes.fromhex(who), *row) for who, *row in found]


def _as_it_is(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in _AS_IT_IS:
                cursor.cursor.adapters.register_loader(name, ByteaBinaryLoader)
            cursor.cursor.format = Format.BINARY
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def moment(written: bytes | str | datetime) -> datetime:
    """Return a moment that was read as the database has it. SQLite has a text, or its driver makes one in no zone of it."""
    if isinstance(written, bytes):
        return _POSTGRES_EPOCH + timedelta(microseconds=int.from_bytes(written, "big", signed=True))
    read = datetime.fromisoformat(written) if isinstance(written, str) else written
    return read if read.tzinfo else read.replace(tzinfo=UTC)


class Whose(models.Aggregate):
    """The subjects of the rows of a group."""

    template = "json_group_array(%(expressions)s)"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """As `as_sql`: an array."""
        return self.as_sql(compiler, connection, template="array_agg(%(expressions)s)")


@models.UUIDField.register_lookup
class Among(models.Lookup):
    """`subject__among=people`: as `__in`, for so many that each of them as a value of its own would be slow."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        return people_of(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} {_WITHIN[connection.vendor]}", (*params, people_of(self.rhs).text)


#: PostgreSQL is led to the index, whatever it takes the length of the list to be.
_WITHIN = {"postgresql": "= ANY(%s::uuid[])", "sqlite": "IN (SELECT value FROM json_each(%s))"}
_REMOVE = {
    "postgresql": "WITH gone AS (DELETE FROM {table} WHERE subject {within} RETURNING subject) "
    "SELECT uuid_send(subject), count(*) FROM gone GROUP BY subject",
    "sqlite": "DELETE FROM {table} WHERE subject {within} RETURNING subject",
}


def remove(model: type[models.Model], people: People) -> Counter[bytes]:
    """Remove the rows that these people have in the table of `model`; return how many there were of each."""
    vendor, table = connection.vendor, model._meta.db_table  # noqa: SLF001  the name of the table
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE[vendor].format(table=table, within=_WITHIN[vendor]), [people.text])
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return Counter(dict(found) if vendor == "postgresql" else [bytes.fromhex(who) for (who,) in found])
