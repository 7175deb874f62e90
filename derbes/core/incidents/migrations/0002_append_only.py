"""The database itself refuses to change or remove what was done about an incident."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION incidents_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows here are only added' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
TRIGGER = {
    "postgresql": "CREATE TRIGGER incidents_incidentevent_no_{verb} BEFORE {verb} ON incidents_incidentevent "
    "FOR EACH ROW EXECUTE FUNCTION incidents_append_only()",
    "sqlite": "CREATE TRIGGER incidents_incidentevent_no_{verb} BEFORE {verb} ON incidents_incidentevent "
    "BEGIN SELECT RAISE(ABORT, 'rows here are only added'); END",
}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for verb in ("update", "delete"):
        schema_editor.execute(TRIGGER[vendor].format(verb=verb))


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_the_register")]
    operations = [migrations.RunPython(guard)]
