"""Only actions count who asked how often."""

from django.db import migrations

from muster.kernel.posts.walls import act_only


class Migration(migrations.Migration):
    dependencies = [("site", "0001_initial"), ("posts", "0002_walls")]
    operations = [act_only("site_asked")]
