from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0005_enrolled")]

    operations = [
        migrations.RemoveIndex("subject", "subjects_to_review"),
        migrations.AddIndex(
            "subject",
            models.Index(
                fields=["review_at", "subject"],
                condition=models.Q(review_at__isnull=False),
                name="subjects_to_review",
            ),
        ),
    ]
