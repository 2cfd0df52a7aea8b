"""The access log ends too. The acting login still cannot take a line away: only whole time that is long past."""

from django.db import migrations

# At least half a year of the log stays, counted from its newest line, whatever is asked.
FUNCTION = """
CREATE POLICY owner_forgets ON posts_accesslog TO CURRENT_USER USING (true);
CREATE FUNCTION posts_forget_log(before timestamptz) RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
        WITH gone AS (
            DELETE FROM posts_accesslog WHERE at < before
            AND at < (SELECT max(at) FROM posts_accesslog) - interval '180 days' RETURNING 1
        )
        SELECT count(*) FROM gone
    $$;
REVOKE EXECUTE ON FUNCTION posts_forget_log(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION posts_forget_log(timestamptz) TO muster_act;
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0003_link_bounds")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
