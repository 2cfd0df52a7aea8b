import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Template",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("kind", models.TextField(choices=[("sheet", "Form (Excel)"), ("letter", "Letter (Word)")])),
                ("subject", models.TextField()),
                ("name", models.TextField()),
                ("version", models.IntegerField()),
                (
                    "previous",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="forms.template"
                    ),
                ),
                ("file_name", models.TextField()),
                ("layout", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=list)),
                ("dates", models.TextField(default="")),
                ("without", models.JSONField(default=list)),
                (
                    "state",
                    models.TextField(
                        choices=[("draft", "Columns to be mapped"), ("ready", "In use"), ("retired", "Retired")]
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("by_post", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "kind"], name="template_area")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["sheet", "letter"])), name="template_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "ready", "retired"])), name="template_state"
                    ),
                    models.UniqueConstraint(
                        fields=("area", "kind", "subject", "name", "version"), name="template_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ready")),
                        fields=("area", "kind", "subject", "name"),
                        name="template_in_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateFile",
            fields=[
                (
                    "template",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="forms.template",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Filling",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fillings", to="forms.template"
                    ),
                ),
                ("by_post", models.UUIDField()),
                ("asked", models.TextField(default="")),
                ("identified", models.BooleanField(default=False)),
                ("purpose", models.TextField(default="")),
                ("language", models.TextField(default="zh-hans")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("asked", "Waits for agreement"),
                            ("waiting", "Waiting"),
                            ("working", "Being filled"),
                            ("done", "Filled"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                    ),
                ),
                ("rows", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("missing", models.JSONField(default=list)),
                ("inserted", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("error", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(fields=["made_at"], name="filling_made")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "waiting", "working", "done", "failed"])),
                        name="filling_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FilledFile",
            fields=[
                (
                    "filling",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="forms.filling",
                    ),
                ),
                ("key_id", models.TextField()),
                ("content_enc", models.BinaryField()),
            ],
        ),
    ]
