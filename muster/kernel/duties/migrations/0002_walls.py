"""Who sees duties and persons; counters kept with the write; live notices."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, area_wall, policy_wall

# A person shows (masked) where they live, where they are now, and wherever there is a duty about them: the inner
# table has its own wall, so only duties in the post's range count.
SEES_PERSON = " OR ".join(
    [
        IN_RANGE.format(column="home"),
        IN_RANGE.format(column="present"),
        "EXISTS (SELECT FROM duties_duty d WHERE d.person_id = people_person.id)",
    ]
)

# Two statements of a transaction, or two transactions, meet in the same counter rows in the same order.
COUNTERS = """
CREATE FUNCTION duties_count(areas text[], kinds text[], opens int[], lates int[], dones int[], gone int[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO duties_dutycount AS c (area, kind, open, late, done, withdrawn)
    SELECT a, k, sum(o), sum(l), sum(d), sum(w)
    FROM unnest(areas, kinds, opens, lates, dones, gone) AS r(a, k, o, l, d, w)
    GROUP BY a, k
    HAVING sum(o) <> 0 OR sum(l) <> 0 OR sum(d) <> 0 OR sum(w) <> 0
    ORDER BY a, k
    ON CONFLICT (area, kind) DO UPDATE SET
        open = c.open + EXCLUDED.open, late = c.late + EXCLUDED.late,
        done = c.done + EXCLUDED.done, withdrawn = c.withdrawn + EXCLUDED.withdrawn
$$;
CREATE FUNCTION duties_tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    topic text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM duties_count(array_agg(area), array_agg(kind), array_agg((closed_at IS NULL)::int),
            array_agg((closed_at IS NULL AND late)::int), array_agg((closed_at IS NOT NULL AND NOT withdrawn)::int),
            array_agg((closed_at IS NOT NULL AND withdrawn)::int)) FROM added HAVING count(*) > 0;
        FOR topic IN SELECT DISTINCT 'duties|' || left(area, 15) || '|' || coalesce(place_id::text, '') FROM added
        LOOP PERFORM pg_notify('muster_live', topic); END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM duties_count(array_agg(area), array_agg(kind), array_agg(-(closed_at IS NULL)::int),
            array_agg(-(closed_at IS NULL AND late)::int), array_agg(-(closed_at IS NOT NULL AND NOT withdrawn)::int),
            array_agg(-(closed_at IS NOT NULL AND withdrawn)::int)) FROM removed HAVING count(*) > 0;
    ELSE
        PERFORM duties_count(array_agg(area), array_agg(kind), array_agg(sign * (closed_at IS NULL)::int),
            array_agg(sign * (closed_at IS NULL AND late)::int),
            array_agg(sign * (closed_at IS NOT NULL AND NOT withdrawn)::int),
            array_agg(sign * (closed_at IS NOT NULL AND withdrawn)::int))
        FROM (SELECT 1 AS sign, a.* FROM added a UNION ALL SELECT -1, r.* FROM removed r) both_sides
        HAVING count(*) > 0;
        FOR topic IN SELECT DISTINCT 'duties|' || left(area, 15) || '|' || coalesce(place_id::text, '') FROM added
        LOOP PERFORM pg_notify('muster_live', topic); END LOOP;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_insert AFTER INSERT ON duties_duty
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION duties_tally();
CREATE TRIGGER tally_update AFTER UPDATE ON duties_duty
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION duties_tally();
CREATE TRIGGER tally_delete AFTER DELETE ON duties_duty
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION duties_tally();
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial"), ("facts", "0002_walls"), ("people", "0001_initial")]
    operations = [
        area_wall("duties_duty", place="place_id"),
        area_wall("duties_dutycount"),
        policy_wall("people_person", SEES_PERSON),
        migrations.RunSQL(COUNTERS),
    ]
