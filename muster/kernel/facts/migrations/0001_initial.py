import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("subject", models.UUIDField()),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by", models.UUIDField(db_column="by_id", null=True)),
                ("op", models.UUIDField(null=True)),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "recorded_at"], name="facts_fact_subject_918154_idx"),
                    models.Index(fields=["kind", "recorded_at"], name="facts_fact_kind_ccd423_idx"),
                    models.Index(fields=["area", "recorded_at"], name="facts_fact_area_caadd3_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FactCause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "fact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="causes", to="facts.fact"
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="facts.fact"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("fact", "cause"), name="fact_cause_once")],
            },
        ),
        migrations.CreateModel(
            name="FactSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("facts", models.IntegerField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SealedFact",
            fields=[
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="facts.fact"
                    ),
                ),
                ("seal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="facts.factseal")),
                ("position", models.IntegerField()),
            ],
        ),
    ]
