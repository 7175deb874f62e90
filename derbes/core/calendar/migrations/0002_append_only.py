"""The database itself refuses to change or remove what a due date was computed with."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_the_calendar")]
    operations = [append_only("calendar", "calendar_calendaryear", "calendar_kept")]
