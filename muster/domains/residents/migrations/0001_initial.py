import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("posts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "one",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("bits", models.FloatField()),
                ("level", models.TextField()),
                ("outcomes", models.JSONField(default=dict)),
                ("digest", models.BinaryField()),
                ("state", models.TextField(default="open")),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["other"], name="candidate_other"),
                    models.Index(condition=models.Q(("state", "open")), fields=["-bits", "-id"], name="candidate_best"),
                    models.Index(condition=models.Q(("state", "open")), fields=["area"], name="candidate_area"),
                    models.Index(fields=["decided_by", "-decided_at"], name="candidate_decided"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="candidate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="candidate_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "merged", "different"])), name="candidate_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="candidate_decided_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("gone__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("gone", None)),
                            _connector="OR",
                        ),
                        name="candidate_merged_into",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["person"], name="waiting_person")],
            },
        ),
    ]
