"""Questions about the tree, each asked once for a whole set."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from muster.kernel.areas.codes import ancestors
from muster.kernel.areas.models import Area


def children(code: str) -> QuerySet[Area]:
    """The areas one level below that are in use, in order of code, each with the number of its own (`below`).

    Under '' these are the tops of what was loaded, whatever their level.
    """
    rows = Area.objects.filter(closed_on=None)
    above = Area.objects.filter(code=OuterRef("parent"), closed_on=None)
    rows = rows.filter(parent=code) if code else rows.filter(~Exists(above))
    inner = Area.objects.filter(parent=OuterRef("code"), closed_on=None).order_by().values("parent")
    return rows.annotate(below=Coalesce(Subquery(inner.annotate(n=Count("*")).values("n")), 0)).order_by("code")


def unknown(codes: Iterable[str]) -> set[str]:
    """Those of the codes that neither are an area nor lie in one; none while no area is loaded.

    A building of a known community counts as known: the tree need not be loaded to its leaves.
    """
    wanted = {code for code in codes if code}
    chains = {code: [code, *ancestors(code)] for code in wanted}
    known = set(
        Area.objects.filter(code__in={c for chain in chains.values() for c in chain}).values_list("code", flat=True)
    )
    missing = {code for code, chain in chains.items() if known.isdisjoint(chain)}
    return missing if missing and Area.objects.exists() else set()
