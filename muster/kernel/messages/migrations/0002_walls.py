"""Where the person's area is in range, a page may say that they were told."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_initial"), ("posts", "0002_walls")]
    operations = [area_wall("messages_message")]
