"""What venues owe is seen where they are, and by the levels above."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("premises", "0007_routines")]
    operations = [area_wall("premises_routine")]
