"""Gatherings are seen where they are held, and by the levels above."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0005_events")]
    operations = [area_wall("premises_event")]
