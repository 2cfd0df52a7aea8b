"""Exceptions and objections are seen where they are decided."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0003_status")]
    operations = [area_wall("premises_exemption"), area_wall("premises_contest")]
