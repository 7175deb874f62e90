"""Django's PostgreSQL backend and three differences, each measured (docs/decisions/0012).

- `ask` sends one statement straight through libpq, prepared once for each connection.
- COMMIT goes the same way.
- Whether a kept connection still lives is seen by looking at its socket, not by asking the server.
"""

from __future__ import annotations

import re
import select
from collections.abc import Mapping
from functools import lru_cache, partial
from itertools import count
from typing import Any
from uuid import UUID

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import errors, pq
from psycopg._preparing import PrepareManager
from psycopg.pq import abc

_NAMED = re.compile(r"%\((\w+)\)s")
_number = count()


class Statements(PrepareManager):
    """What a connection has prepared: by psycopg, and by `ask`. Both are forgotten together: psycopg tells the server
    to drop all statements after each ROLLBACK.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, bytes] = {}

    def clear(self) -> bool:
        """Forget all."""
        self.asked.clear()
        return super().clear()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def ask(self, sql: str, values: Mapping[str, Any]) -> str | None:
        """Run a statement with `%(name)s` for values; return the one text that it returns, or None.

        It goes through Django's execute wrappers like any other. Values are texts, whole numbers,
        bytes, UUIDs and aware moments. Raises Django's database errors.
        """
        self.validate_no_broken_transaction()
        self.ensure_connection()
        if self.queries_logged:
            self.queries_log.append({"sql": sql, "time": "0"})
        execute = self._ask
        for wrapper in reversed(self.execute_wrappers):
            execute = partial(wrapper, execute)
        with self.wrap_database_errors:
            return execute(sql, values, False, {"connection": self, "cursor": None})  # noqa: FBT003  as Django calls it

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect."""
        raw = super().get_new_connection(conn_params)
        statements = Statements()
        statements.prepare_threshold = raw.prepare_threshold
        raw._prepared = statements
        return raw

    def is_usable(self) -> bool:
        """Whether the server has not closed the connection: then there would be something to read."""
        raw = self.connection
        if raw.closed or raw.pgconn.status != pq.ConnStatus.OK:
            return False
        return not select.select([raw.pgconn.socket], [], [], 0)[0]

    def _ask(self, sql: str, values: Mapping[str, Any], many: bool, context: Any) -> str | None:  # noqa: ARG002, FBT001
        raw = self.connection
        server: abc.PGconn = raw.pgconn
        if server.transaction_status == pq.TransactionStatus.IDLE and not raw.autocommit:
            self._checked(server.exec_(b"BEGIN"))
        known = raw._prepared.asked
        if (name := known.get(sql)) is None:
            name = b"derbes_%d" % next(_number)
            self._checked(server.prepare(name, _positional(sql)[0]))
            known[sql] = name
        given: list[Any] = [_written(values[one]) for one in _positional(sql)[1]]
        result = server.exec_prepared(name, given)
        self._checked(result)
        got = result.get_value(0, 0) if result.ntuples else None
        return got.decode() if got is not None else None

    def _commit(self) -> None:
        if self.connection is None:
            return
        server: abc.PGconn = self.connection.pgconn
        if server.transaction_status == pq.TransactionStatus.INTRANS:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self._checked(server.exec_(b"COMMIT"))
        else:
            super()._commit()  # type: ignore[misc]  # the stubs do not have it

    @staticmethod
    def _checked(result: Any) -> None:
        if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            raise errors.error_from_result(result, encoding="utf-8")


@lru_cache(maxsize=256)
def _positional(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with $1, $2 … for its values, and their names in this order."""
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    return numbered.replace("%%", "%").encode(), names


def _written(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return (str(value) if isinstance(value, str | int | UUID) else value.isoformat()).encode()
