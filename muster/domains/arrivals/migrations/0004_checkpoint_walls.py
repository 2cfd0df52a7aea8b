"""Checkpoints, passes and shifts are seen where the checkpoint is."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0003_checkpoints"), ("posts", "0002_walls")]
    operations = [
        area_wall("arrivals_checkpoint"),
        area_wall("arrivals_pass"),
        area_wall("arrivals_shift"),
    ]
