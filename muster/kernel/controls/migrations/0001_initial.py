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
            name="Control",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="controls", to="people.person"
                    ),
                ),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("measure", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("ends_on", models.DateField(null=True)),
                ("last_exposure_on", models.DateField(null=True)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident", models.UUIDField(null=True)),
                (
                    "began_fact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="controls_begun",
                        to="facts.fact",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_how", models.TextField(default="")),
                (
                    "ended_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="controls_ended",
                        to="facts.fact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["area", "ends_on"], name="control_open_area"
                    ),
                    models.Index(fields=["incident"], name="control_incident"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("person", "disease"), name="control_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measure__in", ["monitoring", "home", "site"])), name="control_measure"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "control",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidences", to="controls.control"
                    ),
                ),
                ("kind", models.TextField()),
                (
                    "fact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidences", to="facts.fact"
                    ),
                ),
                ("subject", models.UUIDField()),
                ("exposure_on", models.DateField(null=True)),
                ("measure", models.TextField()),
                ("ends_on", models.DateField(null=True)),
                ("tests", models.JSONField(default=list)),
                ("added_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidences_withdrawn",
                        to="facts.fact",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("control", "kind", "subject"), name="evidence_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "laboratory_result",
                                    "signed_diagnosis",
                                    "exposure",
                                    "risk_area_stay",
                                    "zone_order",
                                    "pool_suspect",
                                ),
                            )
                        ),
                        name="evidence_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DueTest",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "control",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tests", to="controls.control"
                    ),
                ),
                ("due_on", models.DateField()),
                (
                    "done_fact",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="facts.fact"
                    ),
                ),
                ("result", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("done_fact", None)), fields=["due_on"], name="due_test_open")
                ],
                "constraints": [models.UniqueConstraint(fields=("control", "due_on"), name="due_test_once")],
            },
        ),
    ]
