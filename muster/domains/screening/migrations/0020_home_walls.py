"""Who sees the home list: whoever answers for the building."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("screening", "0019_homes"), ("posts", "0002_walls")]
    operations = [area_wall("screening_homeneed")]
