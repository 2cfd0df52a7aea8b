"""Who is due in a checkpoint's lane now, who is late, and who did not come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from muster.kernel.people.queries import labels_of

from . import words
from .models import Checkpoint, Lane, LaneBooking

SOON, LATE, BACK = timedelta(minutes=15), timedelta(hours=2), timedelta(hours=24)
LISTED = 200


def lane_of(checkpoint: Checkpoint, now: datetime) -> dict[str, Any]:
    """The lane, if the checkpoint has one, and its groups of the last day as (words, rows, tone).

    Due is who has a time that began or begins within SOON, late who has missed it by less than LATE.
    """
    lane = Lane.objects.filter(checkpoint=checkpoint).first()
    if lane is None:
        return {}
    waiting = LaneBooking.objects.filter(slot__checkpoint=checkpoint, came_at=None).select_related("slot")
    near = waiting.filter(slot__starts_at__gt=now - BACK, slot__starts_at__lte=now + SOON)
    rows = list(near.order_by("slot__starts_at", "made_at")[:LISTED])
    labels = labels_of({row.person_id for row in rows})
    groups: dict[str, list[LaneBooking]] = {name: [] for name in words.LANE_GROUPS}
    for row in rows:
        row.label = labels.get(row.person_id) or words.NOT_NAMED
        over = now - row.slot.ends_at
        groups["due" if over < timedelta(0) else "late" if over < LATE else "not_come"].append(row)
    shown = [(words.LANE_GROUPS[name], found, words.LANE_TONES[name]) for name, found in groups.items()]
    return {"lane": lane, "lane_groups": shown, "opens": _clock(lane.opens), "closes": _clock(lane.closes)}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
