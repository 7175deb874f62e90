"""The database itself refuses to change or remove what was done about an incident."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_the_register")]
    operations = [append_only("incidents", "incidents_incidentevent")]
