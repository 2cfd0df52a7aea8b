"""What pages of goods read: which rows a post sees, the tree of a batch, and the way back from one lot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from muster.kernel.posts.permissions import visible_to

from .models import Batch, Handover, Lot

STREET = 9  # digits; who sees less than a street starts from its lots, who sees more from the batches of the page
MOST_LOTS = 500  # of one tree on a page; the list of lots has the others


def _of(post: Any, areas: Iterable[str], places: Iterable[str]) -> Q:
    """Rows one of whose areas or places is the post's."""
    where = Q(pk__in=[])
    if post.lo is not None:
        for each in areas:
            where |= Q(**{f"{each}__gte": post.lo, f"{each}__lt": post.hi})
    if post.place_id:
        for each in places:
            where |= Q(**{each: post.place_id})
    return where


def lots_seen(rows: QuerySet[Lot], post: Any) -> QuerySet[Lot]:
    """The lots where the post is, or in its areas."""
    return visible_to(rows, post, place="place_id")


class Asked(Exists):
    """As Exists, but asked of each batch: else the planner reads every lot of the district first, for a page of 51."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def batches_seen(rows: QuerySet[Batch], post: Any) -> QuerySet[Batch]:
    """The batches that the post declared or receives, and those of which it sees a lot or a handover."""
    own = _of(post, ["area"], ["owner_place", "first_place"])
    if post.lo is None or len(post.lo) > STREET:
        lots = lots_seen(Lot.objects.all(), post).values("batch_id")
        moved = handovers_seen(Handover.objects.all(), post).values("batch_id")
        return rows.filter(pk__in=Batch.objects.filter(own).values("pk").union(lots, moved))
    lots = lots_seen(Lot.objects.filter(batch=OuterRef("pk")), post)
    moved = handovers_seen(Handover.objects.filter(batch=OuterRef("pk")), post)
    return rows.filter(own | Asked(lots) | Asked(moved))


def handovers_seen(rows: QuerySet[Handover], post: Any) -> QuerySet[Handover]:
    """The handovers of which the post sees either side."""
    return rows.filter(_of(post, ["area", "to_area"], ["place_id", "to_place"]))


class Node(NamedTuple):
    """A lot in the tree of its batch, and how deep it stands."""

    lot: Lot
    depth: int


def tree_of(batch: Batch, post: Any) -> tuple[list[Node], bool]:
    """The lots of a batch that the post sees, each after the one that it was split from; and whether there are more."""
    rows = lots_seen(Lot.objects.filter(batch=batch), post).select_related("holder").order_by("since", "id")
    found = list(rows[: MOST_LOTS + 1])
    lots = found[:MOST_LOTS]
    known, below = {lot.pk for lot in lots}, {}
    for lot in lots:
        below.setdefault(lot.parent_id if lot.parent_id in known else None, []).append(lot)
    nodes: list[Node] = []
    waiting = [Node(lot, 0) for lot in reversed(below.get(None, []))]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += [Node(lot, node.depth + 1) for lot in reversed(below.get(node.lot.pk, []))]
    return nodes, len(found) > MOST_LOTS


def way_of(lot: Lot) -> list[Lot]:
    """The lots from the first of the batch to this one, as far as they can be seen."""
    lots = {each.pk: each for each in Lot.objects.filter(batch_id=lot.batch_id).select_related("holder")}
    way, at = [], lots.get(lot.pk)
    while at is not None:
        way.append(at)
        at = lots.get(at.parent_id) if at.parent_id else None
    return way[::-1]
