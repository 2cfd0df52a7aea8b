import django.db.models.deletion
import django.db.models.expressions
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="KitBatch",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("store", models.TextField()),
                ("batch", models.TextField()),
                ("expires_on", models.DateField()),
                ("received", models.IntegerField()),
                ("on_hand", models.IntegerField()),
                ("issued", models.IntegerField(default=0)),
                ("discarded", models.IntegerField(default=0)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="kit_batch_area"),
                    models.Index(fields=["expires_on", "id"], name="kit_batch_expires"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "store", "area"), name="kit_batch_once"),
                    models.CheckConstraint(
                        condition=models.Q(("discarded__gte", 0), ("issued__gte", 0), ("on_hand__gte", 0)),
                        name="kit_batch_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "received",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("on_hand"), "+", models.F("issued")
                                    ),
                                    "+",
                                    models.F("discarded"),
                                ),
                            )
                        ),
                        name="kit_batch_equation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KitWant",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "group",
                    models.TextField(
                        choices=[
                            ("students", "Students"),
                            ("staff", "Staff of public services"),
                            ("front_line", "Front line"),
                            ("elders", "Elders and the chronically ill"),
                            ("others", "Others"),
                        ]
                    ),
                ),
                ("wanted", models.IntegerField()),
                ("served", models.IntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("fact_id", models.UUIDField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area"], name="kit_want_area"),
                    models.Index(fields=["asked_at", "id"], name="kit_want_asked"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("served__gte", 0), ("served__lte", models.F("wanted"))),
                        name="kit_want_served",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["students", "staff", "front_line", "elders", "others"])),
                        name="kit_want_group",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KitIssue",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="antigen.kitbatch"
                    ),
                ),
                (
                    "want",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="antigen.kitwant"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("kits", models.IntegerField()),
                ("issued_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="kit_issue_area")],
                "constraints": [models.CheckConstraint(condition=models.Q(("kits__gte", 1)), name="kit_issue_kits")],
            },
        ),
        migrations.CreateModel(
            name="KitResult",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "result",
                    models.TextField(
                        choices=[("negative", "negative"), ("positive", "positive"), ("invalid", "no valid result")]
                    ),
                ),
                ("tested_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField()),
                ("fact_id", models.UUIDField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["reported_at", "id"], name="kit_result_reported"),
                    models.Index(fields=["area", "id"], name="kit_result_area"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["negative", "positive", "invalid"])), name="kit_result_known"
                    )
                ],
            },
        ),
    ]
