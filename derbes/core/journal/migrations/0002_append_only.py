"""The database itself refuses to change or remove what the journal holds.

An entry may get its place once, and nothing else of it may change. A tile may only grow. A checkpoint stays.
There is no trigger on TRUNCATE: the role of the web has not that privilege (docs/journal.md).
"""

from django.db import migrations

ENTRY = ("id", "at", "actor_kind", "actor_code", "operation", "tag", "salt", "body")
BROKEN = {
    ("journal_entry", "UPDATE"): "OLD.position IS NOT NULL OR NEW.position IS NULL OR "
    + " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in ENTRY),
    ("journal_tile", "UPDATE"): "OLD.level <> NEW.level OR OLD.number <> NEW.number "
    "OR substr(NEW.nodes, 1, length(OLD.nodes)) <> OLD.nodes",
    ("journal_checkpoint", "UPDATE"): "1 = 1",
    ("journal_entry", "DELETE"): "1 = 1",
    ("journal_tile", "DELETE"): "1 = 1",
    ("journal_checkpoint", "DELETE"): "1 = 1",
}
FUNCTION = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
TRIGGER = {
    "postgresql": "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({broken}) "
    "EXECUTE FUNCTION journal_append_only()",
    "sqlite": "CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {broken} "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
}
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for (table, verb), broken in BROKEN.items():
        condition = broken.format(differs=DIFFERS[vendor])
        schema_editor.execute(
            TRIGGER[vendor].format(name=f"{table}_no_{verb.lower()}", verb=verb, table=table, broken=condition)
        )


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_the_journal")]
    operations = [migrations.RunPython(guard)]
