"""Pairs show where both homes are in range. Whoever writes a name, a number or a home lets the person be compared anew.

People are counted by grid, records that were merged left out.
"""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall
from muster.ledger.counting import counted

# Persons that somebody knows to be distinct (a made-up district) need no comparing: SET LOCAL muster.made_up = 'on'.
_WHEN = "FOR EACH STATEMENT WHEN (current_setting('muster.made_up', true) IS DISTINCT FROM 'on')"

WAITING = f"""
CREATE FUNCTION residents_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO residents_waiting (person) SELECT DISTINCT person_id FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION residents_wait_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO residents_waiting (person) SELECT a.id FROM added a JOIN removed r USING (id)
    WHERE (a.sex, a.born_on, a.home, a.household_id) IS DISTINCT FROM (r.sex, r.born_on, r.home, r.household_id);
    RETURN NULL;
END $$;
CREATE TRIGGER residents_named AFTER INSERT ON people_persondetails
    REFERENCING NEW TABLE AS added {_WHEN} EXECUTE FUNCTION residents_wait();
CREATE TRIGGER residents_renamed AFTER UPDATE ON people_persondetails
    REFERENCING NEW TABLE AS added {_WHEN} EXECUTE FUNCTION residents_wait();
CREATE TRIGGER residents_numbered AFTER INSERT ON people_identifier
    REFERENCING NEW TABLE AS added {_WHEN} EXECUTE FUNCTION residents_wait();
CREATE TRIGGER residents_changed AFTER UPDATE ON people_person
    REFERENCING OLD TABLE AS removed NEW TABLE AS added {_WHEN} EXECUTE FUNCTION residents_wait_changed();
"""
BACK = """
DROP TRIGGER residents_named ON people_persondetails;
DROP TRIGGER residents_renamed ON people_persondetails;
DROP TRIGGER residents_numbered ON people_identifier;
DROP TRIGGER residents_changed ON people_person;
DROP FUNCTION residents_wait();
DROP FUNCTION residents_wait_changed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0001_initial"),
        ("posts", "0002_walls"),
        ("people", "0002_walls"),
        ("ledger", "0002_walls"),
    ]
    operations = [
        area_wall("residents_candidate"),
        act_only("residents_waiting"),
        migrations.RunSQL(WAITING, BACK),
        counted("people_person", area="home", where="merged_into_id IS NULL"),
    ]
