"""The post of the running page, as functions that row-level security asks."""

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
    ]
