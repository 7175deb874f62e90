"""The database itself refuses to change or remove what is kept here."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_the_acts")]
    operations = [append_only("acts", "acts_act", "acts_finding", "acts_approval")]
