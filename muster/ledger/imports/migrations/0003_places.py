"""A list that an enterprise sends is seen at its place, too: its post has no range of areas."""

from django.db import migrations, models

from muster.kernel.posts.walls import AT_PLACE, IN_RANGE

SEES = f"{IN_RANGE.format(column='area')} OR {AT_PLACE.format(column='place_id')}"


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_walls")]
    operations = [
        *(migrations.AddField(model, "place_id", models.UUIDField(null=True)) for model in ("import", "importrow")),
        *(
            migrations.RunSQL(f"ALTER POLICY web_sees ON {table} USING ({SEES})", migrations.RunSQL.noop)
            for table in ("imports_import", "imports_importrow")
        ),
    ]
