"""What was said of people who came with a portfolio is confirmed by nobody: until now it was not told apart."""

from django.db import migrations


def unconfirm(apps, schema_editor):
    enrolled = apps.get_model("subjects", "Subject").objects.filter(state="enrolled")
    found = apps.get_model("vault", "Found").objects
    found.filter(subject__in=enrolled.values("subject")).update(confirmed=False)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0006_the_next_to_review"), ("vault", "0003_confirmed")]
    operations = [migrations.RunPython(unconfirm, migrations.RunPython.noop)]
