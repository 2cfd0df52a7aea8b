"""Names and identifiers are never read by pages; households, organisations and places within the post's range.

The wall of persons asks for a duty about them: it is in the migrations of duties.
"""

from django.db import migrations

from muster.kernel.posts.walls import act_only, area_wall

# A new record is its own canonical one. Bulk loads say so themselves, and then the function is not called.
OWN_CANONICAL = """
CREATE FUNCTION people_own_canonical() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.canonical_id := NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER own_canonical BEFORE INSERT ON people_person
    FOR EACH ROW WHEN (NEW.canonical_id IS NULL) EXECUTE FUNCTION people_own_canonical();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        act_only("people_persondetails"),
        act_only("people_identifier"),
        area_wall("people_household"),
        area_wall("people_organisation"),
        area_wall("people_place", place="id"),
        migrations.RunSQL(OWN_CANONICAL),
    ]
