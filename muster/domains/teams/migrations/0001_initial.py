import django.contrib.postgres.fields
import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("sampling", "Sampling team"),
                            ("disinfection", "Disinfection team"),
                            ("volunteers", "Volunteers"),
                            ("cadres", "Stationed cadres"),
                        ]
                    ),
                ),
                ("strength", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "id"], name="team_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("name", "area"), name="team_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sampling", "disinfection", "volunteers", "cadres"])),
                        name="team_kind",
                    ),
                    models.CheckConstraint(condition=models.Q(("strength__gte", 0)), name="team_strength"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="teams.team"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "skill",
                    models.TextField(
                        choices=[
                            ("swab", "Takes samples"),
                            ("register", "Registers people"),
                            ("disinfect", "Disinfects"),
                            ("order", "Keeps queues in order"),
                            ("knock", "Knocks at doors"),
                            ("deliver", "Delivers"),
                            ("drive", "Drives"),
                        ]
                    ),
                ),
                ("leads", models.BooleanField(default=False)),
                ("reachable", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("person",), name="member_of_one_team"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("leads", True), ("left_at", None)),
                        fields=("team",),
                        name="team_leader_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("skill__in", ["swab", "register", "disinfect", "order", "knock", "deliver", "drive"])
                        ),
                        name="member_skill",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="teams.team",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None)), fields=("team", "starts_at"), name="team_shift_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="team_shift_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place", models.TextField()),
                ("site", models.UUIDField(null=True)),
                ("round", models.UUIDField(null=True)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("sampling", "Sampling team"),
                            ("disinfection", "Disinfection team"),
                            ("volunteers", "Volunteers"),
                            ("cadres", "Stationed cadres"),
                        ]
                    ),
                ),
                ("wanted", models.IntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("plan", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_fact_id", models.UUIDField()),
                ("filled_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["starts_at", "id"], name="call_starts"),
                    models.Index(fields=["area"], name="call_area"),
                    models.Index(
                        condition=models.Q(("round__gt", uuid.UUID("00000000-0000-0000-0000-000000000000"))),
                        fields=["round"],
                        name="call_round",
                    ),
                    models.Index(
                        condition=models.Q(("filled_at", None), ("withdrawn_at", None)),
                        fields=["starts_at"],
                        name="call_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("wanted__gte", 1)), name="call_wanted"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="call_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mission",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="missions", to="teams.call"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="missions", to="teams.team"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place", models.TextField()),
                ("home", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("strength", models.IntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("offered", "asked"),
                            ("accepted", "on the way"),
                            ("arrived", "on site"),
                            ("released", "released"),
                            ("refused", "refused"),
                            ("cancelled", "called off"),
                        ],
                        default="offered",
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "why",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("busy", "busy elsewhere"),
                            ("too_few", "too few people"),
                            ("no_transport", "no transport"),
                            ("no_goods", "no protective goods"),
                            ("ill", "somebody is ill or in control"),
                        ],
                        default="",
                    ),
                ),
                ("arrive_by", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("came", models.IntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "relieves",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relieved_by",
                        to="teams.mission",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["starts_at", "id"], name="mission_starts"),
                    models.Index(fields=["state", "id"], name="mission_state"),
                    models.Index(fields=["area"], name="mission_area"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["offered", "accepted", "arrived", "released", "refused", "cancelled"])
                        ),
                        name="mission_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="mission_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="services", to="teams.mission"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="services", to="teams.member"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "answer",
                    models.TextField(blank=True, choices=[("coming", "comes"), ("cannot", "cannot come")], default=""),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("came_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("minutes", models.IntegerField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_user", models.UUIDField(null=True)),
                ("confirmed_lead", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="service_area"),
                    models.Index(fields=["came_at", "id"], name="service_came"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("mission", "member"), name="service_once"),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "coming", "cannot"])), name="service_answer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_at", None), ("left_at__gte", models.F("came_at")), _connector="OR"),
                        name="service_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("minutes", None)),
                            models.Q(("came_at__isnull", False), ("confirmed_at__isnull", False), ("minutes__gte", 0)),
                            _connector="OR",
                        ),
                        name="service_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_lead", None),
                            models.Q(("confirmed_lead", models.F("member")), _negated=True),
                            _connector="OR",
                        ),
                        name="service_not_by_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandbySite",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("desks", models.IntegerField()),
                ("staff", models.IntegerField()),
                ("equipment", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "state",
                    models.TextField(
                        choices=[("resting", "on standby"), ("called_up", "called up"), ("ready", "ready to sample")],
                        default="resting",
                    ),
                ),
                ("called_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("ready_at", models.DateTimeField(null=True)),
                ("drill_days", models.IntegerField()),
                ("drill_due_on", models.DateField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="standby_area"),
                    models.Index(
                        condition=models.Q(("removed_at", None)), fields=["drill_due_on"], name="standby_drill"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)), fields=("name", "area"), name="standby_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("desks__gte", 1), ("drill_days__gte", 1), ("staff__gte", 1)),
                        name="standby_numbers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandbyCheck",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="teams.standbysite"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("at", models.DateTimeField()),
                ("staff", models.IntegerField()),
                (
                    "missing",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("called_up", models.BooleanField()),
                ("good", models.BooleanField()),
            ],
        ),
    ]
