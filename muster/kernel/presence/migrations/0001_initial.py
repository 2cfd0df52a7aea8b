from django.db import migrations

# Persons and places are the bigint keys of people_person and people_place: no foreign keys and no triggers on a bulk log.
# `source`: 1 venue_code, 2 lodging, 3 trip, 4 seat, 5 told, 6 other.
TABLES = """
CREATE TABLE presence (
    person bigint NOT NULL,
    place bigint NOT NULL,
    entered_at timestamptz NOT NULL,
    left_at timestamptz,
    source smallint NOT NULL,
    seat_row smallint,
    CONSTRAINT presence_source CHECK (source BETWEEN 1 AND 6),
    CONSTRAINT presence_order CHECK (left_at >= entered_at)
) PARTITION BY RANGE (entered_at);

-- Who was here, in the order of entering; it also makes identical rows count once.
CREATE UNIQUE INDEX presence_place ON presence (place, entered_at, person, left_at, source) INCLUDE (seat_row) NULLS NOT DISTINCT;
-- Where was this person.
CREATE INDEX presence_person ON presence (person, entered_at) INCLUDE (left_at, place, source, seat_row);

-- How far back a stay that covers a moment can have begun: the longest one with an end that is known here, rounded up to a
-- second, and the oldest guest registered without a departure. Never too small; too large is only slower.
CREATE TABLE place_longest (
    place bigint PRIMARY KEY,
    seconds bigint NOT NULL,
    open_since timestamptz
);
CREATE INDEX place_longest_seconds ON place_longest (seconds);
CREATE INDEX place_longest_open ON place_longest (open_since) WHERE open_since IS NOT NULL;

-- Merged records are few: for everybody else this tiny index says so without reading the person.
CREATE INDEX person_merged_key ON people_person (key) WHERE merged_into_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE presence, place_longest; DROP INDEX person_merged_key"),
    ]
