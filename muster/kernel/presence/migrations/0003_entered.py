from django.db import migrations

# People who came into one place and of whom nothing else is known yet: what doors and their devices bring, by hundreds.
FUNCTIONS = """
-- Returns how many entries (in minutes since 1970) are new; null, and does nothing, where a local day is not open yet.
-- Nearly always all of them are new: only where one is not (its index says so) is each compared first, which takes half
-- as long again. In the order of all loaders, so none waits in a circle.
CREATE FUNCTION presence_enter(at_place bigint, known_from int, persons bigint[], minutes int[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    added integer;
BEGIN
    LOCK TABLE ONLY presence IN ROW EXCLUSIVE MODE;  -- no day is dropped meanwhile
    BEGIN
        BEGIN
            INSERT INTO presence (person, place, entered_at, source)
            SELECT s.person, at_place, timestamptz 'epoch' + s.minute * interval '1 minute', known_from
            FROM unnest(persons, minutes) AS s (person, minute) ORDER BY s.minute, s.person;
            GET DIAGNOSTICS added = ROW_COUNT;
        EXCEPTION WHEN unique_violation THEN
            INSERT INTO presence (person, place, entered_at, source)
            SELECT s.person, at_place, timestamptz 'epoch' + s.minute * interval '1 minute', known_from
            FROM unnest(persons, minutes) AS s (person, minute) ORDER BY s.minute, s.person
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


class Migration(migrations.Migration):
    dependencies = [("presence", "0002_few")]
    operations = [migrations.RunSQL(FUNCTIONS, "DROP FUNCTION presence_enter")]
