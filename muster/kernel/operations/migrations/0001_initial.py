from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("op", models.UUIDField(primary_key=True, serialize=False)),
                ("actor", models.UUIDField(null=True)),
                ("action", models.TextField()),
                ("payload_hash", models.TextField()),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
