"""A tube is written seven times until its result is known: with room in its page, indexes are left alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("screening", "0022_correction_walls")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE screening_tube SET (fillfactor = 50)", "ALTER TABLE screening_tube RESET (fillfactor)"
        )
    ]
