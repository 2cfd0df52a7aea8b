"""A saved view is its post's own; a file that was asked for is seen by its post and by those over its area;
counts in the range that they are of."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, act_only, area_wall, policy_wall

OWN = "post_id = (SELECT muster_post())"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        policy_wall("ledger_savedview", OWN),
        policy_wall("ledger_export", f"{OWN} OR {IN_RANGE.format(column='area')}"),
        act_only("ledger_exportpart"),
        area_wall("ledger_rowcount"),
    ]
