"""Boxes and tubes show at their site and at the laboratory they go to; reasons and resamples where the person is."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, area_wall, policy_wall, read_all

OWN = f"{IN_RANGE.format(column='area')} OR laboratory_id = (SELECT muster_organisation())"
TUBES = (
    f"{OWN} OR EXISTS (SELECT FROM screening_box b WHERE b.id = box_id"
    " AND b.laboratory_id = (SELECT muster_organisation()))"
)


class Migration(migrations.Migration):
    dependencies = [("screening", "0007_custody"), ("posts", "0002_walls")]
    operations = [
        read_all("screening_laboratory"),  # names and capacities
        policy_wall("screening_box", OWN),
        policy_wall("screening_handover", OWN),
        migrations.RunSQL(f"ALTER POLICY web_sees ON screening_tube USING ({TUBES})", migrations.RunSQL.noop),
        area_wall("screening_reason"),
        area_wall("screening_resample"),
    ]
