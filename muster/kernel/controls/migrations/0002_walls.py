"""No control without evidence: the database refuses it at commit, whoever writes."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, policy_wall

EVIDENCE = """
CREATE FUNCTION controls_need_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := CASE TG_TABLE_NAME WHEN 'controls_control' THEN (to_jsonb(NEW)->>'id')::uuid
                   ELSE (coalesce(to_jsonb(OLD), to_jsonb(NEW))->>'control_id')::uuid END;
BEGIN
    IF EXISTS (SELECT FROM controls_control WHERE id = wanted AND ended_at IS NULL)
       AND NOT EXISTS (SELECT FROM controls_evidence WHERE control_id = wanted AND withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'control % has no evidence', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'control_needs_evidence';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER control_needs_evidence AFTER INSERT OR UPDATE OF ended_at ON controls_control
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION controls_need_evidence();
CREATE CONSTRAINT TRIGGER evidence_holds_control AFTER UPDATE OR DELETE ON controls_evidence
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION controls_need_evidence();
"""
# Where the control's area is in range, and wherever there is a duty about the person (an isolation site's).
VISIBLE = (
    IN_RANGE.format(column="area")
    + " OR EXISTS (SELECT FROM duties_duty d WHERE d.person_id = controls_control.person_id)"
)
OF_VISIBLE_CONTROL = "EXISTS (SELECT FROM controls_control c WHERE c.id = control_id)"


class Migration(migrations.Migration):
    dependencies = [("controls", "0001_initial"), ("duties", "0002_walls")]
    operations = [
        policy_wall("controls_control", VISIBLE),
        policy_wall("controls_evidence", OF_VISIBLE_CONTROL),
        policy_wall("controls_duetest", OF_VISIBLE_CONTROL),
        migrations.RunSQL(EVIDENCE),
    ]
