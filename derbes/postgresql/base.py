"""Django's PostgreSQL backend and three differences, each measured (docs/decisions/0012).

- `ask` and `write` send one statement straight through libpq, prepared once for each connection.
- BEGIN goes together with a transaction's first such statement, and COMMIT with its last.
- Whether a kept connection still lives is seen by looking at its socket, not by asking the server.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any
from uuid import UUID

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import OperationalError, errors, pq
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
        self.asked: dict[bytes, bytes] = {}

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
        result = self._through(self._ask, sql, values)
        got = result.get_value(0, 0) if result.ntuples else None
        return got.decode() if got is not None else None

    def write(self, sql: str, cells: Sequence[bytes | None], formats: Sequence[int], *, last: bool) -> None:
        """Run a statement with $1, $2 … for `cells`; when it is the `last` of the transaction, commit with it.

        `formats` are libpq's: 0 for a text, 1 for the binary form. Raises Django's database errors.
        """
        self._through(partial(self._write, formats=formats, last=last), sql, cells)

    def _through(self, execute: Callable[..., Any], sql: str, values: Any) -> Any:
        """Run it as Django runs a statement: checked, logged, and through the execute wrappers."""
        self.validate_no_broken_transaction()
        self.ensure_connection()
        if self.queries_logged:
            self.queries_log.append({"sql": sql, "time": "0"})
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

    def _ask(self, sql: str, values: Mapping[str, Any], many: bool, context: Any) -> Any:  # noqa: ARG002, FBT001
        text, names = _positional(sql)
        given = [values[name] for name in names]
        formats = [isinstance(value, bytes | UUID) for value in given]
        return self._sent(text, [_written(value) for value in given], formats, last=False)

    def _write(
        self,
        sql: str,
        cells: Sequence[bytes | None],
        many: bool,  # noqa: ARG002, FBT001
        context: Any,  # noqa: ARG002
        *,
        formats: Sequence[int],
        last: bool,
    ) -> Any:
        return self._sent(sql.encode(), cells, formats, last=last)

    def _sent(self, text: bytes, cells: Sequence[Any], formats: Sequence[int], *, last: bool) -> Any:
        """Send a statement, with BEGIN when it is the transaction's first, with COMMIT when it is the last."""
        raw = self.connection
        server: abc.PGconn = raw.pgconn
        name = self._prepared(text)
        begin = server.transaction_status == pq.TransactionStatus.IDLE and not raw.autocommit
        if not begin and not last:
            return self._checked(server.exec_prepared(name, cells, formats))
        server.enter_pipeline_mode()
        try:
            if begin:
                server.send_query_params(b"BEGIN", None)
            server.send_query_prepared(name, cells, formats)
            if last:
                server.send_query_params(b"COMMIT", None)
            server.pipeline_sync()
            results = list(_received(server))
        finally:
            if server.status == pq.ConnStatus.OK:
                server.exit_pipeline_mode()
        return [self._checked(result) for result in results][begin]

    def _prepared(self, text: bytes) -> bytes:
        """The name under which the connection has prepared a statement."""
        known: dict[bytes, bytes] = self.connection._prepared.asked
        if (name := known.get(text)) is None:
            name = b"derbes_%d" % next(_number)
            self._checked(self.connection.pgconn.prepare(name, text))
            known[text] = name
        return name

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001  as Django calls it
        """As psycopg sets it, without its way there: nothing is sent for it."""
        if self.connection.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self.connection._autocommit = autocommit
        else:
            super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs do not have it

    def _commit(self) -> None:
        if self.connection is None:
            return
        server: abc.PGconn = self.connection.pgconn
        if server.transaction_status == pq.TransactionStatus.INTRANS:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self._checked(server.exec_(b"COMMIT"))
        elif server.transaction_status != pq.TransactionStatus.IDLE:
            super()._commit()  # type: ignore[misc]  # the stubs do not have it

    @staticmethod
    def _checked(result: Any) -> Any:
        if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}:
            if result.error_field(pq.DiagnosticField.SQLSTATE) is None:  # nothing that the server said
                raise OperationalError("the connection was lost")
            raise errors.error_from_result(result, encoding="utf-8")
        return result


def _received(server: abc.PGconn) -> Iterator[Any]:
    """Yield the results up to the sync. Other threads work while this one waits: libpq's own waiting would not let them."""
    ready = select.poll()
    ready.register(server.socket, select.POLLIN)
    while server.status == pq.ConnStatus.OK:
        while server.is_busy():
            ready.poll()
            server.consume_input()
        result = server.get_result()  # between two results there is none
        if result is not None and result.status == pq.ExecStatus.PIPELINE_SYNC:
            return
        if result is not None:
            yield result
    raise OperationalError("the connection was lost")


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
        return value
    if isinstance(value, UUID):
        return value.bytes
    return (str(value) if isinstance(value, str | int) else value.isoformat()).encode()
