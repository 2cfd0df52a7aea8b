"""Templates serve the unit that uploaded them and what lies below; files are read by actions; a filling is one post's.

A form whose header was not confirmed yet may hold what its sender had written there: only its own unit sees it.
"""

from django.db import migrations

from muster.kernel.posts.walls import IN_RANGE, act_only, policy_wall

ABOVE = "starts_with((SELECT muster_lo()), area)"
OWN = "by_post = (SELECT muster_post())"


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        policy_wall("forms_template", f"{IN_RANGE.format(column='area')} OR ({ABOVE} AND state <> 'draft')"),
        act_only("forms_templatefile"),
        policy_wall("forms_filling", OWN),
        act_only("forms_filledfile"),
    ]
