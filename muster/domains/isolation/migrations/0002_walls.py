"""One person to a room, one stay to a person: the database refuses anything else. And who may read what."""

from django.db import migrations

from muster.kernel.posts.walls import AT_PLACE, IN_RANGE, area_wall, policy_wall, read_all

# PostgreSQL without btree_gist compares equality in a GiST index as the overlap of ranges of one value.
EXCLUSIONS = """
CREATE TYPE uuidrange AS RANGE (subtype = uuid);
ALTER TABLE isolation_stay ADD CONSTRAINT stay_room_once EXCLUDE USING gist (
    uuidrange(room_id, room_id, '[]') WITH &&, tstzrange(began_at, ended_at) WITH &&
) WHERE (room_id IS NOT NULL AND accompanies_id IS NULL);
ALTER TABLE isolation_stay ADD CONSTRAINT stay_person_once EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH &&, tstzrange(began_at, ended_at) WITH &&
);
"""
# A transfer is read where the person is responsible for, where they are fetched, and where they are taken.
TRANSFER = " OR ".join(
    [
        IN_RANGE.format(column="area"),
        IN_RANGE.format(column="from_area"),
        AT_PLACE.format(column="from_place"),
        AT_PLACE.format(column="place_id"),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_initial"), ("posts", "0002_walls"), ("controls", "0002_walls")]
    operations = [
        migrations.RunSQL(EXCLUSIONS),
        read_all("isolation_site"),  # names and addresses of sites, nothing about who is in them
        area_wall("isolation_room", place="place_id"),
        area_wall("isolation_sitecheck", place="place_id"),
        area_wall("isolation_stay", place="place_id"),
        area_wall("isolation_healthcheck", place="place_id"),
        area_wall("isolation_sample", place="place_id"),
        policy_wall("isolation_transfer", TRANSFER),
        area_wall("isolation_homeassessment"),
        area_wall("isolation_homepapers"),
    ]
