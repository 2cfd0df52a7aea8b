"""Lists in the order of their deadlines are read from an index, however wide the post's range is."""

from uuid import UUID

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_walls"), ("facts", "0002_walls"), ("people", "0002_walls")]
    operations = [
        migrations.RemoveIndex("duty", "duty_open_place"),
        migrations.AddIndex(
            "duty",
            models.Index(
                fields=["place_id", "due_at"], condition=Q(closed_at=None, place_id__gt=UUID(int=0)), name="duty_at_place"
            ),
        ),
        migrations.AddIndex("duty", models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="duty_due")),
        migrations.AddIndex(
            "duty", models.Index(fields=["holder_role", "due_at", "id"], condition=Q(closed_at=None), name="duty_held")
        ),
    ]
