import django.contrib.postgres.fields
import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("controls", "0001_initial"),
        ("facts", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="isolation_site", to="people.place"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("site", "Isolation site"), ("hospital", "Designated hospital")], default="site"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                ("staffing", models.IntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="site_area_id"),
                    models.Index(fields=["name", "id"], name="site_name"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["site", "hospital"])), name="site_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("staffing", None), ("staffing__gte", 0), _connector="OR"),
                        name="site_staffing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="isolation.site",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("label", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("ready", "Ready"),
                            ("reserved", "Reserved"),
                            ("occupied", "Occupied"),
                            ("cleaning", "Being cleaned"),
                            ("closed", "Closed"),
                        ],
                        default="ready",
                    ),
                ),
                ("state_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "ready")), fields=["site", "label"], name="room_ready"),
                    models.Index(fields=["place_id"], name="room_place"),
                    models.Index(fields=["area"], name="room_area"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("site", "label"), name="room_label"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ready", "reserved", "occupied", "cleaning", "closed"])),
                        name="room_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteCheck",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="site_checks", to="isolation.site"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("faults", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField(null=True)),
                ("mended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["site", "at"], name="site_check_at")],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="people.person"
                    ),
                ),
                (
                    "control",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="controls.control"
                    ),
                ),
                ("plan", models.TextField()),
                ("kind", models.TextField(choices=[("site", "At an isolation site"), ("home", "At home")])),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="isolation.site",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="isolation.room",
                    ),
                ),
                (
                    "accompanies",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carers",
                        to="isolation.stay",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("began_at", models.DateTimeField()),
                (
                    "began_fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("home_days", models.SmallIntegerField(default=0)),
                ("next_check_at", models.DateTimeField(null=True)),
                ("leg_asked_on", models.DateField(null=True)),
                ("release_asked_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_how", models.TextField(default="")),
                (
                    "ended_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.fact",
                    ),
                ),
                ("notice", models.TextField(null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["place_id"], name="stay_open_place"),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["area", "began_at"], name="stay_open_area"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("kind", "home")),
                        fields=["area", "id"],
                        name="stay_home_area",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("kind", "home")),
                        fields=["began_at", "id"],
                        name="stay_home_began",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["next_check_at"], name="stay_next_check"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["site", "home"])), name="stay_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="stay_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "site"), ("place_id__isnull", False), ("site__isnull", False)),
                            models.Q(("kind", "home"), ("place_id", None), ("room", None), ("site", None)),
                            _connector="OR",
                        ),
                        name="stay_where",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_how__in", ["", "released", "moved", "moved_home", "lifted", "died"])
                        ),
                        name="stay_ended_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthCheck",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "stay",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="isolation.stay",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("on", models.DateField()),
                ("slot", models.TextField(choices=[("am", "Morning"), ("pm", "Afternoon")])),
                ("temperature", models.DecimalField(decimal_places=1, max_digits=3)),
                (
                    "symptoms",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "anomaly",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None), models.Q(("anomaly", []), _negated=True)),
                        fields=["place_id"],
                        name="health_check_anomaly",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("stay", "on", "slot"), name="health_check_once"),
                    models.CheckConstraint(condition=models.Q(("slot__in", ["am", "pm"])), name="health_check_slot"),
                    models.CheckConstraint(
                        condition=models.Q(("temperature__gte", 34), ("temperature__lte", 43)),
                        name="health_check_temperature",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="samples", to="isolation.stay"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField(null=True)),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("by_post", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped_at", None), ("taken_at", None)),
                        fields=["due_on"],
                        name="sample_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeAssessment",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="home_assessments", to="people.person"
                    ),
                ),
                (
                    "control",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="home_assessments",
                        to="controls.control",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("answers", models.JSONField(default=dict)),
                ("fit", models.BooleanField()),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["control", "at"], name="home_assessment_control")],
            },
        ),
        migrations.CreateModel(
            name="HomePapers",
            fields=[
                (
                    "stay",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="papers",
                        serialize=False,
                        to="isolation.stay",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("person_notice_on", models.DateField(null=True)),
                ("family_pledge_on", models.DateField(null=True)),
                ("employer_notice_on", models.DateField(null=True)),
                ("no_employer", models.BooleanField(default=False)),
                ("video_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="people.person"
                    ),
                ),
                (
                    "control",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="controls.control"
                    ),
                ),
                ("plan", models.TextField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("from_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("from_place", models.UUIDField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="isolation.site",
                    ),
                ),
                ("place_id", models.UUIDField(null=True)),
                (
                    "room",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="isolation.room",
                    ),
                ),
                (
                    "wanted",
                    models.TextField(
                        choices=[("site", "Isolation site"), ("hospital", "Designated hospital")], default="site"
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("requested", "To be handed over"),
                            ("departed", "On the way"),
                            ("arrived", "Arrived"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="requested",
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                (
                    "requested_fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("sender_at", models.DateTimeField(null=True)),
                ("sender_post", models.UUIDField(null=True)),
                (
                    "sender_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.fact",
                    ),
                ),
                ("receiver_at", models.DateTimeField(null=True)),
                ("receiver_post", models.UUIDField(null=True)),
                (
                    "receiver_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.fact",
                    ),
                ),
                ("code_side", models.TextField(default="")),
                ("code_post", models.UUIDField(null=True)),
                ("code_seed", models.UUIDField(null=True)),
                ("code_until", models.DateTimeField(null=True)),
                ("code_tries", models.SmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["area", "due_at"], name="transfer_open_area"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["from_area", "due_at"],
                        name="transfer_open_from",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["place_id", "due_at"],
                        name="transfer_open_place",
                    ),
                    models.Index(fields=["due_at", "id"], name="transfer_due"),
                    models.Index(fields=["requested_at", "id"], name="transfer_requested"),
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["from_place"], name="transfer_open_leaving"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("person",), name="transfer_one_open"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("room",), name="transfer_room_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "departed", "arrived", "cancelled"])),
                        name="transfer_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state__in", ["requested", "departed"])),
                            models.Q(("closed_at__isnull", False), ("state__in", ["arrived", "cancelled"])),
                            _connector="OR",
                        ),
                        name="transfer_closed",
                    ),
                ],
            },
        ),
    ]
