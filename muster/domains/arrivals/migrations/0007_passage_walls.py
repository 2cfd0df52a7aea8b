"""Who came together is seen where the checkpoint is."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0006_passages"), ("posts", "0002_walls")]
    operations = [area_wall("arrivals_passage")]
