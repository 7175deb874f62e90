"""Tables whose rows are only added: the database itself refuses to change or remove one.

There is no trigger on TRUNCATE: the role of the web has not that privilege (docs/journal.md).
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION {app}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows here are only added' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
_TRIGGER = {
    "postgresql": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION {app}_append_only()",
    "sqlite": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'rows here are only added'); END",
}


def append_only(app: str, *tables: str) -> migrations.RunPython:
    """Return what guards `tables`, all of one app; once for each app."""

    def guard(_apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(_FUNCTION.format(app=app))
        for table in tables:
            for verb in ("update", "delete"):
                schema_editor.execute(_TRIGGER[vendor].format(app=app, table=table, verb=verb))

    return migrations.RunPython(guard)
