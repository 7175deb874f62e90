"""Of each index entry: whether it was confirmed to be the person's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_ended_epochs")]
    operations = [
        migrations.AddField("found", "confirmed", models.BooleanField(default=True)),
    ]
