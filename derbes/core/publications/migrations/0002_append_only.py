"""The database itself refuses to change or remove what was published."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("publications", "0001_the_shelf")]
    operations = [append_only("publications", "publications_publication")]
