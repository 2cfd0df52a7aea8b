"""Areas hold no personal data: every signed-in post reads them. What an installation is never changes."""

from django.db import migrations

from muster.kernel.posts.walls import read_all

# A demonstration cannot become a live system, nor a live one be passed off as a demonstration.
KIND_IS_FIXED = """
CREATE FUNCTION areas_kind_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the kind of an installation cannot change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER kind_is_fixed BEFORE UPDATE ON areas_installation
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION areas_kind_is_fixed();
CREATE TRIGGER kind_stays BEFORE DELETE ON areas_installation
    FOR EACH ROW WHEN (OLD.kind = 'demo') EXECUTE FUNCTION areas_kind_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        read_all("areas_installation"),
        read_all("areas_area"),
        read_all("areas_areaalias"),
        migrations.RunSQL(KIND_IS_FIXED),
    ]
