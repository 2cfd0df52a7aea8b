"""The list is public; arrivals are seen where they go."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall, read_all


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        read_all("arrivals_risklist"),  # what authorities published, word for word
        read_all("arrivals_riskarea"),
        area_wall("arrivals_arrival"),
        area_wall("arrivals_call"),
    ]
