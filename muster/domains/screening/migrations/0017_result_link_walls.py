"""Links to results are never read by a signed-in page: only their owner's secret finds one, in an action."""

from django.db import migrations

from muster.kernel.posts.walls import act_only


class Migration(migrations.Migration):
    dependencies = [("screening", "0016_result_links"), ("posts", "0002_walls")]
    operations = [act_only("screening_resultlink")]
