"""Reports, receipts, tasks and calls are seen where they belong; what was told is read by actions only."""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        area_wall("intake_report"),
        area_wall("intake_receipt"),
        area_wall("intake_task"),
        area_wall("intake_call"),
        act_only("intake_note"),
    ]
