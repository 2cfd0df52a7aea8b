"""Who sees regimes; their counters, and what a sample means for the tests that are due: kept with the write."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall, read_all

# Counter rows are met in one order, so that two devices never wait for one another.
TALLY = """
CREATE FUNCTION screening_tally_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO screening_regimecount AS c (regime_id, area, day, due, done)
    SELECT regime_id, grid, day, sum(due), sum(done) FROM (
        {rows}
    ) changes GROUP BY regime_id, grid, day HAVING sum(due) <> 0 OR sum(done) <> 0
    ORDER BY regime_id, grid, day
    ON CONFLICT (regime_id, area, day) DO UPDATE SET due = c.due + EXCLUDED.due, done = c.done + EXCLUDED.done;
    RETURN NULL;
END $$;
"""
ADDED = """
    SELECT regime_id, left(area, 15) COLLATE "C" AS grid, due_on AS day, 1 AS due, 0 AS done FROM added
    WHERE due_on IS NOT NULL
    UNION ALL SELECT regime_id, left(area, 15) COLLATE "C", last_on, 0, 1 FROM added WHERE last_on IS NOT NULL
"""
REMOVED = """
    SELECT regime_id, left(area, 15) COLLATE "C" AS grid, due_on AS day, -1 AS due, 0 AS done FROM removed
    WHERE due_on IS NOT NULL
    UNION ALL SELECT regime_id, left(area, 15) COLLATE "C", last_on, 0, -1 FROM removed WHERE last_on IS NOT NULL
"""


def tally(name: str, rows: str, event: str, tables: str) -> str:
    """A function that counts these rows, and the trigger that calls it."""
    made = TALLY.replace("screening_tally_members", name).format(rows=rows)
    return made + f"""
        CREATE TRIGGER {name} AFTER {event} ON screening_member
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
    """


# The day of a sample is the device's, never later than the server's. A member's second sample of a day changes nothing.
SAMPLED = """
CREATE FUNCTION screening_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (at AT TIME ZONE (SELECT timezone FROM areas_installation LIMIT 1))::date
$$;
CREATE FUNCTION screening_member_sampled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM screening_member) THEN RETURN NULL; END IF;
    UPDATE screening_member m SET before_on = m.last_on, last_on = s.day, tube_id = s.tube_id,
        due_on = CASE WHEN g.to_days = 0 THEN NULL ELSE s.day + g.from_days END
    FROM (
        SELECT DISTINCT ON (a.person_id, r.disease) a.person_id, r.disease, a.tube_id,
            screening_day(least(a.device_at, a.received_at)) AS day
        FROM added a JOIN screening_round r ON r.id = a.round_id WHERE a.voided_at IS NULL
        ORDER BY a.person_id, r.disease, a.device_at DESC
    ) s, screening_regime g
    WHERE m.person_id = s.person_id AND g.id = m.regime_id AND g.disease = s.disease
      AND (m.last_on IS NULL OR m.last_on < s.day);
    RETURN NULL;
END $$;
CREATE TRIGGER member_sampled AFTER INSERT ON screening_registration
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION screening_member_sampled();

CREATE FUNCTION screening_member_tested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM screening_member) THEN RETURN NULL; END IF;
    UPDATE screening_member m SET before_on = m.last_on, last_on = s.day, tube_id = NULL,
        due_on = CASE WHEN g.to_days = 0 THEN NULL ELSE s.day + g.from_days END
    FROM (
        SELECT c.canonical_id, a.disease, max(screening_day(a.sampled_at)) AS day
        FROM added a JOIN people_person c ON c.id = a.person_id
        WHERE NOT a.history AND a.result IN ('negative', 'positive', 'pool_suspect') GROUP BY 1, 2
    ) s, screening_regime g
    WHERE m.person_id = s.canonical_id AND g.id = m.regime_id AND g.disease = s.disease
      AND (m.last_on IS NULL OR m.last_on < s.day);
    RETURN NULL;
END $$;
CREATE TRIGGER member_tested AFTER INSERT ON screening_result
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION screening_member_tested();

CREATE FUNCTION screening_member_again(lost_tubes uuid[], lost_people uuid[]) RETURNS void LANGUAGE sql AS $$
    UPDATE screening_member m SET last_on = m.before_on, before_on = NULL, tube_id = NULL, asked_on = NULL,
        due_on = coalesce(m.before_on + g.from_days, m.since)
    FROM unnest(lost_tubes, lost_people) AS lost(tube, person), screening_regime g
    WHERE m.tube_id = lost.tube AND (lost.person IS NULL OR m.person_id = lost.person) AND g.id = m.regime_id
$$;
CREATE FUNCTION screening_member_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM screening_member_again(array_agg(a.tube_id), array_agg(a.person_id))
    FROM added a JOIN removed r ON r.op = a.op WHERE a.voided_at IS NOT NULL AND r.voided_at IS NULL
    HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER member_undone AFTER UPDATE ON screening_registration REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION screening_member_undone();
CREATE FUNCTION screening_member_lost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM screening_member_again(array_agg(a.id), array_agg(NULL::uuid))
    FROM added a JOIN removed r ON r.id = a.id
    WHERE (a.voided_at IS NOT NULL AND r.voided_at IS NULL) OR (a.result = 'invalid' AND r.result <> 'invalid')
    HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER member_lost AFTER UPDATE ON screening_tube REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION screening_member_lost();
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0009_regimes"), ("posts", "0002_walls")]
    operations = [
        read_all("screening_regime"),
        area_wall("screening_member"),
        area_wall("screening_regimecount"),
        migrations.RunSQL(
            tally("screening_tally_insert", ADDED, "INSERT", "NEW TABLE AS added")
            + tally("screening_tally_delete", REMOVED, "DELETE", "OLD TABLE AS removed")
            + tally(
                "screening_tally_update",
                f"{ADDED} UNION ALL {REMOVED}",
                "UPDATE",
                "OLD TABLE AS removed NEW TABLE AS added",
            )
            + SAMPLED
        ),
    ]
