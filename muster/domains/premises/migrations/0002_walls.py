"""Venues are seen where they are; codes, devices and who entered whom by no page."""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        area_wall("premises_venue", place="place_id"),
        act_only("premises_personalcode"),
        act_only("premises_device"),
        act_only("premises_enteredfor"),
    ]
