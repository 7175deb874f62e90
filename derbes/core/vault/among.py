"""Rows of a list of people are found, read and removed, however many they are: the list is one value of the statement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg.types.string import TextLoader

#: What is read as the database writes it: of thousands of rows most are compared only, and text is compared soonest.
_AS_WRITTEN = ("uuid", "timestamptz")


class People:
    """A list of people for several statements: it is written out once. `number`: each by the text the database has for them."""

    def __init__(self, people: Iterable[UUID | str]) -> None:
        """Take the numbers, or the texts that `texts` has read of them."""
        postgres = connection.vendor == "postgresql"
        written = str if postgres else _hex
        self.number = dict(
            [(one, UUID(one)) if isinstance(one, str) else (written(one), one) for one in people]
        )
        self.text = f"{{{','.join(self.number)}}}" if postgres else json.dumps(list(self.number))

    def __len__(self) -> int:
        return len(self.number)

    def part(self, people: Sequence[UUID]) -> People:
        """Return some of them as a list of its own; all of them are this one."""
        return self if len(people) == len(self) else People(people)

    def read(self, rows: models.QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
        """Return the subject and these columns of rows that they have; numbers and moments (`moment`) as text."""
        return texts(rows.filter(subject__among=self).values_list("subject", *columns))


def people_of(some: People | Sequence[UUID]) -> People:
    """Return what may be such a list already as one."""
    return some if isinstance(some, People) else People(some)


def _hex(one: UUID) -> str:
    return one.hex


def texts(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Return rows as the database writes them, nothing made of them."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in _AS_WRITTEN:
                cursor.cursor.adapters.register_loader(name, TextLoader)
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def moment(written: str | datetime) -> datetime:
    """Return a moment that was read as the database has it: SQLite's driver makes one of the text, in no zone."""
    read = datetime.fromisoformat(written) if isinstance(written, str) else written
    return read if read.tzinfo else read.replace(tzinfo=UTC)


class Together(models.Aggregate):
    """All rows of a group as one text, for comparing: where it is the same, so are the rows."""

    template = "json_group_array(json_array(%(expressions)s))"

    def __init__(self, *columns: str) -> None:
        super().__init__(*(columns or (models.Value(1),)), output_field=models.TextField())

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """As `as_sql`: what PostgreSQL puts together soonest."""
        return self.as_sql(compiler, connection, template="array_agg((%(expressions)s))::text")


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
    "SELECT subject::text, count(*) FROM gone GROUP BY subject",
    "sqlite": "DELETE FROM {table} WHERE subject {within} RETURNING subject",
}


def remove(model: type[models.Model], people: People) -> Counter[UUID]:
    """Remove the rows that these people have in the table of `model`; return how many there were of each."""
    vendor, table = connection.vendor, model._meta.db_table  # noqa: SLF001  the name of the table
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE[vendor].format(table=table, within=_WITHIN[vendor]), [people.text])
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    counted = found if vendor == "postgresql" else Counter([who for (who,) in found]).items()
    return Counter({people.number[who]: count for who, count in counted})
