"""Two of the four gates of a gathering: the opinion of the sector it belongs to, and supervision until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import REGULATORS, SECTORS

from .. import words
from ..approval import approval
from ..models import Event

BEFORE = timedelta(hours=2)


def sector_asked(row: Event) -> str:
    """The sector whose opinion a gathering of this kind and size needs, by the file in force; '' for none."""
    rule = approval().opinion
    return rule.sectors.get(row.kind, "") if row.expected >= rule.least else ""


def owe_opinions(rows: Iterable[Event], because: Any, by: Any, now: datetime) -> None:
    """The regulators owe an opinion on these, within the file's hours."""
    due = now + approval().opinion.within
    owed = [
        {"subject": row.id, "area": row.area, "because": because, "due_at": due, "role": REGULATORS[row.sector]}
        for row in rows
        if row.sector and row.opinion != "agrees"
    ]
    open_duties("premises.give_opinion", owed, by=by, now=now)


def owe_check(rows: Iterable[Event], because: Any, by: Any, now: datetime) -> None:
    """The communities owe a check of these sites, two hours before it begins."""
    owed = [
        {"subject": row.id, "area": row.area, "because": because, "due_at": max(now, row.starts_at - BEFORE)}
        for row in rows
    ]
    open_duties("premises.check_event", owed, by=by, now=now)


def owe_supervision(rows: Iterable[Event], because: Any, by: Any, now: datetime) -> None:
    """The streets owe a visit to these, before they are over."""
    owed = [
        {"subject": row.id, "area": row.area, "because": because, "due_at": row.ends_at}
        for row in rows
        if row.supervised_at is None or row.supervised_faults
    ]
    open_duties("premises.supervise_event", owed, by=by, now=now)


def refuse_unheard(row: Event) -> None:
    """Raise Invalid where the sector that is asked has not agreed."""
    if row.sector and row.opinion != "agrees":
        told = {"sector": SECTORS[row.sector]}
        if row.opinion:
            raise Invalid("event", _("The sector objects (%(sector)s): it may agree later, or this is refused.") % told)
        raise Invalid("event", _("The sector has not given its opinion yet: %(sector)s.") % told)


def points_of(asked: Iterable[str]) -> list[str]:
    """The points of `words.EVENT_POINTS` that were ticked, in their order. Raises Invalid for any other."""
    ticked = set(asked)
    found = [point for point in words.EVENT_POINTS if point in ticked]
    if len(found) != len(ticked):
        raise Invalid("faults", _("There is no such point."))
    return found


@action("premises.give_opinion")
def give_opinion(*, by: Any, event: Event, agrees: bool, faults: Iterable[str] = (), now, op=None) -> Event:
    """The sector agrees to a gathering, or objects and names what is wanting; as long as nobody has decided.

    Raises Invalid, also for a regulator of another sector.
    """
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.give_opinion", row.area)
    if not row.sector or (by is not SYSTEM and by.role != REGULATORS[row.sector]):
        raise Invalid("event", _("This gathering is not of your sector."))
    if row.state != "asked":
        raise Invalid("event", _("This is decided already."))
    found = [] if agrees else points_of(faults)
    if not agrees and not found:
        raise Invalid("faults", _("Tick what is wanting."))
    row.opinion, row.opinion_faults, row.opinion_at, row.opinion_by = (
        "agrees" if agrees else "objects",
        found,
        now,
        by.id,
    )
    row.save(update_fields=["opinion", "opinion_faults", "opinion_at", "opinion_by"])
    data = {"sector": row.sector, "agrees": agrees, "faults": found}
    record("premises.opinion_given", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    return row


@action("premises.supervise_event")
def supervise_event(*, by: Any, event: Event, faults: Iterable[str], now, op=None) -> Event:
    """Somebody from above, or of the sector, was there; where points are wanting, its site is checked again.

    Raises Invalid.
    """
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.supervise_event", row.area)
    if by.role in REGULATORS.values() and by.role != REGULATORS.get(row.sector):
        raise Invalid("event", _("This gathering is not of your sector."))
    found = points_of(faults)
    if row.state != "ready":
        raise Invalid("event", _("Only a gathering that may be held is supervised."))
    row.supervised_at, row.supervised_by, row.supervised_faults = now, by.id, found
    row.state = "approved" if found else "ready"
    row.save(update_fields=["supervised_at", "supervised_by", "supervised_faults", "state"])
    data = {"faults": found}
    fact = record("premises.event_supervised", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    if found:
        owe_check([row], fact, by, now)
    return row
