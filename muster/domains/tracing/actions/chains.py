"""How cases hang together: sources, chains, and who owns a chain."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import reaches, require

from .. import words
from ..models import Case, Chain, Contact, Incident, Link
from .numbers import hold_case, locked, next_serial

# The case and all that descends from it, however the links run (UNION stops at circles).
DESCENDANTS = """
WITH RECURSIVE tree (id) AS (
    SELECT %s::uuid UNION SELECT l.target_id FROM tracing_link l JOIN tree ON l.source_id = tree.id
) SELECT id FROM tree
"""


def new_chain(incident: Incident) -> Chain:
    """A chain of its own for a case whose source is not known."""
    serial = next_serial(f"chain {incident.pk}")
    return Chain.objects.create(number=f"{incident.number}-C{serial:02}", incident=incident, area=incident.area)


def descendants(case: Case) -> list[Any]:
    """The ids of the case and of all cases that descend from it."""
    with connection().cursor() as cursor:
        cursor.execute(DESCENDANTS, [case.pk])
        return [row[0] for row in cursor.fetchall()]


@action("tracing.set_source")
def set_source(
    *, by: Any, case: Case, state: str, source: Case | None = None, reason: str = "investigation", now, op=None
) -> Case:
    """State where a case was infected: by a known case (`linked`), elsewhere, by no human, or not known yet."""
    case = hold_case(by, "tracing.set_source", case)
    if state not in words.SOURCE_STATES or reason not in words.LINK_REASONS:
        raise Invalid("state", _("Choose one of the list."))
    if (state == "linked") != (source is not None):
        raise Invalid("source", _("Choose the case that was the source."))
    source = source and Case.objects.get(pk=source.pk)  # its chain as it is now
    if source is not None and (source.pk == case.pk or source.disease != case.disease):
        raise Invalid("source", _("The source has to be another case of the same disease."))
    data = {"state": state} | ({"source": str(source.pk), "reason": reason} if source else {})
    record(
        "tracing.source_set",
        subject=case.id,
        area=case.area,
        by=by,
        now=now,
        op=op,
        because=[case.opened_fact],
        data=data,
    )
    if source is not None:
        add_link(source, case, reason, True, now)
    else:
        _cut(case, state)
    return case


def add_link(source: Case, target: Case, reason: str, confirmed: bool, now: Any) -> Link:
    """Link two cases; the target, and what hangs on it, joins the source's chain."""
    about = {"area": target.area, "incident_area": target.incident_area, "at": now}
    link, new = Link.objects.get_or_create(
        source=source, target=target, defaults={**about, "reason": reason, "confirmed": confirmed}
    )
    if confirmed and not link.confirmed:
        link.confirmed, link.reason = True, reason
        link.save(update_fields=["confirmed", "reason"])
    target.source_state = "linked"
    target.save(update_fields=["source_state"])
    if new and source.incident_id == target.incident_id and source.chain_id != target.chain_id:
        Case.objects.filter(pk__in=descendants(target), chain_id=target.chain_id).update(chain_id=source.chain_id)
        target.chain_id = source.chain_id
    return link


def _cut(case: Case, state: str) -> None:
    """Take the links to a case away; it starts a chain of its own."""
    cut = Link.objects.filter(target=case).delete()[0]
    case.source_state = state
    case.save(update_fields=["source_state"])
    if cut:
        chain = new_chain(case.incident)
        Case.objects.filter(pk__in=descendants(case), chain_id=case.chain_id).update(chain=chain)
        case.chain = chain


@action("tracing.set_chain_owner")
def set_chain_owner(*, by: Any, chain: Chain, owner: Post, now, op=None) -> Chain:
    """Name the owner of a chain (链长), who alone clears its contacts."""
    chain = locked(Chain.objects).get(pk=chain.pk)
    require(by, "tracing.set_chain_owner", chain.area)
    if not reaches(owner, chain.area) or (owner.until_at and owner.until_at <= now):
        raise Invalid("owner", _("The owner needs a post over the whole district."))
    chain.owner_post, chain.owner_since = owner.pk, now
    chain.save(update_fields=["owner_post", "owner_since"])
    record(
        "tracing.chain_owner_set", subject=chain.id, area=chain.area, by=by, now=now, op=op,
        because=[chain.incident.root_fact], data={"owner": str(owner.pk)},
    )  # fmt: skip
    return chain


def clear_if_done(chain: Chain, because: Fact, by: Any, now: Any) -> None:
    """Mark the chain as cleared once no contact of its cases is open."""
    if chain.cleared_at or Contact.objects.open().filter(case__chain=chain).exists():
        return
    chain.cleared_at = now
    chain.save(update_fields=["cleared_at"])
    record("tracing.chain_cleared", subject=chain.id, area=chain.area, by=by, now=now, because=[because])
