import muster.kernel.areas.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.TextField(default="")),
                ("timezone", models.TextField(default="Asia/Shanghai")),
                ("kind", models.TextField(choices=[("live", "live"), ("demo", "demo")], default="live")),
                ("clock_offset_seconds", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="installation_single"),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "demo"), ("clock_offset_seconds", 0), _connector="OR"),
                        name="installation_live_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["live", "demo"])), name="installation_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "code",
                    muster.kernel.areas.fields.AreaCodeField(
                        blank=True, db_collation="C", default="", primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("province", "Province"),
                            ("city", "City"),
                            ("district", "District"),
                            ("street", "Street"),
                            ("community", "Community"),
                            ("grid", "Grid"),
                            ("building", "Building"),
                            ("unit", "Unit"),
                        ]
                    ),
                ),
                ("parent", models.TextField(db_collation="C", null=True)),
                ("boundary", models.JSONField(null=True)),
                ("min_lat", models.FloatField(null=True)),
                ("min_lon", models.FloatField(null=True)),
                ("max_lat", models.FloatField(null=True)),
                ("max_lon", models.FloatField(null=True)),
                ("population", models.IntegerField(null=True)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["parent", "code"], name="area_children"),
                    models.Index(
                        condition=models.Q(("min_lat__isnull", False)),
                        fields=["min_lat", "max_lat", "min_lon", "max_lon"],
                        name="area_box",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                ["province", "city", "district", "street", "community", "grid", "building", "unit"],
                            )
                        ),
                        name="area_level",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaAlias",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("now_code", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["code", "to_on"], name="area_alias_code"),
                    models.Index(fields=["now_code"], name="area_alias_now"),
                ],
            },
        ),
    ]
