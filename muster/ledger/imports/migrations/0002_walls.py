"""A list and its rows are seen in the area of the post that sent it; the files themselves by no page."""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        area_wall("imports_import"),
        area_wall("imports_importrow"),
        area_wall("imports_sendermapping"),
        act_only("imports_importpart"),
    ]
