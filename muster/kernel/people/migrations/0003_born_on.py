from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_walls")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["born_on"], name="person_born_on"),
        ),
    ]
