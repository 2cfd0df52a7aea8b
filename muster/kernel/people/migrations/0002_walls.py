"""Names and identifiers are never read by pages; households, organisations and places within the post's range.

The wall of persons asks for a duty about them: it is in the migrations of duties.
"""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        act_only("people_persondetails"),
        act_only("people_identifier"),
        area_wall("people_household"),
        area_wall("people_organisation"),
        area_wall("people_place", place="id"),
    ]
