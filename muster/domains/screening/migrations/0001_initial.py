import django.contrib.postgres.fields
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
            name="Result",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="people.person",
                    ),
                ),
                ("disease", models.TextField()),
                ("sampled_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "result",
                    models.TextField(
                        choices=[
                            ("negative", "Negative"),
                            ("positive", "Positive"),
                            ("pool_suspect", "Pool suspect"),
                            ("invalid", "Invalid"),
                            ("untested", "Not tested"),
                        ]
                    ),
                ),
                ("ct_orf", models.FloatField(null=True)),
                ("ct_n", models.FloatField(null=True)),
                (
                    "laboratory",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="people.organisation",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="screening.result",
                    ),
                ),
                ("superseded_at", models.DateTimeField(null=True)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
                ("history", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ref"], name="result_ref"),
                    models.Index(fields=["person", "sampled_at"], name="result_person"),
                    models.Index(fields=["area", "received_at"], name="result_area"),
                    models.Index(fields=["laboratory", "received_at", "id"], name="result_laboratory"),
                    models.Index(fields=["received_at", "id"], name="result_received"),
                    models.Index(
                        condition=models.Q(("result", "negative"), _negated=True),
                        fields=["result", "received_at", "id"],
                        name="result_found",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("laboratory", "ref"),
                        name="result_one_live",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ("negative", "positive", "pool_suspect", "invalid", "untested"))
                        ),
                        name="result_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ct_orf", None), ("ct_orf__range", (1.0, 50.0)), _connector="OR"),
                            models.Q(("ct_n", None), ("ct_n__range", (1.0, 50.0)), _connector="OR"),
                        ),
                        name="result_ct",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("laboratory_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "way",
                    models.TextField(
                        choices=[
                            ("api", "From a machine"),
                            ("fhir", "FHIR message"),
                            ("file", "File"),
                            ("page", "Typed"),
                        ]
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("by_user", models.UUIDField(null=True)),
                ("stated", models.JSONField(default=dict)),
                ("boxes", models.JSONField(default=list)),
                ("new", models.IntegerField(default=0)),
                ("unchanged", models.IntegerField(default=0)),
                ("held", models.IntegerField(default=0)),
                ("rejected", models.IntegerField(default=0)),
                ("why", models.TextField(default="")),
                ("figures", models.JSONField(default=dict)),
                ("first_user", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory_id", "sent_at"], name="batch_laboratory"),
                    models.Index(fields=["area", "sent_at"], name="batch_area"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["api", "fhir", "file", "page"])), name="batch_way"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultLink",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("hash", models.BinaryField(unique=True)),
                ("plan", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("shown_until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="result_link_expires")],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("doubt", models.UUIDField()),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="doubted", to="screening.result"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "laboratory",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("ref", models.TextField()),
                ("named", models.TextField()),
                (
                    "found",
                    models.TextField(
                        choices=[
                            ("negative", "Negative"),
                            ("positive", "Positive"),
                            ("pool_suspect", "Pool suspect"),
                            ("invalid", "Invalid"),
                            ("untested", "Not tested"),
                        ]
                    ),
                ),
                ("ct_orf", models.FloatField(null=True)),
                ("ct_n", models.FloatField(null=True)),
                ("reason", models.TextField(default="")),
                ("remark", models.TextField(default="")),
                ("plan", models.TextField()),
                ("sent_at", models.DateTimeField()),
                ("sent_user", models.UUIDField(null=True)),
                ("first_user", models.UUIDField(null=True)),
                ("fact", models.UUIDField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("waiting", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("replaced", "Replaced by a later one"),
                        ],
                        default="waiting",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_user", models.UUIDField(null=True)),
                (
                    "became",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="screening.result"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["doubt"], name="correction_doubt"),
                    models.Index(fields=["ref"], name="correction_ref"),
                    models.Index(fields=["sent_at", "id"], name="correction_sent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "waiting")), fields=("result",), name="correction_one_waits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found__in", ("negative", "positive", "pool_suspect", "invalid", "untested"))
                        ),
                        name="correction_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["waiting", "confirmed", "refused", "replaced"])),
                        name="correction_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["", "mixed", "transcription", "contaminated", "equipment", "other"])
                        ),
                        name="correction_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "waiting"), ("settled_at", None)),
                            models.Q(models.Q(("outcome", "waiting"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="correction_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "confirmed"), _negated=True),
                            models.Q(
                                ("became__isnull", False),
                                models.Q(("settled_user", models.F("first_user")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SamplingSite",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("desks", models.IntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "name"], name="sampling_site_area")],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "name"), name="sampling_site_name"),
                    models.CheckConstraint(condition=models.Q(("desks__gte", 1)), name="sampling_site_desks"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(db_collation="C"), size=None),
                ),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("series", models.UUIDField()),
                ("ordinal", models.IntegerField()),
                ("least_rounds", models.IntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("pool_size", models.IntegerField()),
                ("people", models.IntegerField()),
                ("unplaced", models.IntegerField(default=0)),
                ("planned_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "regimes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_why", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(fields=["starts_at", "id"], name="round_starts")],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "ordinal"), name="round_ordinal"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="round_period"
                    ),
                    models.CheckConstraint(condition=models.Q(("pool_size__in", (1, 5, 10, 20))), name="round_pool"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundSite",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sites",
                        to="screening.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="screening.samplingsite"
                    ),
                ),
                ("people", models.IntegerField()),
                ("desks", models.IntegerField()),
                ("samplers", models.IntegerField()),
                ("walk_mean", models.IntegerField()),
                ("walk_most", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "site"), name="round_site_once")],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="screening.round",
                    ),
                ),
                ("building", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="screening.samplingsite",
                    ),
                ),
                ("people", models.IntegerField()),
                ("metres", models.IntegerField(null=True)),
                ("from_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["round", "site", "from_at"], name="slot_site")],
                "constraints": [models.UniqueConstraint(fields=("round", "building"), name="slot_once")],
            },
        ),
        migrations.CreateModel(
            name="RoundCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="screening.round",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("expected", models.IntegerField(default=0)),
                ("sampled", models.IntegerField(default=0)),
                ("excused", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "area"), name="round_count_once")],
            },
        ),
        migrations.CreateModel(
            name="Expected",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expecting",
                        to="screening.round",
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
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="round_expected_area")],
                "constraints": [models.UniqueConstraint(fields=("round", "person"), name="round_expected_once")],
            },
        ),
        migrations.CreateModel(
            name="Laboratory",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="screening_laboratory",
                        serialize=False,
                        to="people.organisation",
                    ),
                ),
                ("name", models.TextField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("tubes_a_day", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tubes_a_day__gte", 1)), name="laboratory_capacity")
                ],
            },
        ),
        migrations.CreateModel(
            name="Box",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C")),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="screening.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="screening.samplingsite",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "laboratory",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="screening.laboratory",
                    ),
                ),
                ("tubes", models.IntegerField()),
                ("packed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("carried_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("fact", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "packed_at"], name="box_area"),
                    models.Index(fields=["laboratory", "packed_at"], name="box_laboratory"),
                    models.Index(fields=["packed_at", "id"], name="box_packed"),
                    models.Index(
                        condition=models.Q(("received_at", None)), fields=["packed_at", "id"], name="box_open"
                    ),
                    models.Index(fields=["round"], name="box_round"),
                ],
                "constraints": [models.UniqueConstraint(fields=("code",), name="box_code")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "box",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="screening.box",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("laboratory_id", models.UUIDField()),
                (
                    "step",
                    models.TextField(choices=[("pickup", "Site to vehicle"), ("delivery", "Vehicle to laboratory")]),
                ),
                ("giver_count", models.IntegerField(null=True)),
                ("giver_at", models.DateTimeField(null=True)),
                ("giver_by", models.UUIDField(null=True)),
                ("giver_user", models.UUIDField(null=True)),
                ("taker_count", models.IntegerField(null=True)),
                ("taker_at", models.DateTimeField(null=True)),
                ("taker_by", models.UUIDField(null=True)),
                ("taker_user", models.UUIDField(null=True)),
                ("differed", models.SmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("box", "step"), name="handover_step"),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["pickup", "delivery"])), name="handover_word"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("giver_by", None),
                            ("taker_by", None),
                            models.Q(("giver_by", models.F("taker_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_two_hands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("giver_user", None),
                            ("taker_user", None),
                            models.Q(("giver_user", models.F("taker_user")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeNeed",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "why",
                    models.TextField(
                        choices=[
                            ("elder", "Elderly"),
                            ("disabled", "Disabled"),
                            ("ill", "Bedridden or ill"),
                            ("confined", "Sealed in or in home observation"),
                            ("carer", "Cares for somebody who cannot be left"),
                        ]
                    ),
                ),
                ("since", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="home_need_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("person",), name="home_need_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Regime",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "who",
                    models.TextField(
                        choices=[
                            ("cold_chain_direct", "Who touches cold-chain goods"),
                            ("cold_chain", "Cold chain"),
                            ("quarantine", "Staff of isolation sites"),
                            ("medical", "Hospitals, clinics, pharmacies"),
                            ("couriers", "Couriers and riders"),
                            ("services", "Markets, lodgings, schools, transport"),
                            ("visitors", "Visitors of fever clinics and pharmacies"),
                            ("arrivals", "Arrivals"),
                        ]
                    ),
                ),
                ("disease", models.TextField()),
                ("plan", models.TextField()),
                ("from_days", models.IntegerField()),
                ("to_days", models.IntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "fact",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.fact"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="regime_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("area", "disease", "who"), name="regime_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_days__gte", 0), ("to_days__gte", models.F("from_days"))),
                        name="regime_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "regime",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="screening.regime",
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
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                ("label", models.TextField(default="")),
                (
                    "how",
                    models.TextField(
                        choices=[
                            ("known", "by their place of work"),
                            ("listed", "by a list"),
                            ("followed", "by their arrival"),
                        ]
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                ("before_on", models.DateField(null=True)),
                ("tube_id", models.UUIDField(null=True)),
                ("asked_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["regime", "due_on", "id"], name="regime_member_due"),
                    models.Index(fields=["area", "due_on"], name="regime_member_area"),
                    models.Index(
                        condition=models.Q(("due_on__isnull", False)), fields=["due_on"], name="regime_member_day"
                    ),
                    models.Index(
                        condition=models.Q(("tube_id__isnull", False)), fields=["tube_id"], name="regime_member_tube"
                    ),
                    models.Index(
                        condition=models.Q(("unit__isnull", False)), fields=["unit"], name="regime_member_unit"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("regime", "person"), name="regime_member_once")],
            },
        ),
        migrations.CreateModel(
            name="RegimeCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "regime",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts",
                        to="screening.regime",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("day", models.DateField()),
                ("due", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("regime", "area", "day"), name="regime_count_once")],
            },
        ),
        migrations.CreateModel(
            name="Tube",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C")),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tubes",
                        to="screening.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tubes",
                        to="screening.samplingsite",
                    ),
                ),
                ("desk", models.SmallIntegerField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("household", models.BooleanField(default=False)),
                ("capacity", models.SmallIntegerField()),
                ("members", models.SmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(null=True)),
                ("sealed_op", models.UUIDField(null=True)),
                ("sealed_by", models.UUIDField(null=True)),
                ("counted", models.SmallIntegerField(null=True)),
                (
                    "box",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contents",
                        to="screening.box",
                    ),
                ),
                ("laboratory_id", models.UUIDField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("result", models.TextField(default="")),
                ("resulted_at", models.DateTimeField(null=True)),
                ("ct_orf", models.FloatField(null=True)),
                ("ct_n", models.FloatField(null=True)),
                ("fact", models.UUIDField(null=True)),
                ("claimed", models.TextField(default="")),
                ("claimed_why", models.TextField(default="")),
                ("claimed_user", models.UUIDField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("claimed_ct_orf", models.FloatField(null=True)),
                ("claimed_ct_n", models.FloatField(null=True)),
                ("claimed_in", models.UUIDField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_why", models.TextField(default="")),
                (
                    "retest_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retests",
                        to="screening.tube",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("box__isnull", False)), fields=["box"], name="tube_box"),
                    models.Index(fields=["laboratory_id", "received_at"], name="tube_laboratory"),
                    models.Index(fields=["round", "site", "opened_at"], name="tube_site"),
                    models.Index(fields=["area"], name="tube_area"),
                    models.Index(
                        condition=models.Q(("result", ""), _negated=True),
                        fields=["laboratory_id", "resulted_at"],
                        name="tube_resulted",
                    ),
                    models.Index(
                        condition=models.Q(("claimed_in__isnull", False)), fields=["claimed_in"], name="tube_claimed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="tube_code"),
                    models.CheckConstraint(
                        condition=models.Q(("household", True), ("capacity__in", (1, 5, 10, 20)), _connector="OR"),
                        name="tube_capacity",
                    ),
                    models.CheckConstraint(condition=models.Q(("members__gte", 0)), name="tube_members"),
                    models.CheckConstraint(
                        condition=models.Q(("result", ""), ("received_at__isnull", False), _connector="OR"),
                        name="tube_result_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result", ""), ("voided_at", None), _connector="OR"),
                        name="tube_result_or_void",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("op", models.UUIDField(primary_key=True, serialize=False)),
                ("round_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("tube_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("site_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("position", models.SmallIntegerField()),
                (
                    "how",
                    models.TextField(
                        choices=[
                            ("card", "Identity card"),
                            ("code", "The person's code"),
                            ("phone", "Phone"),
                            ("typed", "Typed"),
                            ("list", "Building's list"),
                            ("paper", "Paper sheet"),
                        ]
                    ),
                ),
                ("proxy_who", models.TextField(default="")),
                ("proxy_why", models.TextField(default="")),
                ("device_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("counts", models.BooleanField()),
                ("review", models.TextField(default="")),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_op", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tube_id"], name="registration_tube"),
                    models.Index(
                        condition=models.Q(models.Q(("review", ""), _negated=True), ("reviewed_at", None)),
                        fields=["round_id", "received_at"],
                        name="registration_ask",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("counts", True), ("voided_at", None)),
                        fields=("round_id", "person_id"),
                        name="registration_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="screening.round",
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
                (
                    "reason",
                    models.TextField(
                        choices=[
                            ("away", "Away"),
                            ("exempt", "Exempt"),
                            ("refused", "Refused"),
                            ("moved", "Moved away"),
                            ("unknown", "Not known here"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("lapsed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="reason_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lapsed_at", None)), fields=("round", "person"), name="reason_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["away", "exempt", "refused", "moved", "unknown"])),
                        name="reason_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resample",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resamples", to="screening.tube"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("fact", models.UUIDField()),
                ("held_at", models.DateTimeField()),
                (
                    "single",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resample",
                        to="screening.tube",
                    ),
                ),
                ("sampled_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("result", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="resample_area")],
                "constraints": [models.UniqueConstraint(fields=("tube", "person"), name="resample_once")],
            },
        ),
        migrations.CreateModel(
            name="SiteCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="screening.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.samplingsite",
                    ),
                ),
                ("laboratory_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("slot", models.DateTimeField()),
                ("tubes", models.IntegerField(default=0)),
                ("pending", models.IntegerField(default=0)),
                ("resulted", models.IntegerField(default=0)),
                ("voided", models.IntegerField(default=0)),
                ("positive", models.IntegerField(default=0)),
                ("suspect", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "site", "slot", "laboratory_id"), name="site_count_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Queue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="screening.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.samplingsite",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("people", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("people_before", models.IntegerField(null=True)),
                ("at_before", models.DateTimeField(null=True)),
                ("by_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("round", "site"), name="site_queue_once")],
            },
        ),
    ]
