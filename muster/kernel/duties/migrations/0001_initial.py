import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("facts", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("subject", models.UUIDField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="people.person",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("role", models.TextField()),
                ("proof_kind", models.TextField()),
                ("plan", models.TextField(default="")),
                ("incident", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "opened_because",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties_opened",
                        to="facts.fact",
                    ),
                ),
                ("held_by_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("holder_role", models.TextField()),
                ("level", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("late", models.BooleanField(default=False)),
                ("unowned", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties_closed",
                        to="facts.fact",
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False)),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["area", "due_at"], name="duty_open_area"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("closed_at", None), ("place_id__gt", uuid.UUID("00000000-0000-0000-0000-000000000000"))
                        ),
                        fields=["place_id", "due_at"],
                        name="duty_at_place",
                    ),
                    models.Index(condition=models.Q(("closed_at", None)), fields=["due_at", "id"], name="duty_due"),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["holder_role", "due_at", "id"],
                        name="duty_held",
                    ),
                    models.Index(condition=models.Q(("closed_at", None)), fields=["next_at"], name="duty_next"),
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["subject", "proof_kind"], name="duty_proof"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["role", "area", "due_at"],
                        name="duty_role_area",
                    ),
                    models.Index(fields=["person", "closed_at"], name="duty_person"),
                    models.Index(fields=["incident", "kind"], name="duty_incident"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("kind", "subject", "due_at"),
                        name="duty_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("kind", models.TextField()),
                ("open", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("withdrawn", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area", "kind"), name="duty_count_once")],
            },
        ),
    ]
