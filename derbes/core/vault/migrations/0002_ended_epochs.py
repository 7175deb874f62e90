"""Epochs that have ended, and the database's own refusal to wrap a person's key under one of them."""

from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION vault_refuse_ended_epoch() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF EXISTS (SELECT 1 FROM vault_endedepoch WHERE epoch = NEW.epoch) THEN
    RAISE EXCEPTION 'this epoch has ended' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$"""
TRIGGER = {
    "postgresql": "CREATE TRIGGER vault_personkey_epoch_{name} BEFORE {verb} ON vault_personkey FOR EACH ROW "
    "EXECUTE FUNCTION vault_refuse_ended_epoch()",
    "sqlite": "CREATE TRIGGER vault_personkey_epoch_{name} BEFORE {verb} ON vault_personkey "
    "WHEN EXISTS (SELECT 1 FROM vault_endedepoch WHERE epoch = NEW.epoch) "
    "BEGIN SELECT RAISE(ABORT, 'this epoch has ended'); END",
}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for name, verb in (("new", "INSERT"), ("changed", "UPDATE OF epoch")):
        schema_editor.execute(TRIGGER[vendor].format(name=name, verb=verb))


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_the_vault")]
    operations = [
        migrations.CreateModel(
            name="EndedEpoch",
            fields=[
                ("epoch", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(guard),
    ]
