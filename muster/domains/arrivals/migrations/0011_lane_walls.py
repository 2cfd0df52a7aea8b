"""The booking lane is seen where its checkpoint is."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0010_lanes")]
    operations = [area_wall("arrivals_lane"), area_wall("arrivals_laneslot"), area_wall("arrivals_lanebooking")]
