"""Who sees what of screening; what is counted, and what a sample means for the tests that are due: kept with the write.

Rounds, sites, laboratories and regimes hold no personal data and are read by all. What is planned and counted is seen in
its area; a person's sample also where it was taken; whatever a laboratory receives or sends, by that laboratory too.
"""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, act_only, area_wall, policy_wall, read_all
from muster.ledger.counting import counted

IN_AREA = IN_RANGE.format(column="area")
SAMPLES = f"{IN_AREA} OR {IN_RANGE.format(column='site_area')}"
OWN = f"{IN_AREA} OR laboratory_id = (SELECT muster_organisation())"
TUBES = (
    f"{OWN} OR EXISTS (SELECT FROM screening_box b WHERE b.id = box_id"
    " AND b.laboratory_id = (SELECT muster_organisation()))"
)

# A tube is written seven times until its result is known: with room in its page, indexes are left alone.
ROOM = "ALTER TABLE screening_tube SET (fillfactor = 50)"


def tally(name: str, table: str, statement: str, added: str, removed: str) -> str:
    """Functions that count the rows that come and go with each write of the table, and the triggers that call them."""
    made = []
    for event, tables, rows in (
        ("insert", "NEW TABLE AS added", added),
        ("delete", "OLD TABLE AS removed", removed),
        ("update", "OLD TABLE AS removed NEW TABLE AS added", f"{added} UNION ALL {removed}"),
    ):
        made.append(f"""
CREATE FUNCTION {name}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {statement.format(rows=rows)};
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_{event} AFTER {event.upper()} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}_{event}();
""")
    return "".join(made)


# Counter rows are met in one order, so that two devices never wait for one another.
DUE = """
    INSERT INTO screening_regimecount AS c (regime_id, area, day, due, done)
    SELECT regime_id, grid, day, sum(due), sum(done) FROM (
        {rows}
    ) changes GROUP BY regime_id, grid, day HAVING sum(due) <> 0 OR sum(done) <> 0
    ORDER BY regime_id, grid, day
    ON CONFLICT (regime_id, area, day) DO UPDATE SET due = c.due + EXCLUDED.due, done = c.done + EXCLUDED.done
"""
DUE_ROWS = """
    SELECT regime_id, left(area, 15) COLLATE "C" AS grid, due_on AS day, {sign}1 AS due, 0 AS done FROM {table}
    WHERE due_on IS NOT NULL
    UNION ALL SELECT regime_id, left(area, 15) COLLATE "C", last_on, 0, {sign}1 FROM {table} WHERE last_on IS NOT NULL
"""
# A tube counts from its first sample on, in the ten minutes in which it was opened.
SITES = """
    INSERT INTO screening_sitecount AS c
        (round_id, site_id, laboratory_id, area, slot, tubes, pending, resulted, voided, positive, suspect)
    SELECT round_id, site_id, lab, min(area), slot, sum(tubes), sum(pending), sum(resulted), sum(voided), sum(positive),
        sum(suspect)
    FROM ({rows}) changes GROUP BY round_id, site_id, slot, lab
    HAVING sum(tubes) <> 0 OR sum(pending) <> 0 OR sum(resulted) <> 0 OR sum(voided) <> 0 OR sum(positive) <> 0
        OR sum(suspect) <> 0
    ORDER BY round_id, site_id, slot, lab
    ON CONFLICT (round_id, site_id, slot, laboratory_id) DO UPDATE SET
        tubes = c.tubes + EXCLUDED.tubes, pending = c.pending + EXCLUDED.pending,
        resulted = c.resulted + EXCLUDED.resulted, voided = c.voided + EXCLUDED.voided,
        positive = c.positive + EXCLUDED.positive, suspect = c.suspect + EXCLUDED.suspect
"""
SITES_ROWS = """
    SELECT round_id, site_id, coalesce(laboratory_id, '00000000-0000-0000-0000-000000000000') AS lab, area,
        date_bin('10 minutes', opened_at, '2000-01-01+00') AS slot, {sign}1 * (members > 0)::int AS tubes,
        {sign}1 * CASE WHEN result = '' AND voided_at IS NULL THEN members ELSE 0 END AS pending,
        {sign}1 * CASE WHEN result <> '' THEN members ELSE 0 END AS resulted,
        {sign}1 * CASE WHEN voided_at IS NOT NULL THEN members ELSE 0 END AS voided,
        {sign}1 * (result = 'positive')::int AS positive, {sign}1 * (result = 'pool_suspect')::int AS suspect
    FROM {table}
"""
COUNTERS = "".join(
    tally(name, table, statement, rows.format(sign="", table="added"), rows.format(sign="-", table="removed"))
    for name, table, statement, rows in (
        ("screening_tally", "screening_member", DUE, DUE_ROWS),
        ("screening_sites", "screening_tube", SITES, SITES_ROWS),
    )
)

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
    dependencies = [
        ("screening", "0001_initial"),
        ("posts", "0002_walls"),
        ("people", "0002_walls"),
        ("areas", "0002_walls"),
        ("ledger", "0002_walls"),
    ]
    operations = [
        *(read_all(f"screening_{table}") for table in ("round", "samplingsite", "roundsite", "laboratory", "regime")),
        area_wall("screening_slot", area="building"),
        *(
            area_wall(f"screening_{table}")
            for table in (
                *("roundcount", "expected", "sitecount", "queue", "reason", "resample", "homeneed"),
                *("member", "regimecount"),
            )
        ),
        policy_wall("screening_registration", SAMPLES),
        policy_wall("screening_tube", TUBES),
        *(policy_wall(f"screening_{table}", OWN) for table in ("result", "correction", "box", "handover", "batch")),
        act_only("screening_resultlink"),  # only its owner's secret finds one
        migrations.RunSQL(ROOM),
        migrations.RunSQL(COUNTERS),
        migrations.RunSQL(SAMPLED),
        counted("screening_result"),
    ]
