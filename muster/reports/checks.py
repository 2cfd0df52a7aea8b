"""What must hold of lists; run by `muster check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Sum
from django.db.models.functions import Left

from muster.ledger.counting import GRID
from muster.ledger.declaring import LEDGERS
from muster.ledger.models import RowCount


def _counters() -> Iterator[str]:
    """The grids of which a counter says another number than there are rows."""
    for ledger in LEDGERS.values():
        if not ledger.counter:
            continue
        rows = ledger.source() if ledger.source else ledger.model._default_manager.all()
        there = rows.order_by().annotate(at=Left(ledger.place, GRID)).values("at").annotate(many=Count("pk"))
        kept = RowCount.objects.filter(source=ledger.counter).values("area").annotate(sum=Sum("many"))
        found = Counter(dict(there.values_list("at", "many")))
        found.subtract(dict(kept.values_list("area", "sum")))
        yield from (f"{ledger.counter} at {area}" for area, many in found.items() if many)


CHECKS = {"the counters of lists equal their rows": _counters}
