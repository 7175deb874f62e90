"""Rows of a list of people are found and removed, however many they are: the list is one value of the statement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, models


class People:
    """A list of people for several statements: it is written out once."""

    def __init__(self, people: Iterable[UUID]) -> None:
        hexes = [one.hex for one in people]
        self.text = f"{{{','.join(hexes)}}}" if connection.vendor == "postgresql" else json.dumps(hexes)


@models.UUIDField.register_lookup
class Among(models.Lookup):
    """`subject__among=people`: as `__in`, for so many that each of them as a value of its own would be slow."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        return self.rhs if isinstance(self.rhs, People) else People(self.rhs)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[str, ...]]:  # noqa: ARG002
        return "%s", (_text(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} {_WITHIN[connection.vendor]}", (*params, _text(self.rhs))


#: PostgreSQL is led to the index, whatever it takes the length of the list to be.
_WITHIN = {"postgresql": "= ANY(%s::uuid[])", "sqlite": "IN (SELECT value FROM json_each(%s))"}


def remove(model: type[models.Model], people: People) -> Counter[UUID]:
    """Remove the rows that these people have in the table of `model`; return how many there were of each."""
    table, within = model._meta.db_table, _WITHIN[connection.vendor]  # noqa: SLF001  the name of the table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE subject {within} RETURNING subject", [people.text])  # noqa: S608
        removed = Counter([subject for (subject,) in cursor.fetchall()])
    if connection.vendor == "postgresql":
        return removed
    return Counter({UUID(subject): number for subject, number in removed.items()})


def _text(people: Any) -> str:
    return people.text if isinstance(people, People) else People(people).text
