"""Tubes show at their site; samples where the person lives and where the sample was taken."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, area_wall, policy_wall

SAMPLES = f"{IN_RANGE.format(column='area')} OR {IN_RANGE.format(column='site_area')}"


class Migration(migrations.Migration):
    dependencies = [("screening", "0005_samples"), ("posts", "0002_walls")]
    operations = [area_wall("screening_tube"), policy_wall("screening_registration", SAMPLES)]
