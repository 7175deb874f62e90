from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0004_enrolled")]

    operations = [
        migrations.AddField("subject", "deceased_paper", models.CharField(default="", max_length=40)),
    ]
