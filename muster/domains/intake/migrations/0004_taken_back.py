"""A task may end by being taken back."""

from django.db import migrations, models

from muster.domains.intake import words


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_kinds_of_duty")]

    operations = [
        migrations.AlterField(
            "task",
            "result",
            models.TextField(blank=True, choices=list(words.TASK_RESULTS.items()), default=""),
        )
    ]
