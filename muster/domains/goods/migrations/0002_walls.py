"""Goods are seen by who holds them, by the other side of a handover, and in the areas where these are.

A batch is seen by whoever sees one of its lots or handovers: their walls hold in this condition, too.
"""

from django.db import migrations

from muster.kernel.posts.walls import AT_PLACE, IN_RANGE, area_wall, policy_wall, read_all

BATCH = " OR ".join([
    IN_RANGE.format(column="area"), AT_PLACE.format(column="owner_place"), AT_PLACE.format(column="first_place"),
    "EXISTS (SELECT FROM goods_lot l WHERE l.batch_id = goods_batch.id)",
    "EXISTS (SELECT FROM goods_handover h WHERE h.batch_id = goods_batch.id)",
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
