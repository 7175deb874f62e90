from django.db import migrations


class Migration(migrations.Migration):
    """When a session was seen last was never kept up and shown to nobody: it is not kept."""

    dependencies = [("accounts", "0001_the_accounts")]

    operations = [migrations.RemoveField("signin", "seen_at")]
