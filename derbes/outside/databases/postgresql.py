"""PostgreSQL: pg_dump and pg_restore of its own client package, under one exported snapshot."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql

from derbes.outside.databases.copy import PENDING, Copy, NotCopied

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> %s"


def copy_out(
    database: Mapping[str, Any], to: Path, *, questions: Mapping[str, str], without: frozenset[str]
) -> Copy:
    """Count, ask and dump under one snapshot; nobody who writes meanwhile waits or is seen."""
    with _connected(database) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = _ask(connection, "SELECT pg_export_snapshot()")[0][0]
        left_out = [f"--exclude-table-data={table}" for table in sorted(without)]
        _run("pg_dump", database, ["--format=custom", f"--snapshot={snapshot}", f"--file={to}", *left_out])
        answers = {name: _ask(connection, question) for name, question in questions.items()}
        return Copy(_counts(connection, without), answers)


def mark(database: Mapping[str, Any], pending: str) -> None:
    """Mark the database as not to be served."""
    table = sql.Identifier(PENDING)
    with _connected(database) as connection:
        connection.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {} (said text NOT NULL)").format(table))
        connection.execute(sql.SQL("DELETE FROM {}").format(table))
        connection.execute(sql.SQL("INSERT INTO {} VALUES (%s)").format(table), [pending])


def bring_back(database: Mapping[str, Any], source: Path, *, pending: str) -> None:
    """Restore in one transaction. The mark is no table of the copy: it stays."""
    del pending
    _run("pg_restore", database, ["--single-transaction", "--exit-on-error", str(source)])


def count(database: Mapping[str, Any], *, without: frozenset[str]) -> dict[str, int]:
    """Count the rows of each table."""
    with _connected(database) as connection:
        return _counts(connection, without)


def _counts(connection: psycopg.Connection[Any], without: frozenset[str]) -> dict[str, int]:
    names = sorted({name for (name,) in connection.execute(_TABLES, [PENDING])} - without)
    counting = sql.SQL("SELECT count(*) FROM {}")
    return {
        name: connection.execute(counting.format(sql.Identifier(name))).fetchall()[0][0] for name in names
    }


def _ask(connection: psycopg.Connection[Any], question: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql.SQL(question)).fetchall()


def _connected(database: Mapping[str, Any]) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(**_address(database), password=database.get("PASSWORD") or None)
    except psycopg.Error as failure:
        raise NotCopied(f"PostgreSQL cannot be reached: {type(failure).__name__}") from None


def _run(program: str, database: Mapping[str, Any], arguments: Sequence[str]) -> None:
    """Run a client program; the password goes by the environment, which other users cannot read."""
    found = shutil.which(program)
    if found is None:
        raise NotCopied(f"{program} is not here: apt-get install postgresql-client")
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    if database.get("PASSWORD"):
        environment["PGPASSWORD"] = database["PASSWORD"]
    target = f"--dbname={psycopg.conninfo.make_conninfo('', **_address(database))}"
    done = subprocess.run(  # noqa: S603  a program of the system, arguments of our own
        [found, target, "--no-owner", "--no-privileges", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotCopied(f"{program}: {done.stderr.strip()[-500:]}")


def _address(database: Mapping[str, Any]) -> dict[str, Any]:
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    return {name: database[key] for name, key in names.items() if database.get(key)}
