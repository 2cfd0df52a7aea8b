"""What the confirmed editions of this installation tell about places that no division table has."""

from __future__ import annotations

from functools import lru_cache, partial
from uuid import UUID

from django.db.models import Count

from .models import RiskArea, RiskList
from .rules import known
from .rules.places import Recall


def recalled() -> Recall:
    """In which county earlier lists had an address. Built once for each edition that is confirmed; works in actions."""
    last = RiskList.objects.confirmed().order_by("-confirmed_at").values_list("pk", flat=True).first()
    return partial(known.recall, _learned(last))


@lru_cache(maxsize=1)
def _learned(last: UUID | None) -> known.Known:
    """`last` is the edition up to which was learned; it only keeps the answer from growing old."""
    if last is None:
        return known.learn(())
    rows = (
        RiskArea.objects.exclude(risk_list__confirmed_at=None)
        .values("code", "place")
        .annotate(times=Count("risk_list"))
    )
    return known.learn(RiskArea(code=row["code"], place=row["place"]) for row in rows)
