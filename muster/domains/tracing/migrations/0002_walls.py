"""Who sees what of tracing: the responsible area, the district that leads the incident, and that of the case."""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, act_only, area_wall, policy_wall

EITHER = IN_RANGE.format(column="area") + " OR " + IN_RANGE.format(column="incident_area")
SHARED = ("case", "classification", "link", "pendingring", "letter", "lettercontact")
OF_CONTACT = EITHER + " OR " + IN_RANGE.format(column="case_area")


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial"), ("duties", "0002_walls")]
    operations = [
        act_only("tracing_series"),
        act_only("tracing_casenote"),
        area_wall("tracing_incident"),
        area_wall("tracing_chain"),
        policy_wall("tracing_contact", OF_CONTACT),
        *(policy_wall(f"tracing_{table}", EITHER) for table in SHARED),
    ]
