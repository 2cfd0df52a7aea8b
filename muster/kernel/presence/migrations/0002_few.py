from django.db import migrations

# A few stays at a time, as doors and devices bring them: one statement, whose plan is kept. What Python does for a large
# load (a day of its own, COPY, indexes afterwards) would cost these several times more than the stays themselves.
FUNCTIONS = """
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


class Migration(migrations.Migration):
    dependencies = [("presence", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, "DROP FUNCTION presence_add, presence_raise_longest")]
