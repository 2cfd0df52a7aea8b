"""Why a gathering was refused."""

from django.db import migrations, models

from muster.domains.premises import words


class Migration(migrations.Migration):
    dependencies = [("premises", "0005_naming")]
    operations = [
        migrations.AddField(
            "event",
            "refusal",
            models.TextField(blank=True, choices=list(words.REFUSALS.items()), default=""),
        ),
        migrations.AddField("event", "refusal_note", models.TextField(blank=True, default="")),
    ]
