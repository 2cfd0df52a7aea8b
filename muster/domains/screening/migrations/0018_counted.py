"""How many results there are in each grid."""

from django.db import migrations

from muster.ledger.counting import counted


class Migration(migrations.Migration):
    dependencies = [("screening", "0017_result_link_walls"), ("ledger", "0004_rowcount_walls")]
    operations = [counted("screening_result")]
