"""Standby sites and their checks are seen where they are."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_standby"), ("posts", "0002_walls")]
    operations = [area_wall("teams_standbysite"), area_wall("teams_standbycheck")]
