"""The database itself refuses to change or remove what happened."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_the_appeals")]
    operations = [append_only("appeals", "appeals_appealevent")]
