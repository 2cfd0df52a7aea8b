from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_born_on")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["home", "id"], name="person_home_id"),
        ),
        migrations.RemoveIndex(model_name="person", name="person_home"),
    ]
