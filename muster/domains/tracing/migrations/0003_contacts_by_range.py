"""The list of contacts is read by the ranges that the page names; its wall, which cannot be estimated, only filters."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_walls")]
    operations = [
        migrations.RemoveIndex("contact", "contact_case_area"),
        migrations.AddIndex(
            "contact",
            models.Index(fields=["case_area", "first_at", "id"], condition=Q(case_area__gt=""), name="contact_of_case"),
        ),
    ]
