"""The database itself refuses to change or remove what happened."""

from django.db import migrations

TABLES = ('appeals_appealevent',)
FUNCTION = """
CREATE FUNCTION appeals_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows here are only added' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
TRIGGER = {
    "postgresql": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION appeals_append_only()",
    "sqlite": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'rows here are only added'); END",
}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(TRIGGER[vendor].format(table=table, verb=verb))


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_the_appeals")]
    operations = [migrations.RunPython(guard)]
