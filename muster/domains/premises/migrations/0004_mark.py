"""A scan finds a personal code by its mark, of which 128 bits are kept."""

from django.db import migrations, models

SHORT = """
ALTER TABLE premises_personalcode ALTER COLUMN mark TYPE uuid USING encode(substr(mark, 1, 16), 'hex')::uuid;
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0003_kinds_of_duty")]
    operations = [
        migrations.RunSQL(
            SHORT, state_operations=[migrations.AlterField("personalcode", "mark", models.UUIDField(null=True))]
        ),
        migrations.AddIndex("personalcode", models.Index(fields=["mark"], name="personal_code_mark")),
    ]
