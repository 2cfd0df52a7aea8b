"""Kinds of duty that differed in their role alone are one kind; each duty has kept its role beside it."""

from django.db import migrations

SQL = """
UPDATE duties_duty SET kind = CASE
        WHEN kind LIKE 'premises.decide_event%' THEN 'premises.decide_event'
        WHEN kind LIKE 'premises.give_opinion%' THEN 'premises.give_opinion'
        WHEN kind LIKE 'premises.verify%' THEN 'premises.verify_venue' ELSE 'premises.check_venue' END
    WHERE kind ~ '^premises[.](decide_event|give_opinion|verify|check)_'
        AND kind NOT IN ('premises.verify_remedy', 'premises.check_event');
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0002_walls"), ("duties", "0003_no_level")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
