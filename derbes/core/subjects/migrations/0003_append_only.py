"""The database itself refuses to change or remove what is kept here."""

from django.db import migrations, models

from derbes.core.append_only import append_only


def look_at_all(apps, schema_editor):
    """Whoever was there before has their terms looked at."""
    subject = apps.get_model("subjects", "Subject")
    subject.objects.exclude(state="destroyed").update(review_at=models.F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_stages")]
    operations = [append_only("subjects", "subjects_step"), migrations.RunPython(look_at_all)]
