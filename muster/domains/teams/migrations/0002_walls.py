"""No team has two missions at a time: the database refuses it. And who may read what."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, area_wall, policy_wall, read_all

# PostgreSQL without btree_gist compares equality in a GiST index as the overlap of ranges of one value.
EXCLUSION = """
CREATE TYPE teams_idrange AS RANGE (subtype = uuid);
ALTER TABLE teams_mission ADD CONSTRAINT mission_team_once EXCLUDE USING gist (
    teams_idrange(team_id, team_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE (state IN ('offered', 'accepted', 'arrived'));
"""
MISSION = " OR ".join([IN_RANGE.format(column="area"), IN_RANGE.format(column="home")])


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        migrations.RunSQL(EXCLUSION),
        read_all("teams_team"),  # names, kinds and sizes of teams; nothing about who is in them
        area_wall("teams_member"),
        area_wall("teams_shift"),
        area_wall("teams_call"),
        policy_wall("teams_mission", MISSION),
        area_wall("teams_standbysite"),
        area_wall("teams_standbycheck"),
        area_wall("teams_service"),  # who served when: seen where the team is stationed
    ]
