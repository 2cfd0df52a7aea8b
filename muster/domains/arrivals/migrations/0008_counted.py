"""How many arrivals there are in each grid."""

from django.db import migrations

from muster.ledger.counting import counted


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0007_passage_walls"), ("ledger", "0004_rowcount_walls")]
    operations = [counted("arrivals_arrival")]
