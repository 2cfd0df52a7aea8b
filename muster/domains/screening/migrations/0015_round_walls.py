"""Who sees whom a round expects, and what goes on at its sites; samples of a site counted with each write of a tube."""

from django.db import migrations

from muster.kernel.posts.walls import area_wall

# A tube counts from its first sample on, in the ten minutes in which it was opened. Counter rows are met in one order.
ROWS = """
    SELECT round_id, site_id, coalesce(laboratory_id, '00000000-0000-0000-0000-000000000000') AS lab, area,
        date_bin('10 minutes', opened_at, '2000-01-01+00') AS slot, {sign} * (members > 0)::int AS tubes,
        {sign} * CASE WHEN result = '' AND voided_at IS NULL THEN members ELSE 0 END AS pending,
        {sign} * CASE WHEN result <> '' THEN members ELSE 0 END AS resulted,
        {sign} * CASE WHEN voided_at IS NOT NULL THEN members ELSE 0 END AS voided,
        {sign} * (result = 'positive')::int AS positive, {sign} * (result = 'pool_suspect')::int AS suspect
    FROM {table}
"""
TALLY = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
        positive = c.positive + EXCLUDED.positive, suspect = c.suspect + EXCLUDED.suspect;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON screening_tube REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
ADDED, REMOVED = ROWS.format(sign="1", table="added"), ROWS.format(sign="-1", table="removed")
TRIGGERS = [
    ("screening_sites_insert", ADDED, "INSERT", "NEW TABLE AS added"),
    ("screening_sites_delete", REMOVED, "DELETE", "OLD TABLE AS removed"),
    ("screening_sites_update", f"{ADDED} UNION ALL {REMOVED}", "UPDATE", "OLD TABLE AS removed NEW TABLE AS added"),
]
SQL = "".join(TALLY.format(name=n, rows=r, event=e, tables=t) for n, r, e, t in TRIGGERS)
# The samples that are there already.
FILL = f"""
    INSERT INTO screening_sitecount
        (round_id, site_id, laboratory_id, area, slot, tubes, pending, resulted, voided, positive, suspect)
    SELECT round_id, site_id, lab, min(area), slot, sum(tubes), sum(pending), sum(resulted), sum(voided), sum(positive),
        sum(suspect)
    FROM ({ROWS.format(sign="1", table="screening_tube")}) all_tubes GROUP BY round_id, site_id, slot, lab
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0014_sites"), ("posts", "0002_walls")]
    operations = [
        area_wall("screening_expected"),
        area_wall("screening_sitecount"),
        area_wall("screening_queue"),
        migrations.RunSQL(SQL + FILL, migrations.RunSQL.noop),
    ]
