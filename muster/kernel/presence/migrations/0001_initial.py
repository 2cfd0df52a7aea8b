from django.db import migrations

from muster.kernel.posts.walls import act_only

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

# The loader works as muster_act, which owns nothing: days come and go through functions that run as the owner.
# A new day stands apart until it is loaded, so that its indexes are built in one go and nobody waits for it.
FUNCTIONS = """
CREATE FUNCTION presence_day_name(day date) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'presence_' || to_char(day, 'YYYYMMDD');

-- Asks the catalogue itself: to_regclass() may remember that there was none before a rival made it.
CREATE FUNCTION presence_has_day(name text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = 'public'::regnamespace);
END $$;

-- Make the table of a local day; false where it exists. Rivals wait here for the one who makes it.
CREATE FUNCTION presence_open_day(day date, starts_at timestamptz, ends_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := presence_day_name(day);
BEGIN
    IF presence_has_day(name) THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(hashtext('presence'), day - date '2000-01-01');
    IF presence_has_day(name) THEN RETURN false; END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE presence INCLUDING CONSTRAINTS, CONSTRAINT day CHECK (entered_at >= %L AND entered_at < %L))',
        name, starts_at, ends_at);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO muster_act', name);
    RETURN true;
END $$;

-- Index the loaded table of a local day and make it part of the log.
CREATE FUNCTION presence_attach_day(day date, starts_at timestamptz, ends_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    name text := presence_day_name(day);
BEGIN
    -- Room for late reports: in full pages nearly each of them would split one.
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (place, entered_at, person, left_at, source) INCLUDE (seat_row)
        NULLS NOT DISTINCT WITH (fillfactor = 75)', name || '_place', name);
    EXECUTE format('CREATE INDEX %I ON %I (person, entered_at) INCLUDE (left_at, place, source, seat_row)
        WITH (fillfactor = 75)', name || '_person', name);
    EXECUTE format('ALTER TABLE presence ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, starts_at, ends_at);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT day', name);
    EXECUTE format('REVOKE ALL ON %I FROM muster_act', name);
    -- From PostgreSQL 17 on the loader may vacuum what it loaded; before, autovacuum does.
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE format('GRANT MAINTAIN ON %I TO muster_act', name);
    END IF;
END $$;

-- Drop the local days before one; gives each with the number of its rows.
CREATE FUNCTION presence_drop_days(before date) RETURNS TABLE (day date, stays bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'presence'::regclass AND child.relname < presence_day_name(before) COLLATE "C" ORDER BY 1
    LOOP
        day := to_date(right(name, 8), 'YYYYMMDD');
        EXECUTE format('SELECT count(*) FROM %I', name) INTO stays;
        EXECUTE format('DROP TABLE %I', name);
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION presence_open_day, presence_attach_day, presence_drop_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION presence_open_day, presence_attach_day, presence_drop_days TO muster_act;
"""

UNDO = """
DROP FUNCTION presence_open_day, presence_attach_day, presence_drop_days, presence_day_name, presence_has_day;
DROP TABLE presence, place_longest;
DROP INDEX person_merged_key;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("posts", "0001_initial"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES + FUNCTIONS, UNDO),
        act_only("presence"),
        act_only("place_longest"),
    ]
