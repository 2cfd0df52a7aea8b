"""Held corrections show where the responsible area is in range, and to the laboratory whose result it is."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, policy_wall

OWN = "laboratory_id = (SELECT muster_organisation())"


class Migration(migrations.Migration):
    dependencies = [("screening", "0021_corrections"), ("posts", "0002_walls")]
    operations = [policy_wall("screening_correction", f"{IN_RANGE.format(column='area')} OR {OWN}")]
