"""No page reads the log of stays. Who loads it owns nothing: days come, fill and go through functions."""

from django.db import migrations

from muster.kernel.posts.walls import act_only

# The loader works as muster_act, which owns nothing: days come and go through functions that run as the owner.
# A new day stands apart until it is loaded, so that its indexes are built in one go and nobody waits for it.
DAYS = """
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

# A few stays at a time, as doors and devices bring them: one statement, whose plan is kept. What Python does for a large
# load (a day of its own, COPY, indexes afterwards) would cost these several times more than the stays themselves.
FEW = """
-- Raise the longest stay (seconds) of each place, and the moment since when a guest is there without a departure
-- (microseconds since 1970; null where nobody is).
CREATE FUNCTION presence_raise_longest(places bigint[], lasted bigint[], since bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO place_longest AS known (place, seconds, open_since)
    SELECT arrived.place, arrived.seconds, timestamptz 'epoch' + arrived.since * interval '1 microsecond'
    FROM unnest(places, lasted, since) AS arrived (place, seconds, since)
    LEFT JOIN place_longest before ON before.place = arrived.place
    WHERE before.place IS NULL OR before.seconds < arrived.seconds OR arrived.since IS NOT NULL
    ORDER BY arrived.place
    ON CONFLICT (place) DO UPDATE SET
        seconds = greatest(known.seconds, excluded.seconds), open_since = least(known.open_since, excluded.open_since);
END $$;

-- Add stays to local days that exist; returns how many are new, null (and does nothing) where one of the `days` does not.
-- `left_us`: the least bigint where not known; `seats`: -1 where none. In the order of all loaders, so none waits in a circle.
CREATE FUNCTION presence_add(
    days text[], persons bigint[], at_places bigint[], entered_us bigint[], left_us bigint[], sources int[], seats int[],
    places bigint[], lasted bigint[], since bigint[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    added integer;
BEGIN
    LOCK TABLE presence IN ROW EXCLUSIVE MODE;  -- no day is dropped meanwhile
    IF EXISTS (SELECT FROM unnest(days) day WHERE NOT presence_has_day(day)) THEN RETURN NULL; END IF;
    INSERT INTO presence (person, place, entered_at, left_at, source, seat_row)
    SELECT s.person, s.place, timestamptz 'epoch' + s.entered * interval '1 microsecond',
        CASE WHEN s.gone > -9223372036854775808 THEN timestamptz 'epoch' + s.gone * interval '1 microsecond' END,
        s.source, nullif(s.seat, -1)
    FROM unnest(persons, at_places, entered_us, left_us, sources, seats) AS s (person, place, entered, gone, source, seat)
    ORDER BY s.place, s.entered, s.person, s.gone, s.source
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    PERFORM presence_raise_longest(places, lasted, since);
    RETURN added;
END $$;
REVOKE ALL ON FUNCTION presence_add, presence_raise_longest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION presence_add, presence_raise_longest TO muster_act;
"""

# People who came into one place and of whom nothing else is known yet: what doors and their devices bring, by hundreds.
ENTERED = """
-- Returns how many entries (in seconds since 1970) are new; null, and does nothing, where a local day is not open yet.
-- Nearly always all of them are new: only where one is not (its index says so) is each compared first, which takes half
-- as long again. In the order of all loaders, so none waits in a circle.
CREATE FUNCTION presence_enter(at_place bigint, known_from int, persons bigint[], seconds bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    added integer;
BEGIN
    LOCK TABLE ONLY presence IN ROW EXCLUSIVE MODE;  -- no day is dropped meanwhile
    BEGIN
        BEGIN
            INSERT INTO presence (person, place, entered_at, source)
            SELECT s.person, at_place, timestamptz 'epoch' + s.second * interval '1 second', known_from
            FROM unnest(persons, seconds) AS s (person, second) ORDER BY s.second, s.person;
            GET DIAGNOSTICS added = ROW_COUNT;
        EXCEPTION WHEN unique_violation THEN
            INSERT INTO presence (person, place, entered_at, source)
            SELECT s.person, at_place, timestamptz 'epoch' + s.second * interval '1 second', known_from
            FROM unnest(persons, seconds) AS s (person, second) ORDER BY s.second, s.person
            ON CONFLICT DO NOTHING;
            GET DIAGNOSTICS added = ROW_COUNT;
        END;
    EXCEPTION WHEN check_violation THEN
        RETURN NULL;  -- no day takes one of them
    END;
    PERFORM presence_raise_longest(ARRAY[at_place], ARRAY[0::bigint], ARRAY[NULL::bigint]);
    RETURN added;
END $$;
REVOKE ALL ON FUNCTION presence_enter FROM PUBLIC;
GRANT EXECUTE ON FUNCTION presence_enter TO muster_act;
"""

UNDO = """
DROP FUNCTION presence_enter, presence_add, presence_raise_longest;
DROP FUNCTION presence_open_day, presence_attach_day, presence_drop_days, presence_day_name, presence_has_day;
"""


class Migration(migrations.Migration):
    dependencies = [("presence", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        migrations.RunSQL(DAYS + FEW + ENTERED, UNDO),
        act_only("presence"),
        act_only("place_longest"),
    ]
