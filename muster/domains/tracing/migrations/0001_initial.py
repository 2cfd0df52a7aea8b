import django.contrib.postgres.fields
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
            name="Series",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("last", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("root_fact", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("started_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("history", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["disease", "area", "closed_at"], name="incident_disease"),
                    models.Index(fields=["opened_at", "id"], name="incident_opened"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="chains", to="tracing.incident"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("owner_post", models.UUIDField(null=True)),
                ("owner_since", models.DateTimeField(null=True)),
                ("cleared_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(null=True, unique=True)),
                ("number", models.TextField(unique=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="tracing.incident"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("classification", models.TextField()),
                ("found_how", models.TextField(default="other")),
                ("origin", models.TextField(default="")),
                ("source_state", models.TextField(default="unknown")),
                ("onset_on", models.DateField(null=True)),
                ("first_visit_on", models.DateField(null=True)),
                ("admitted_on", models.DateField(null=True)),
                ("first_sampled_on", models.DateField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("severity", models.TextField(default="")),
                ("outcome", models.TextField(default="")),
                ("outcome_on", models.DateField(null=True)),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="tracing.chain"
                    ),
                ),
                ("opened_fact", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("traced_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("history", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "opened_at"], name="case_area"),
                    models.Index(fields=["incident_area", "opened_at"], name="case_incident_area"),
                    models.Index(fields=["opened_at", "id"], name="case_opened"),
                    models.Index(fields=["onset_on", "id"], name="case_onset"),
                    models.Index(fields=["classification", "opened_at", "id"], name="case_classification"),
                    models.Index(fields=["disease", "opened_at", "id"], name="case_disease"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None), ("history", False)),
                        fields=("person", "disease"),
                        name="case_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("classification__in", ["suspected", "clinical", "confirmed", "asymptomatic", "excluded"])
                        ),
                        name="case_classified",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_state__in", ["unknown", "linked", "imported", "none"])),
                        name="case_source_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Classification",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="classifications", to="tracing.case"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("classification", models.TextField()),
                ("basis", models.TextField()),
                ("at", models.DateTimeField()),
                ("by_user", models.UUIDField(null=True)),
                ("signed_by", models.UUIDField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("fact", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("refused_at", None), ("signed_at", None)),
                        fields=("case",),
                        name="classification_one_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "diagnosis"), _negated=True),
                            ("signed_at", None),
                            models.Q(
                                ("by_user__isnull", False),
                                ("signed_by__isnull", False),
                                models.Q(("signed_by", models.F("by_user")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="classification_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="infected", to="tracing.case"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sources", to="tracing.case"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("reason", models.TextField()),
                ("confirmed", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "target"), name="link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="link_not_to_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="tracing.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("kind", models.TextField()),
                ("from_at", models.DateTimeField(null=True)),
                ("to_at", models.DateTimeField(null=True)),
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
                ("details", models.JSONField(default=dict)),
                ("text", models.TextField(default="")),
                ("by_post", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="tracing.case"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="tracing.incident"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contact_rows", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("case_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("case_number", models.TextField()),
                ("ring", models.SmallIntegerField()),
                ("reasons", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(null=True)),
                ("minutes", models.IntegerField(null=True)),
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
                    "places",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("status", models.TextField(default="found")),
                ("fact", models.UUIDField()),
                ("told_by", models.UUIDField(null=True)),
                ("found_at", models.DateTimeField()),
                ("notified_at", models.DateTimeField(null=True)),
                ("controlled_at", models.DateTimeField(null=True)),
                ("tested_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "converted_case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="was_contact",
                        to="tracing.case",
                    ),
                ),
                ("history", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "first_at", "id"], name="contact_area"),
                    models.Index(fields=["incident_area", "first_at", "id"], name="contact_incident_area"),
                    models.Index(
                        condition=models.Q(("case_area__gt", "")),
                        fields=["case_area", "first_at", "id"],
                        name="contact_of_case",
                    ),
                    models.Index(fields=["first_at", "id"], name="contact_first"),
                    models.Index(fields=["last_at", "id"], name="contact_last"),
                    models.Index(fields=["status", "first_at", "id"], name="contact_status_first"),
                    models.Index(fields=["incident", "area", "status"], name="contact_incident"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "person"), name="contact_once"),
                    models.CheckConstraint(condition=models.Q(("ring__in", [1, 2])), name="contact_ring"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["found", "notified", "controlled", "released", "converted", "cleared", "withdrawn"],
                            )
                        ),
                        name="contact_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_at", None), ("last_at__gte", models.F("first_at")), _connector="OR"),
                        name="contact_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "converted"), _negated=True),
                            ("converted_case__isnull", False),
                            _connector="OR",
                        ),
                        name="contact_converted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingRing",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pending_rings", to="tracing.case"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("total", models.IntegerField()),
                ("by_area", models.JSONField(default=dict)),
                ("by_reason", models.JSONField(default=dict)),
                ("as_of", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("fact", models.UUIDField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("confirmed", models.BooleanField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)), fields=("case",), name="pending_ring_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="tracing.incident"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="tracing.case"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("case_number", models.TextField()),
                ("disease", models.TextField()),
                ("to_name", models.TextField()),
                ("to_area", models.TextField()),
                ("exposed_from", models.DateTimeField(null=True)),
                ("exposed_until", models.DateTimeField(null=True)),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("asked", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("sent_at", models.DateTimeField()),
                ("deadline_at", models.DateTimeField()),
                ("printed_at", models.DateTimeField(null=True)),
                ("replied_at", models.DateTimeField(null=True)),
                ("fact", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="LetterContact",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="persons", to="tracing.letter"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="tracing.contact"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("incident_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("reply", models.TextField(default="")),
                ("replied_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("letter", "contact"), name="letter_person_once")],
            },
        ),
    ]
