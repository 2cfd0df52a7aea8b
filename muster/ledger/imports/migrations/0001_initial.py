import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ledger", models.TextField()),
                ("name", models.TextField()),
                ("sender", models.TextField(blank=True, default="")),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("post_id", models.UUIDField()),
                ("user_id", models.UUIDField(null=True)),
                ("language", models.TextField(default="zh-hans")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("reading", "Being read"),
                            ("unreadable", "Cannot be read"),
                            ("ready", "Waits for your word"),
                            ("taking", "Being taken in"),
                            ("done", "Taken in"),
                            ("undone", "Undone"),
                            ("dropped", "Dropped"),
                        ],
                        default="reading",
                    ),
                ),
                ("wishes", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("totals", models.JSONField(default=dict)),
                ("taken", models.JSONField(default=dict)),
                ("sheet", models.TextField(blank=True, default="")),
                ("sheets", models.JSONField(default=list)),
                ("fault", models.TextField(blank=True, default="")),
                ("total", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("turn", models.IntegerField(default=0)),
                ("sent_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("forget_at", models.DateTimeField()),
                ("forgotten", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "sent_at", "id"], name="import_area"),
                    models.Index(
                        condition=models.Q(("state__in", ["reading", "taking"])),
                        fields=["touched_at"],
                        name="import_at_work",
                    ),
                    models.Index(condition=models.Q(("forgotten", False)), fields=["forget_at"], name="import_forget"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reading", "unreadable", "ready", "taking", "done", "undone", "dropped"])
                        ),
                        name="import_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "sent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="imports.import"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("number", models.IntegerField()),
                ("verdict", models.TextField()),
                ("about", models.TextField(blank=True, default="")),
                ("column", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("changes", models.JSONField(default=dict)),
                ("other", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["sent", "verdict", "number"], name="import_row_verdict")],
                "constraints": [models.UniqueConstraint(fields=("sent", "number"), name="import_row_once")],
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "sent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="imports.import"
                    ),
                ),
                ("kind", models.TextField()),
                ("number", models.IntegerField()),
                ("key_id", models.TextField()),
                ("data_enc", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("sent", "kind", "number"), name="import_part_once")],
            },
        ),
        migrations.CreateModel(
            name="SenderMapping",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("sender", models.TextField()),
                ("ledger", models.TextField()),
                ("headers", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "sender", "ledger"), name="sender_mapping_once")
                ],
            },
        ),
    ]
