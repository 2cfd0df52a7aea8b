"""How often somebody has asked: counted for all processes at once. Not logged: after a crash it starts at nothing."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE site_asked (
    who uuid PRIMARY KEY,
    many integer NOT NULL,
    ends timestamptz NOT NULL
) WITH (fillfactor = 50)
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(TABLE, "DROP TABLE site_asked")]
