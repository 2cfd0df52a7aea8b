"""The list is public; arrivals are seen where they go; what happens at a checkpoint, where it is."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall, read_all
from muster.ledger.counting import counted


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0001_initial"), ("posts", "0002_walls"), ("ledger", "0002_walls")]
    operations = [
        read_all("arrivals_risklist"),  # what authorities published, word for word
        read_all("arrivals_riskarea"),
        area_wall("arrivals_arrival"),
        area_wall("arrivals_call"),
        area_wall("arrivals_checkpoint"),
        area_wall("arrivals_pass"),
        area_wall("arrivals_shift"),
        area_wall("arrivals_passage"),
        area_wall("arrivals_lane"),
        area_wall("arrivals_laneslot"),
        area_wall("arrivals_lanebooking"),
        counted("arrivals_arrival"),
    ]
