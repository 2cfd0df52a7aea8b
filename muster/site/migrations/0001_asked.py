"""How often somebody has asked: counted for all processes at once. Not logged: after a crash it starts at nothing."""

from django.db import migrations

from muster.kernel.posts.walls import act_only

TABLE = """
CREATE UNLOGGED TABLE site_asked (
    who uuid PRIMARY KEY,
    many integer NOT NULL,
    ends timestamptz NOT NULL
) WITH (fillfactor = 50)
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("posts", "0002_walls")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE site_asked"), act_only("site_asked")]
