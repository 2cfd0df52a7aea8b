"""Facts are append-only, whoever asks; new ones wait for the sealer."""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall, policy_wall, read_all

APPEND_ONLY = """
CREATE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'facts are never changed and never deleted'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse();
REVOKE UPDATE, DELETE ON {table} FROM muster_act;
"""
TABLES = ("facts_fact", "facts_factcause", "facts_factseal", "facts_sealedfact")
TRIGGERS = APPEND_ONLY.format(table=TABLES[0]) + "".join(
    APPEND_ONLY.partition("$$;\n")[2].format(table=table) for table in TABLES[1:]
)

UNSEALED = """
CREATE TABLE facts_unsealed (fact_id uuid PRIMARY KEY);
CREATE FUNCTION facts_wait_for_seal() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO facts_unsealed SELECT id FROM added; RETURN NULL; END $$;
CREATE TRIGGER wait_for_seal AFTER INSERT ON facts_fact
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION facts_wait_for_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        migrations.RunSQL(UNSEALED),
        area_wall("facts_fact"),
        policy_wall("facts_factcause", "EXISTS (SELECT FROM facts_fact f WHERE f.id = fact_id)"),
        read_all("facts_factseal"),
        act_only("facts_sealedfact"),
        act_only("facts_unsealed"),
        migrations.RunSQL(TRIGGERS),
    ]
