"""Links among imported cases, and the chains that they join."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from ..models import Case, Chain, Link
from .inserting import insert_many


def new_link(source: Case, target: Case, reason: str, confirmed: bool, now: datetime) -> Link:
    """A link, not yet written."""
    return Link(
        source=source, target=target, area=target.area, incident_area=target.incident_area, reason=reason,
        confirmed=confirmed, at=now,
    )  # fmt: skip


def write_links(links: list[Link]) -> None:
    """Write links; their targets have a known source, and cases of one incident that hang together share a chain."""
    insert_many(links)
    Case.objects.filter(pk__in={link.target_id for link in links}).update(source_state="linked")
    chains = Chains()
    for link in links:
        if link.source.incident_id == link.target.incident_id:
            chains.join(link.source.chain_id, link.target.chain_id)
    merged: dict[UUID, list[UUID]] = defaultdict(list)
    for chain in chains.parents:
        if chain != (root := chains.root(chain)):
            merged[root].append(chain)
    for root, others in merged.items():
        Case.objects.filter(chain_id__in=others).update(chain_id=root)
    Chain.objects.filter(
        pk__in=[chain for others in merged.values() for chain in others], cases=None, owner_post=None
    ).delete()


class Chains:
    """Which chains are one (union-find); the oldest stands for the others."""

    def __init__(self) -> None:
        self.parents: dict[UUID, UUID] = {}

    def root(self, chain: UUID) -> UUID:
        """The chain that stands for this one."""
        above = self.parents.setdefault(chain, chain)
        while above != chain:
            chain, above = above, self.parents.setdefault(above, above)
        return chain

    def join(self, one: UUID, other: UUID) -> None:
        """Make two chains one."""
        roots = sorted((self.root(one), self.root(other)))
        self.parents[roots[1]] = roots[0]
