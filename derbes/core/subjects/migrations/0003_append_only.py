"""The database itself refuses to change or remove what is kept here."""

from django.db import migrations, models


TABLES = ('subjects_step',)
FUNCTION = """
CREATE FUNCTION subjects_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows here are only added' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
TRIGGER = {
    "postgresql": "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION subjects_append_only()",
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


def look_at_all(apps, schema_editor):
    """Whoever was there before has their terms looked at."""
    subject = apps.get_model("subjects", "Subject")
    subject.objects.exclude(state="destroyed").update(review_at=models.F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_stages")]
    operations = [migrations.RunPython(guard), migrations.RunPython(look_at_all)]
