"""Capacity and slots are seen where the venue is; who booked, by no page."""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0012_booking")]
    operations = [area_wall("premises_capacity"), area_wall("premises_slot"), act_only("premises_booking")]
