from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0003_append_only")]

    operations = [
        migrations.AddField("subject", "deceased_paper", models.CharField(default="", max_length=40)),
    ]
