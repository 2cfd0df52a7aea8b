"""Who holds a duty is its area and role; a number of the step said it a second time."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_walls")]

    operations = [migrations.RemoveField("duty", "level")]
