from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("matters", "0001_the_matters")]

    operations = [
        migrations.AlterField(
            model_name="matter",
            name="kind",
            field=models.CharField(
                choices=[("registration", "Registration"), ("message", "Message"), ("correction", "Correction")],
                max_length=16,
            ),
        ),
    ]
