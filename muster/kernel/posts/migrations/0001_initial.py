import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("username", models.TextField(unique=True)),
                ("display_name", models.TextField(default="")),
                ("totp_secret", models.BinaryField(null=True)),
                ("totp_confirmed_at", models.DateTimeField(null=True)),
                ("totp_last_step", models.BigIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="posts.user"
                    ),
                ),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("headquarters", "Headquarters"),
                            ("duty_desk", "Duty desk"),
                            ("investigator", "Investigator"),
                            ("street", "Street officer"),
                            ("community", "Community officer"),
                            ("grid", "Grid worker"),
                            ("isolation_site", "Isolation site"),
                            ("laboratory", "Laboratory"),
                            ("auditor", "Auditor"),
                            ("enterprise", "Enterprise"),
                            ("market", "Market supervision"),
                            ("sector_commerce", "Regulator: Commerce"),
                            ("sector_culture", "Regulator: Culture and tourism"),
                            ("sector_security", "Regulator: Public security (lodging)"),
                            ("sector_education", "Regulator: Education"),
                            ("sector_health", "Regulator: Health"),
                            ("sector_industry", "Regulator: Industry and information"),
                            ("sector_transport", "Regulator: Transport"),
                            ("sector_religion", "Regulator: Ethnic and religious affairs"),
                            ("sector_housing", "Regulator: Housing and urban management"),
                        ]
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("lo", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="", null=True)),
                ("hi", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "role"], name="posts_post_area_baca5c_idx"),
                    models.Index(fields=["user", "from_at"], name="posts_post_user_id_8b2f84_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_at", None), ("until_at__gte", models.F("from_at")), _connector="OR"),
                        name="post_period",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="posts.post"
                    ),
                ),
                ("name", models.TextField()),
                ("hash", models.BinaryField(unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SetupLink",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("hash", models.BinaryField(unique=True)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("headquarters", "Headquarters"),
                            ("duty_desk", "Duty desk"),
                            ("investigator", "Investigator"),
                            ("street", "Street officer"),
                            ("community", "Community officer"),
                            ("grid", "Grid worker"),
                            ("isolation_site", "Isolation site"),
                            ("laboratory", "Laboratory"),
                            ("auditor", "Auditor"),
                            ("enterprise", "Enterprise"),
                            ("market", "Market supervision"),
                            ("sector_commerce", "Regulator: Commerce"),
                            ("sector_culture", "Regulator: Culture and tourism"),
                            ("sector_security", "Regulator: Public security (lodging)"),
                            ("sector_education", "Regulator: Education"),
                            ("sector_health", "Regulator: Health"),
                            ("sector_industry", "Regulator: Industry and information"),
                            ("sector_transport", "Regulator: Transport"),
                            ("sector_religion", "Regulator: Ethnic and religious affairs"),
                            ("sector_housing", "Regulator: Housing and urban management"),
                        ]
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="posts.user")),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AccessLog",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("post_id", models.UUIDField(null=True)),
                ("user_id", models.UUIDField(null=True)),
                ("event", models.TextField()),
                ("subject", models.UUIDField(null=True)),
                ("field", models.TextField(default="")),
                ("purpose", models.TextField(default="")),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "at"], name="posts_acces_subject_7f58d0_idx"),
                    models.Index(fields=["area", "at"], name="posts_acces_area_f5e6f1_idx"),
                    models.Index(fields=["at", "id"], name="posts_acces_at_6b9089_idx"),
                    models.Index(fields=["event", "at", "id"], name="posts_acces_event_7ca185_idx"),
                    models.Index(fields=["post_id"], name="posts_acces_post_id_6ff5bf_idx"),
                ],
            },
        ),
    ]
