"""Kinds of duty that differed in their role alone are one kind; each duty has kept its role beside it."""

from django.db import migrations

SQL = """
UPDATE duties_duty SET kind = CASE WHEN kind ~ '^intake[.]sign_' THEN 'intake.sign' ELSE 'intake.do_task' END
    WHERE kind ~ '^intake[.](sign|task)_';
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_walls"), ("duties", "0003_no_level")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
