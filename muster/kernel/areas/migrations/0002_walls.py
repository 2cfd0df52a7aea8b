"""Areas hold no personal data: every signed-in post reads them."""

from django.db import migrations

from muster.kernel.posts.walls import read_all


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        read_all("areas_installation"),
        read_all("areas_area"),
        read_all("areas_areaalias"),
    ]
