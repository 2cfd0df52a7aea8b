"""Guests are seen where they stay, and by the levels above."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0010_lodging")]
    operations = [area_wall("premises_guest")]
