import datetime
import django.db.models.deletion
import django.db.models.expressions
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
            name="Venue",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="venue", to="people.place"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("shop", "Shop or supermarket"),
                            ("market", "Market"),
                            ("mall", "Shopping centre"),
                            ("restaurant", "Restaurant or canteen"),
                            ("entertainment", "Entertainment"),
                            ("hotel", "Hotel"),
                            ("family_hotel", "Family hotel"),
                            ("day_rental", "Day rental"),
                            ("office", "Office building"),
                            ("factory", "Factory"),
                            ("school", "School or kindergarten"),
                            ("medical", "Hospital, clinic or pharmacy"),
                            ("station", "Station or stop"),
                            ("worship", "Place of worship"),
                            ("park", "Park or scenic area"),
                            ("warehouse", "Cold store or warehouse"),
                            ("estate", "Residential estate entrance"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("name", models.TextField()),
                (
                    "responsible",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.person"
                    ),
                ),
                ("screen", models.BooleanField(default=False)),
                ("code_number", models.SmallIntegerField(default=1)),
                ("desk_number", models.SmallIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("closed_at", None)), fields=["area", "id"], name="venue_area"),
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["kind", "area", "id"], name="venue_kind_area"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "shop",
                                    "market",
                                    "mall",
                                    "restaurant",
                                    "entertainment",
                                    "hotel",
                                    "family_hotel",
                                    "day_rental",
                                    "office",
                                    "factory",
                                    "school",
                                    "medical",
                                    "station",
                                    "worship",
                                    "park",
                                    "warehouse",
                                    "estate",
                                    "other",
                                ],
                            )
                        ),
                        name="venue_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code_number__gt", 0), ("desk_number__gt", 0)), name="venue_numbers"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonalCode",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="personal_codes", to="people.person"
                    ),
                ),
                ("number", models.TextField(unique=True)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.UUIDField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("mark", models.BinaryField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("person",), name="personal_code_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to="people.person"
                    ),
                ),
                ("verified", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EnteredFor",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "venue",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="premises.venue"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_by_others",
                        to="people.person",
                    ),
                ),
                (
                    "by_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_others",
                        to="people.person",
                    ),
                ),
                ("by_post", models.UUIDField(null=True)),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="entered_for_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["group", "child", "no_phone", "needs_help"])),
                        name="entered_for_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Capacity",
            fields=[
                (
                    "venue",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="capacity",
                        serialize=False,
                        to="premises.venue",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("cap", models.IntegerField()),
                ("per_slot", models.IntegerField()),
                ("slot_minutes", models.SmallIntegerField()),
                ("opens", models.SmallIntegerField()),
                ("closes", models.SmallIntegerField()),
                ("inside", models.IntegerField(default=0)),
                ("counted_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cap__gt", 0), ("per_slot__gt", 0)), name="capacity_numbers"
                    ),
                    models.CheckConstraint(condition=models.Q(("inside__gte", 0)), name="capacity_inside"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes__gt", models.F("opens")),
                            ("closes__lte", 1440),
                            ("opens__gte", 0),
                            ("slot_minutes__gte", 10),
                        ),
                        name="capacity_slots",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="premises.venue",
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
                    models.UniqueConstraint(fields=("venue", "starts_at"), name="venue_slot_once"),
                    models.CheckConstraint(condition=models.Q(("taken__gte", 0)), name="venue_slot_taken"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookings", to="premises.slot"
                    ),
                ),
                ("number", models.TextField(unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("party", models.SmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("entered_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("party__gt", 0)), name="booking_party")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "level",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("1", "Level I"),
                            ("2", "Level II"),
                            ("3", "Level III"),
                            ("4", "Level IV"),
                            ("", "None: lifted"),
                        ],
                    ),
                ),
                ("how", models.TextField(choices=[("cancelled", "Cancel them"), ("postponed", "Postpone them")])),
                ("number", models.TextField()),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                ("decided_by", models.UUIDField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["decided_at", "id"], name="order_decided")],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "number"), name="order_number"),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["1", "2", "3", "4", ""])), name="order_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["cancelled", "postponed"])), name="order_how"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("expo", "Exhibition or fair"),
                            ("show", "Show or concert"),
                            ("sport", "Sports event"),
                            ("meeting", "Meeting"),
                            ("banquet", "Banquet"),
                            ("religious", "Religious gathering"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("place_name", models.TextField()),
                ("expected", models.IntegerField()),
                ("tables", models.IntegerField(default=0)),
                ("outsiders", models.BooleanField(default=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "level",
                    models.TextField(
                        choices=[
                            ("community", "the community"),
                            ("street", "the township or street"),
                            ("district", "the county or district"),
                            ("city", "the city"),
                            ("province", "the province"),
                        ]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("asked", "Waits for a decision"),
                            ("approved", "Approved; the site is to be checked"),
                            ("ready", "Approved and checked"),
                            ("refused", "Refused"),
                            ("cancelled", "Cancelled"),
                            ("postponed", "Postponed"),
                        ],
                        default="asked",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_by", models.UUIDField(null=True)),
                ("faults", models.JSONField(default=list)),
                ("sector", models.TextField(blank=True, default="")),
                (
                    "opinion",
                    models.TextField(
                        blank=True, choices=[("", "Waits"), ("agrees", "Agrees"), ("objects", "Objects")], default=""
                    ),
                ),
                ("opinion_at", models.DateTimeField(null=True)),
                ("opinion_by", models.UUIDField(null=True)),
                ("opinion_faults", models.JSONField(default=list)),
                ("supervised_at", models.DateTimeField(null=True)),
                ("supervised_by", models.UUIDField(null=True)),
                ("supervised_faults", models.JSONField(default=list)),
                (
                    "organiser",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("unit", models.TextField(default="")),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stopped",
                        to="premises.order",
                    ),
                ),
                ("was", models.TextField(default="")),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("informed_at", models.DateTimeField(null=True)),
                ("told", models.IntegerField(null=True)),
                ("paid_back", models.IntegerField(null=True)),
                ("invited_at", models.DateTimeField(null=True)),
                (
                    "follows",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="premises.event",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "starts_at"], name="event_area"),
                    models.Index(fields=["starts_at", "id"], name="event_starts"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["expo", "show", "sport", "meeting", "banquet", "religious", "other"])
                        ),
                        name="event_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["community", "street", "district", "city", "province"])),
                        name="event_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "approved", "ready", "refused", "cancelled", "postponed"])
                        ),
                        name="event_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expected__gt", 0), ("tables__gte", 0)), name="event_people"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="event_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("approved", "ready")), _negated=True),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="event_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opinion__in", ["", "agrees", "objects"])), name="event_opinion"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True), ("checked_at__isnull", False), _connector="OR"
                        ),
                        name="event_checked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "postponed"), _negated=True),
                            models.Q(("order__isnull", False), ("was__in", ("asked", "approved", "ready"))),
                            _connector="OR",
                        ),
                        name="event_postponed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guests",
                        to="premises.venue",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("room", models.TextField(default="")),
                ("origin", models.TextField(default="")),
                ("came_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="guest_area"),
                    models.Index(fields=["came_at", "id"], name="guest_came_at"),
                    models.Index(condition=models.Q(("left_at", None)), fields=["venue"], name="guest_staying"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("venue", "person"), name="guest_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_at", None), ("left_at__gte", models.F("came_at")), _connector="OR"),
                        name="guest_left",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Routine",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "venue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routines",
                        to="premises.venue",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("code", models.TextField()),
                (
                    "doer",
                    models.TextField(
                        choices=[
                            ("venue", "The venue"),
                            ("grid", "The grid worker"),
                            ("sector", "The sector's regulator"),
                        ]
                    ),
                ),
                ("period_on", models.DateField()),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.TextField(
                        blank=True, choices=[("", "Owed"), ("done", "Done"), ("not_done", "Not done")], default=""
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
                ("recorded_by", models.UUIDField(null=True)),
                ("figure", models.IntegerField(null=True)),
                ("note", models.TextField(default="")),
                ("chased_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", "Not checked"),
                            ("sound", "Checked: in order"),
                            ("faulty", "Checked: points are wanting"),
                            ("remedied", "The venue says it is put right"),
                            ("verified", "Put right, and checked"),
                        ],
                        default="",
                    ),
                ),
                ("wanting", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_by", models.UUIDField(null=True)),
                ("mend_by", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
                (
                    "found",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("visited", "Visited"),
                            ("nobody", "Nobody was in"),
                            ("closed", "Not let, or closed"),
                            ("refused", "Refused entry"),
                        ],
                        default="",
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("hazard", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="routine_area"),
                    models.Index(fields=["due_at", "id"], name="routine_due_at"),
                    models.Index(
                        condition=models.Q(("chased_at", None), ("outcome", "")),
                        fields=["due_at"],
                        name="routine_unchased",
                    ),
                    models.Index(condition=models.Q(("outcome", "")), fields=["area"], name="routine_owed"),
                    models.Index(
                        condition=models.Q(("verdict__in", ("faulty", "remedied"))),
                        fields=["due_at", "id"],
                        name="routine_faulty",
                    ),
                    models.Index(fields=["code", "due_at", "id"], name="routine_code"),
                    models.Index(condition=models.Q(("hazard", True)), fields=["due_at", "id"], name="routine_hazard"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("venue", "code", "period_on"), name="routine_once"),
                    models.CheckConstraint(
                        condition=models.Q(("doer__in", ["venue", "grid", "sector"])), name="routine_doer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "done", "not_done"])), name="routine_outcome"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("found__in", ["", "visited", "nobody", "closed", "refused"])),
                        name="routine_found",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["", "sound", "faulty", "remedied", "verified"])),
                        name="routine_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("recorded_at", None)),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("recorded_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="routine_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("figure", None), ("figure__gte", 0), _connector="OR"), name="routine_figure"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exemptions", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("to", models.TextField()),
                ("reason", models.TextField()),
                ("asked_by", models.UUIDField()),
                ("asked_body", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_body", models.TextField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "id"], name="exemption_area")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("to__in", ("enter", "test"))), name="exemption_eases"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_body", None), ("confirmed_by", None)),
                            models.Q(
                                models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                                models.Q(("confirmed_body", models.F("asked_body")), _negated=True),
                                ("confirmed_at__isnull", False),
                                ("confirmed_body__isnull", False),
                                ("confirmed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="exemption_two_bodies",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("asked_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("asked_at"), "+", models.Value(datetime.timedelta(days=3))
                                ),
                            ),
                        ),
                        name="exemption_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["medical", "care", "funeral", "examination", "essential", "review"])
                        ),
                        name="exemption_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contest",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contests", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "reason",
                    models.TextField(
                        choices=[
                            ("not_me", "This is about somebody else"),
                            ("not_there", "I was not there"),
                            ("over", "My days are over"),
                            ("tested", "I have been tested"),
                            ("other", "Something else"),
                        ]
                    ),
                ),
                ("note", models.TextField(default="")),
                ("made_at", models.DateTimeField()),
                ("outcome", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="contest_area"),
                    models.Index(fields=["made_at", "id"], name="contest_made"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)), fields=("person",), name="contest_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["not_me", "not_there", "over", "tested", "other"])),
                        name="contest_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "stands", "mended"])), name="contest_outcome"
                    ),
                ],
            },
        ),
    ]
