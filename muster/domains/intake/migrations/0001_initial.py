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
            name="Report",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("kind", models.TextField()),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("phone", "Phone"),
                            ("page", "Public page"),
                            ("code", "Printed code"),
                            ("message", "Message"),
                        ]
                    ),
                ),
                (
                    "source",
                    models.TextField(choices=[("resident", "Resident"), ("venue", "Venue"), ("unit", "Work unit")]),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.place",
                    ),
                ),
                (
                    "caller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeats",
                        to="intake.report",
                    ),
                ),
                ("by_post", models.UUIDField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("disposed_at", models.DateTimeField(null=True)),
                (
                    "disposed_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.fact",
                    ),
                ),
                (
                    "result",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("done", "Done"),
                            ("isolated", "The person is at an isolation site"),
                            ("nothing_found", "Nothing found there"),
                            ("elsewhere", "Given to another authority"),
                            ("not_possible", "Could not be done"),
                        ],
                        default="",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["received_at", "id"], name="report_received"),
                    models.Index(fields=["area", "received_at"], name="report_area"),
                    models.Index(fields=["kind", "received_at", "id"], name="report_kind"),
                    models.Index(fields=["channel", "received_at", "id"], name="report_channel_at"),
                    models.Index(condition=models.Q(("closed_at", None)), fields=["due_at", "id"], name="report_open"),
                    models.Index(fields=["caller", "received_at"], name="report_caller"),
                    models.Index(condition=models.Q(("about__isnull", False)), fields=["about"], name="report_about"),
                    models.Index(
                        condition=models.Q(("place__isnull", False)),
                        fields=["place", "received_at"],
                        name="report_place",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposed_at", None), ("result", "")),
                            models.Q(("disposed_at__isnull", False), models.Q(("result", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="report_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["phone", "page", "code", "message"])), name="report_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["resident", "venue", "unit"])), name="report_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="intake.report"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("street", "Street"),
                            ("district", "District headquarters"),
                            ("city", "City headquarters"),
                        ]
                    ),
                ),
                ("holder", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("passed_at", models.DateTimeField()),
                (
                    "passed_fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_post", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "level"), name="receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="intake.report"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "what",
                    models.TextField(
                        choices=[
                            ("check_arrival", "Check who arrived, and what holds for them"),
                            ("to_clinic", "Bring the person to the fever clinic without contact"),
                            ("verify_contact", "Find out whether this is a contact"),
                            ("verify_illness", "Find out who is ill, and since when"),
                            ("disinfect", "Have the place disinfected"),
                            ("remove_hazard", "Go there and end the hazard"),
                            ("help", "Help the person"),
                            ("answer", "Look into the complaint and answer it"),
                            ("visit", "Go there: nobody can be reached by phone"),
                            ("stay_put", "Ask the person to wear a mask and stay where they are"),
                        ]
                    ),
                ),
                ("role", models.TextField()),
                ("given_at", models.DateTimeField()),
                (
                    "given_fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_fact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facts.fact",
                    ),
                ),
                (
                    "result",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("done", "Done"),
                            ("isolated", "The person is at an isolation site"),
                            ("nothing_found", "Nothing found there"),
                            ("elsewhere", "Given to another authority"),
                            ("not_possible", "Could not be done"),
                        ],
                        default="",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["area", "due_at"], name="intake_task_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("result", "")),
                            models.Q(("done_at__isnull", False), models.Q(("result", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="intake_task_result",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="intake.report"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("whom", models.TextField(choices=[("caller", "The caller"), ("about", "The person it is about")])),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("wrong_number", "Wrong number"),
                            ("later", "Call again at"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("again_at", models.DateTimeField(null=True)),
                ("by_post", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="intake.report"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("what", "What was told"),
                            ("where", "Where, in the caller's words"),
                            ("result", "What was done"),
                        ]
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("by_post", models.UUIDField(null=True)),
            ],
        ),
    ]
