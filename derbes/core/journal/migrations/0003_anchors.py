"""What outsiders said of checkpoints: rows that are only added."""

from importlib import import_module

from django.db import migrations, models

TRIGGER = import_module("derbes.core.journal.migrations.0002_append_only").TRIGGER


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for verb in ("UPDATE", "DELETE"):
        name = f"journal_anchor_no_{verb.lower()}"
        schema_editor.execute(TRIGGER[vendor].format(name=name, verb=verb, table="journal_anchor", broken="1 = 1"))


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("pk", models.CompositePrimaryKey("size", "source", blank=True, editable=False, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("source", models.CharField(max_length=200)),
                ("proof", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["source", "size"], name="journal_anchored")]},
        ),
        migrations.RunPython(guard),
    ]
