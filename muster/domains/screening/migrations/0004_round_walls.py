"""Rounds and sites hold no personal data and are read by all; what is planned and counted by building, in its area."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall, read_all


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_rounds"), ("posts", "0002_walls")]
    operations = [
        read_all("screening_round"),
        read_all("screening_samplingsite"),
        read_all("screening_roundsite"),
        area_wall("screening_slot", area="building"),
        area_wall("screening_roundcount"),
    ]
