"""A laboratory sees its own batches; who is responsible for it sees them too."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, policy_wall

OWN = f"{IN_RANGE.format(column='area')} OR laboratory_id = (SELECT muster_organisation())"


class Migration(migrations.Migration):
    dependencies = [("screening", "0011_batches"), ("posts", "0002_walls")]
    operations = [policy_wall("screening_batch", OWN)]
