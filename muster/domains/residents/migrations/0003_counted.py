"""How many people live in each grid, records that were merged left out."""

from django.db import migrations

from muster.ledger.counting import counted


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_walls"), ("people", "0002_walls"), ("ledger", "0004_rowcount_walls")]
    operations = [counted("people_person", area="home", where="merged_into_id IS NULL")]
