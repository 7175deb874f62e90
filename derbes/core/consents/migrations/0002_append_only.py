"""The database itself refuses to change or remove what a person said."""

from django.db import migrations

from derbes.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_the_ledger")]
    operations = [append_only("consents", "consents_consent", "consents_wording")]
