import django.db.models.deletion
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
            name="RiskList",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("published_on", models.DateField()),
                ("effective_at", models.DateTimeField()),
                ("text", models.TextField()),
                ("declared", models.JSONField(default=dict)),
                ("read_at", models.DateTimeField()),
                ("read_by", models.UUIDField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.UUIDField(null=True)),
                ("fact", models.UUIDField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=["-effective_at"],
                        name="risk_list_in_force",
                    ),
                    models.Index(fields=["-read_at"], name="risk_list_read"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="risk_list_confirmed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskArea",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "risk_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="arrivals.risklist"
                    ),
                ),
                ("level", models.TextField()),
                ("province", models.TextField(default="")),
                ("city", models.TextField(default="")),
                ("county", models.TextField(default="")),
                ("street", models.TextField(default="")),
                ("place", models.TextField(default="")),
                ("code", models.TextField(db_collation="C", default="")),
                ("key", models.TextField(db_collation="C", default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["high", "middle", "low", "sealed", "controlled", "watched"])),
                        name="risk_area_level",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("coming", "On the way"),
                            ("here", "Arrived"),
                            ("gone_on", "Travelled on"),
                            ("closed", "Closed"),
                        ],
                        default="coming",
                    ),
                ),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("page", "Public page"),
                            ("phone", "Phone call"),
                            ("message", "Text message"),
                            ("visit", "At the counter"),
                            ("checkpoint", "Checkpoint"),
                        ]
                    ),
                ),
                (
                    "declared_by",
                    models.TextField(
                        choices=[
                            ("self", "Myself"),
                            ("family", "Family"),
                            ("host", "Host"),
                            ("hotel", "Hotel"),
                            ("employer", "Employer"),
                        ]
                    ),
                ),
                (
                    "cohort",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("returning_worker", "Returning worker"),
                            ("student", "Student"),
                            ("driver", "Driver or crew"),
                            ("visitor", "Visitor"),
                            ("homecoming", "Home for the holidays"),
                        ],
                        default="",
                    ),
                ),
                ("origin", models.TextField()),
                ("origin_code", models.TextField(db_collation="C", default="")),
                ("origin_key", models.TextField(db_collation="C", default="")),
                ("left_on", models.DateField()),
                ("arrives_on", models.DateField()),
                ("transport", models.TextField(default="")),
                ("site_until", models.DateField(null=True)),
                ("declared_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "category",
                    models.TextField(
                        choices=[
                            ("high", "From a high-risk area"),
                            ("middle", "From a middle-risk area"),
                            ("entrant", "From abroad"),
                            ("county", "From a county with a risk area"),
                            ("elsewhere", "From elsewhere"),
                        ],
                        default="elsewhere",
                    ),
                ),
                ("unsure", models.BooleanField(default=False)),
                (
                    "risk_area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="arrivals.riskarea",
                    ),
                ),
                ("plan", models.TextField(default="")),
                ("measure", models.TextField(blank=True, default="")),
                ("ends_on", models.DateField(null=True)),
                ("onward_to", models.TextField(default="")),
                ("certified_at", models.DateTimeField(null=True)),
                ("fact", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "arrives_on"], name="arrival_area"),
                    models.Index(fields=["left_on"], name="arrival_left_on"),
                    models.Index(fields=["person"], name="arrival_person"),
                    models.Index(fields=["arrives_on", "id"], name="arrival_arrives_on"),
                    models.Index(fields=["state", "arrives_on", "id"], name="arrival_state_on"),
                    models.Index(fields=["category", "arrives_on", "id"], name="arrival_category_on"),
                    models.Index(
                        condition=models.Q(("cohort", ""), _negated=True),
                        fields=["cohort", "arrives_on", "id"],
                        name="arrival_cohort_on",
                    ),
                    models.Index(
                        condition=models.Q(("unsure", True)), fields=["arrives_on", "id"], name="arrival_unsure_on"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["high", "middle", "entrant", "county", "elsewhere"])),
                        name="arrival_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["coming", "here", "gone_on", "closed"])), name="arrival_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "arrival",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="arrivals.arrival"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField()),
                ("answer", models.TextField()),
                ("temperature", models.DecimalField(decimal_places=1, max_digits=3, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("arrival", "on"), name="call_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["none", "some", "unreached"])), name="call_answer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("kind", models.TextField(choices=[("airport", "Airport"), ("station", "Station"), ("road", "Road")])),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area", "name"), name="checkpoint_name")],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("op", models.UUIDField(unique=True)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="arrivals.checkpoint",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("by_post", models.UUIDField()),
                (
                    "vehicle",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("car", "Car"),
                            ("coach", "Coach or bus"),
                            ("lorry", "Lorry"),
                            ("other", "Other vehicle"),
                        ],
                        default="",
                    ),
                ),
                ("plate", models.TextField(blank=True, default="")),
                ("goods", models.BooleanField(default=False)),
                ("booked", models.BooleanField(default=False)),
                ("disposal", models.TextField()),
                ("chosen", models.TextField(blank=True, default="")),
                ("review", models.TextField(blank=True, default="")),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["checkpoint", "-at"], name="passage_of_checkpoint"),
                    models.Index(
                        condition=models.Q(models.Q(("review", ""), _negated=True), ("reviewed_at", None)),
                        fields=["checkpoint", "at"],
                        name="passage_to_review",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("vehicle__in", ["", "car", "coach", "lorry", "other"])),
                        name="passage_vehicle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review__in", ["", "milder", "clock"])), name="passage_review"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_at", None), ("reviewed_by", None)),
                            models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="passage_reviewed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pass",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passes",
                        to="arrivals.checkpoint",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "passage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passes",
                        to="arrivals.passage",
                    ),
                ),
                (
                    "arrival",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checked", to="arrivals.arrival"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField()),
                ("code", models.TextField()),
                ("negative", models.BooleanField()),
                ("complaints", models.BooleanField()),
                ("decided", models.TextField()),
                ("disposal", models.TextField()),
                ("reasons", models.JSONField(default=list)),
                ("waits_since", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("result", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["checkpoint", "-at"], name="pass_of_checkpoint"),
                    models.Index(
                        condition=models.Q(("left_at", None), ("waits_since__isnull", False)),
                        fields=["checkpoint", "waits_since"],
                        name="pass_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("disposal__in", ["pass", "test", "wait", "home", "site", "turn_back"])),
                        name="pass_disposal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__in", ["green", "yellow", "red", "none"])), name="pass_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shifts", to="arrivals.checkpoint"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("handed_at", models.DateTimeField()),
                ("handed_by", models.UUIDField()),
                ("passed", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_at", None)), fields=("checkpoint",), name="shift_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_by", None),
                            models.Q(("taken_by", models.F("handed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="shift_signed_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lane",
            fields=[
                (
                    "checkpoint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lane",
                        serialize=False,
                        to="arrivals.checkpoint",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("per_slot", models.IntegerField()),
                ("slot_minutes", models.SmallIntegerField()),
                ("opens", models.SmallIntegerField()),
                ("closes", models.SmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes__gt", models.F("opens")),
                            ("closes__lte", 1440),
                            ("opens__gte", 0),
                            ("per_slot__gt", 0),
                            ("slot_minutes__gte", 5),
                        ),
                        name="lane_slots",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LaneSlot",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="arrivals.checkpoint",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("places", models.IntegerField()),
                ("taken", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkpoint", "starts_at"), name="lane_slot_once"),
                    models.CheckConstraint(condition=models.Q(("taken__gte", 0)), name="lane_slot_taken"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaneBooking",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="arrivals.laneslot"
                    ),
                ),
                (
                    "arrival",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lane_booking", to="arrivals.arrival"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("made_at", models.DateTimeField()),
                ("came_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
