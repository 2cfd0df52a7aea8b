"""Orders on a response level are seen where they hold: by the areas above, and by those below."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, policy_wall

ABOVE = "starts_with((SELECT muster_lo()), area)"


class Migration(migrations.Migration):
    dependencies = [("premises", "0015_levels")]
    operations = [policy_wall("premises_order", f"{IN_RANGE.format(column='area')} OR {ABOVE}")]
