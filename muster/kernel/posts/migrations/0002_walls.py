"""The post of the running page, as functions that row-level security asks; the walls of posts; how the access log ends."""

from django.db import migrations

from muster.kernel.posts.walls import act_only

FUNCTIONS = """
CREATE FUNCTION muster_post() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('muster.post', true), '')::uuid $$;
CREATE FUNCTION muster_lo() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT lo FROM posts_post WHERE id = muster_post() $$;
CREATE FUNCTION muster_hi() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT hi FROM posts_post WHERE id = muster_post() $$;
CREATE FUNCTION muster_place() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT place_id FROM posts_post WHERE id = muster_post() $$;
CREATE FUNCTION muster_organisation() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT organisation_id FROM posts_post WHERE id = muster_post() $$;
CREATE FUNCTION muster_signed_in() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM posts_post WHERE id = muster_post()) $$;
"""

# The access log ends too, and still the acting login cannot take a line away: only whole time that is long past goes.
# At least half a year of the log stays, counted from its newest line, whatever is asked.
FORGETTING = """
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
    dependencies = [("posts", "0001_initial"), ("sessions", "0001_initial"), ("operations", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS),
        act_only("posts_user"),
        act_only("posts_post"),
        # The functions above run as the owner, who is held by the wall as well.
        migrations.RunSQL("CREATE POLICY owner_reads ON posts_post FOR SELECT TO CURRENT_USER USING (true)"),
        act_only("posts_apikey"),
        act_only("posts_setuplink"),
        act_only("posts_accesslog"),
        act_only("django_session"),
        act_only("operations_operation"),
        migrations.RunSQL("REVOKE UPDATE, DELETE ON posts_accesslog FROM muster_act"),
        migrations.RunSQL(FORGETTING),
    ]
