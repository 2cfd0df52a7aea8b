"""A form whose header was not confirmed yet may hold what its sender had written there: only its own unit sees it."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE

ABOVE = "starts_with((SELECT muster_lo()), area)"
OWN = IN_RANGE.format(column="area")


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_walls")]
    operations = [
        migrations.RunSQL(
            f"ALTER POLICY web_sees ON forms_template USING ({OWN} OR ({ABOVE} AND state <> 'draft'))",
            f"ALTER POLICY web_sees ON forms_template USING ({OWN} OR {ABOVE})",
        )
    ]
