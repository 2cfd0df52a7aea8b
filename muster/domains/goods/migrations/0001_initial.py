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
            name="Holder",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goods_holder", to="people.place"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("name", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("central", "Supervised central warehouse"),
                            ("cold_store", "Cold store"),
                            ("wholesaler", "Wholesaler"),
                            ("processor", "Processing plant"),
                            ("shop", "Shop or supermarket"),
                            ("restaurant", "Restaurant or canteen"),
                        ]
                    ),
                ),
                ("licence", models.TextField(default="")),
                ("since", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["area", "id"], name="goods_holder_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["central", "cold_store", "wholesaler", "processor", "shop", "restaurant"])
                        ),
                        name="goods_holder_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="goods.holder",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goods_staff", to="people.person"
                    ),
                ),
                ("place_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("label", models.TextField(default="")),
                ("since", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="goods_staff_area")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("holder", "person"), name="goods_staff_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="goods.holder",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="goods.holder",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("owner_place", models.UUIDField()),
                ("first_place", models.UUIDField()),
                ("plan", models.TextField()),
                ("product", models.TextField()),
                ("origin", models.TextField()),
                ("unit", models.TextField(choices=[("box", "boxes"), ("kg", "kg"), ("piece", "pieces")])),
                ("declared", models.IntegerField()),
                ("entered", models.IntegerField(null=True)),
                ("certificate", models.TextField()),
                ("disinfection", models.TextField(default="")),
                ("report", models.TextField(default="")),
                ("declared_at", models.DateTimeField()),
                ("expected_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField(null=True)),
                ("disinfected_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("lift_asked_by", models.UUIDField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("declared", "Declared, not here yet"),
                            ("arrived", "Arrived, not released"),
                            ("released", "Released from the warehouse"),
                            ("held", "On hold"),
                        ],
                        default="declared",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="goods_batch_area"),
                    models.Index(fields=["expected_at", "id"], name="goods_batch_expected"),
                    models.Index(fields=["state", "area", "id"], name="goods_batch_state"),
                    models.Index(fields=["owner_place"], name="goods_batch_owner"),
                    models.Index(fields=["first_place"], name="goods_batch_first"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "certificate", "product"), name="goods_batch_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("declared__gt", 0), models.Q(("entered", None), ("entered__gt", 0), _connector="OR")
                        ),
                        name="goods_batch_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["box", "kg", "piece"])), name="goods_batch_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arrived_at", None), ("entered", None)),
                            models.Q(("arrived_at__isnull", False), ("entered__isnull", False)),
                            _connector="OR",
                        ),
                        name="goods_batch_arrived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at", None),
                            models.Q(("arrived_at__isnull", False), ("disinfected_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="goods_batch_released",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at__isnull", False), ("state", "held")),
                            models.Q(("held_at", None), ("released_at__isnull", False), ("state", "released")),
                            models.Q(
                                ("arrived_at__isnull", False),
                                ("held_at", None),
                                ("released_at", None),
                                ("state", "arrived"),
                            ),
                            models.Q(("arrived_at", None), ("held_at", None), ("state", "declared")),
                            _connector="OR",
                        ),
                        name="goods_batch_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="goods.batch"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="goods.lot"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="goods.holder",
                    ),
                ),
                ("place_id", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("received", models.IntegerField()),
                ("on_hand", models.IntegerField()),
                ("moved", models.IntegerField(default=0)),
                ("sold", models.IntegerField(default=0)),
                ("destroyed", models.IntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="goods_lot_area"),
                    models.Index(fields=["since", "id"], name="goods_lot_since"),
                    models.Index(fields=["place_id", "id"], name="goods_lot_place"),
                    models.Index(condition=models.Q(("on_hand__gt", 0)), fields=["area", "id"], name="goods_lot_here"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "received",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("on_hand"), "+", models.F("moved")
                                        ),
                                        "+",
                                        models.F("sold"),
                                    ),
                                    "+",
                                    models.F("destroyed"),
                                ),
                            )
                        ),
                        name="goods_lot_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("destroyed__gte", 0),
                            ("moved__gte", 0),
                            ("on_hand__gte", 0),
                            ("received__gt", 0),
                            ("sold__gte", 0),
                        ),
                        name="goods_lot_quantities",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent", None)), fields=("batch",), name="goods_lot_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="goods.batch"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="goods.lot"
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goods.holder"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="goods.holder"
                    ),
                ),
                (
                    "made",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="came_by", to="goods.lot"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("to_area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("to_place", models.UUIDField()),
                ("quantity", models.IntegerField()),
                ("counted", models.IntegerField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("sent", "On its way"),
                            ("received", "Received, both sides agree"),
                            ("differs", "The two counts differ"),
                            ("returned", "Taken back"),
                        ],
                        default="sent",
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("sent", "differs"))),
                        fields=["to_place"],
                        name="goods_handover_coming",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="goods_handover_quantity"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("made__isnull", False), ("state", "received")),
                            models.Q(models.Q(("state", "received"), _negated=True), ("made", None)),
                            _connector="OR",
                        ),
                        name="goods_handover_made",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sent", "received", "differs", "returned"])),
                        name="goods_handover_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="removals", to="goods.lot"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("quantity", models.IntegerField()),
                (
                    "why",
                    models.TextField(
                        choices=[
                            ("sold", "Sold to consumers or used up"),
                            ("destroyed", "Destroyed"),
                            ("returned_abroad", "Sent back abroad"),
                            ("lost", "Lost or stolen"),
                        ]
                    ),
                ),
                ("reference", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="goods_removal_quantity"),
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["sold", "destroyed", "returned_abroad", "lost"])),
                        name="goods_removal_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sampling",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="samplings", to="goods.lot"
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("outer", models.IntegerField(default=0)),
                ("inner", models.IntegerField(default=0)),
                ("environment", models.IntegerField(default=0)),
                ("staff", models.IntegerField(default=0)),
                ("taken_at", models.DateTimeField()),
                (
                    "result",
                    models.TextField(
                        blank=True,
                        choices=[("", "waits for its result"), ("negative", "Negative"), ("positive", "Positive")],
                        default="",
                    ),
                ),
                ("report", models.TextField(default="")),
                ("result_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("environment__gte", 0), ("inner__gte", 0), ("outer__gte", 0), ("staff__gte", 0)
                        ),
                        name="goods_sampling_numbers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["", "negative", "positive"])), name="goods_sampling_result"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", ""), ("result_at", None)),
                            models.Q(models.Q(("result", ""), _negated=True), ("result_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="goods_sampling_reported",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("result", "")), fields=("lot",), name="goods_sampling_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handling",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handlings",
                        to="goods.lot",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handlings",
                        to="goods.staff",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lot", "staff"), name="goods_handling_once")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="goods.holder",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="goods.lot",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("place_id", models.UUIDField()),
                ("plan", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("undeclared", "Entered without a declaration"),
                            ("no_certificate", "Goods without certificates"),
                            ("no_label", "Goods on the shelf without a label"),
                            ("not_registered", "A handover was not recorded"),
                            ("sold_on_hold", "Held goods were moved or sold"),
                            ("not_disinfected", "Not disinfected"),
                            ("staff_untested", "Staff were not tested as the rule asks"),
                            ("other", "Another breach"),
                        ]
                    ),
                ),
                ("note", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("found_by", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "To be put right"),
                            ("answered", "Said to be put right"),
                            ("closed", "Put right, and checked"),
                        ],
                        default="open",
                    ),
                ),
                ("answer", models.TextField(default="")),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "penalty",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("warning", "Warning"),
                            ("fine", "Fine"),
                            ("seizure", "Goods seized"),
                            ("suspension", "Business suspended"),
                            ("licence", "Licence withdrawn"),
                        ],
                        default="",
                    ),
                ),
                ("penalty_number", models.TextField(default="")),
                ("penalty_yuan", models.IntegerField(null=True)),
                ("penalty_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="goods_finding_area"),
                    models.Index(fields=["due_at", "id"], name="goods_finding_due"),
                    models.Index(fields=["state", "due_at", "id"], name="goods_finding_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "undeclared",
                                    "no_certificate",
                                    "no_label",
                                    "not_registered",
                                    "sold_on_hold",
                                    "not_disinfected",
                                    "staff_untested",
                                    "other",
                                ],
                            )
                        ),
                        name="goods_finding_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "closed"])), name="goods_finding_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("penalty_yuan", None), ("penalty_yuan__gt", 0), _connector="OR"),
                        name="goods_finding_yuan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("penalty", ""), ("penalty_at", None)),
                            models.Q(models.Q(("penalty", ""), _negated=True), ("penalty_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="goods_finding_penalty",
                    ),
                ],
            },
        ),
    ]
