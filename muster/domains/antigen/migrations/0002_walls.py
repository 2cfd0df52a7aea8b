"""Kits, wants and tests are seen where they are; an issue where it goes, a store where it stands."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("antigen", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        area_wall("antigen_kitbatch"),
        area_wall("antigen_kitwant"),
        area_wall("antigen_kitissue"),
        area_wall("antigen_kitresult"),
    ]
