"""Venues, and all that goes on there, are seen where they are; codes, devices, who entered whom and who booked by no page."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, act_only, area_wall, policy_wall

# An order on a response level holds below: it is seen by the areas above it, and by those below.
ABOVE = "starts_with((SELECT muster_lo()), area)"


class Migration(migrations.Migration):
    dependencies = [("premises", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        area_wall("premises_venue", place="place_id"),
        act_only("premises_personalcode"),
        act_only("premises_device"),
        act_only("premises_enteredfor"),
        area_wall("premises_exemption"),
        area_wall("premises_contest"),
        area_wall("premises_event"),
        area_wall("premises_routine"),
        area_wall("premises_guest"),
        area_wall("premises_capacity"),
        area_wall("premises_slot"),
        act_only("premises_booking"),
        policy_wall("premises_order", f"{IN_RANGE.format(column='area')} OR {ABOVE}"),
    ]
