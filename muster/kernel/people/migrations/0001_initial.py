import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
import muster.kernel.people.fields
from django.db import migrations, models


def numbered(model: str) -> migrations.SeparateDatabaseAndState:
    """The `key` column, numbered by the database."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(f"ALTER TABLE people_{model} ADD COLUMN key bigint GENERATED ALWAYS AS IDENTITY")
        ],
        state_operations=[migrations.AddField(model, "key", muster.kernel.people.fields.IdentityKeyField())],
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(null=True)),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("door", models.TextField(default="")),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="household_area")],
                "constraints": [models.UniqueConstraint(fields=("ref",), name="household_ref")],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(null=True)),
                ("name", models.TextField()),
                ("kind", models.TextField(default="")),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="organisation_area")],
                "constraints": [models.UniqueConstraint(fields=("ref",), name="organisation_ref")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(null=True)),
                ("name", models.TextField(default="")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("residence", "Residence"),
                            ("dining", "Dining"),
                            ("entertainment", "Entertainment"),
                            ("lodging", "Lodging"),
                            ("workplace", "Workplace"),
                            ("school", "School"),
                            ("market", "Market"),
                            ("transport", "Transport"),
                            ("medical", "Medical"),
                            ("worship", "Worship"),
                            ("park", "Park"),
                            ("other", "Other"),
                        ],
                        default="other",
                    ),
                ),
                ("area", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.organisation"
                    ),
                ),
                ("layout", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "kind"], name="place_area"),
                    models.Index(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=["organisation"],
                        name="place_organisation",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ref",), name="place_ref"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "residence",
                                    "dining",
                                    "entertainment",
                                    "lodging",
                                    "workplace",
                                    "school",
                                    "market",
                                    "transport",
                                    "medical",
                                    "worship",
                                    "park",
                                    "other",
                                ],
                            )
                        ),
                        name="place_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("ref", models.TextField(null=True)),
                ("label", models.TextField(default="")),
                (
                    "sex",
                    models.TextField(
                        blank=True, choices=[("", "not known"), ("female", "female"), ("male", "male")], default=""
                    ),
                ),
                ("born_on", models.DateField(null=True)),
                ("home", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                ("present", muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation="C", default="")),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.household"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.organisation"
                    ),
                ),
                ("team", models.TextField(default="")),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="people.person",
                    ),
                ),
                (
                    "canonical",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="people.person",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wards",
                        to="people.person",
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["home", "id"], name="person_home_id"),
                    models.Index(fields=["born_on"], name="person_born_on"),
                    models.Index(
                        condition=models.Q(("household__isnull", False)), fields=["household"], name="person_household"
                    ),
                    models.Index(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=["organisation", "team"],
                        name="person_team",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)), fields=["canonical"], name="person_merged"
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="person_merged_into",
                    ),
                    models.Index(
                        condition=models.Q(("guardian__isnull", False)), fields=["guardian"], name="person_guardian"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ref",), name="person_ref"),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="person_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonDetails",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="details",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("name", models.TextField(db_collation="C", default="")),
                ("name_key", models.TextField(db_collation="C", default="")),
                ("initials", models.TextField(db_collation="C", default="")),
                ("address", models.TextField(default="")),
                ("note", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name"], name="person_name"),
                    models.Index(fields=["name_key"], name="person_name_key"),
                    models.Index(fields=["initials", "name_key"], name="person_initials"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="people.person",
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("id_card", "Identity card"),
                            ("passport", "Passport"),
                            ("phone", "Phone"),
                            ("plate", "Number plate"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("country", models.TextField(default="")),
                ("value_enc", models.BinaryField()),
                ("key_id", models.TextField()),
                ("blind_index", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["blind_index"], name="identifier_blind")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "blind_index"), name="identifier_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["id_card", "passport", "phone", "plate", "other"])),
                        name="identifier_kind",
                    ),
                ],
            },
        ),
        numbered("person"),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("key",), name="person_key"),
        ),
        numbered("place"),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(fields=("key",), name="place_key"),
        ),
    ]
