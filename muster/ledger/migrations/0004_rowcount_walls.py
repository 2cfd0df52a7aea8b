"""Counts show in the range that they are of."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_rowcount")]
    operations = [area_wall("ledger_rowcount")]
