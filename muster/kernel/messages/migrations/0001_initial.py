import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("facts", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="people.person"
                    ),
                ),
                ("kind", models.TextField()),
                ("params", models.JSONField(default=dict)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "because",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="facts.fact"),
                ),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("channel", models.TextField(default="")),
                ("tries", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("failed", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="message_next"
                    ),
                    models.Index(fields=["area", "created_at"], name="message_area"),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "kind", "because"), name="message_once")],
            },
        ),
    ]
