"""Goods are seen by who holds them, by the other side of a handover, and in the areas where these are.

A batch is seen by whoever sees one of its lots or handovers: their walls hold in this condition, too. A post that sees
a whole street or more is asked about each batch that its page reaches (`OFFSET 0`); one that sees little is first asked
for all its lots. The planner cannot tell the two apart, for it does not know whose post it plans for.
"""

from django.db import migrations

from muster.kernel.posts.walls import AT_PLACE, IN_RANGE, area_wall, policy_wall, read_all

PARTS = " OR ".join(
    f"EXISTS (SELECT FROM goods_{table} part WHERE part.batch_id = goods_batch.id{{each}})"
    for table in ("lot", "handover")
)
BATCH = " OR ".join([
    IN_RANGE.format(column="area"), AT_PLACE.format(column="owner_place"), AT_PLACE.format(column="first_place"),
    "CASE WHEN (SELECT length(muster_lo()) <= 9)"
    f" THEN {PARTS.format(each=' OFFSET 0')} ELSE {PARTS.format(each='')} END",
])  # fmt: skip
HANDOVER = " OR ".join([
    IN_RANGE.format(column="area"), IN_RANGE.format(column="to_area"), AT_PLACE.format(column="place_id"),
    AT_PLACE.format(column="to_place"),
])  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("goods", "0001_initial"), ("posts", "0002_walls")]
    operations = [
        read_all("goods_holder"),  # names and addresses of enterprises: a sender chooses a receiver among them
        area_wall("goods_lot", place="place_id"),
        policy_wall("goods_batch", BATCH),
        policy_wall("goods_handover", HANDOVER),
        *(
            area_wall(f"goods_{table}", place="place_id")
            for table in ("staff", "removal", "sampling", "handling", "finding")
        ),
    ]
