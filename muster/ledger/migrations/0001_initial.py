import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("post_id", models.UUIDField()),
                ("ledger", models.TextField()),
                ("name", models.TextField()),
                ("query", models.TextField(blank=True, default="")),
                ("first", models.BooleanField(default=False)),
                ("deleted_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("post_id", "ledger", "name"),
                        name="saved_view_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None), ("first", True)),
                        fields=("post_id", "ledger"),
                        name="saved_view_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ledger", models.TextField()),
                ("query", models.TextField(blank=True, default="")),
                ("kind", models.TextField()),
                ("identifiers", models.BooleanField(default=False)),
                ("purpose", models.TextField()),
                ("rows", models.IntegerField()),
                ("language", models.TextField(default="zh-hans")),
                ("post_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("asked", "Waits for agreement"),
                            ("refused", "Not agreed to"),
                            ("agreed", "Being written"),
                            ("ready", "Ready"),
                            ("gone", "Deleted, its time is over"),
                        ],
                        default="asked",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("forget_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["asked_at", "id"], name="export_asked"),
                    models.Index(fields=["area", "asked_at"], name="export_area"),
                    models.Index(fields=["post_id", "asked_at"], name="export_post"),
                    models.Index(condition=models.Q(("state", "ready")), fields=["forget_at"], name="export_forget"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "refused", "agreed", "ready", "gone"])),
                        name="export_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("user_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="export_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="ledger.export"
                    ),
                ),
                ("number", models.IntegerField()),
                ("key_id", models.TextField()),
                ("data_enc", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("export", "number"), name="export_part_once")],
            },
        ),
        migrations.CreateModel(
            name="RowCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.TextField(db_collation="C")),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("many", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["source", "area"], include=("many",), name="row_count")],
            },
        ),
    ]
