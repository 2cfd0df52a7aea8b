"""A one-time link can make a post at a place or an organisation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0002_walls")]
    operations = [
        migrations.AddField("setuplink", "place_id", models.UUIDField(null=True)),
        migrations.AddField("setuplink", "organisation_id", models.UUIDField(null=True)),
    ]
