"""Gatherings: asked for, decided by the level that the thresholds name, checked on the site."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.messages.actions import tell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.named import LONGEST_NAME, found_or_made
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import COMMUNITY, HEADQUARTERS, STREET

from .. import words
from ..approval import approval
from ..models import Event
from ..rules import decided_by, decision_area
from .gates import owe_check, owe_opinions, owe_supervision, points_of, refuse_unheard, sector_asked
from .levels import refuse_forbidden, together

MOST_PEOPLE, MOST_TABLES = 1_000_000, 10_000
LONGEST_NOTE = 300
AHEAD = timedelta(days=366)
DECIDING = {"community": COMMUNITY, "street": STREET}  # above: headquarters


@action("premises.ask_event")
def ask_event(
    *, by: Any, area: str, name: str, kind: str, place_name: str, expected: int, starts_at: datetime, ends_at: datetime,
    organiser: str, phone: str, unit: str = "", tables: int = 0, outsiders: bool = False, now, op=None,
) -> Event:  # fmt: skip
    """Ask for a gathering; the level that the thresholds name owes a decision within two days. Raises Invalid.

    `organiser` is a name, with a phone at which they are told what becomes of it; what the response level of the area
    forbids is not taken.
    """
    require(by, "premises.ask_event", area)
    for field, text in (("name", name), ("place_name", place_name), ("unit", unit)):
        if not text.strip() and field != "unit":
            raise Invalid(field, _("Enter a name."))
        if len(text) > LONGEST_NAME:
            raise Invalid(field, _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if kind not in words.EVENT_KINDS:
        raise Invalid("kind", _("Choose its kind."))
    if not 0 < expected <= MOST_PEOPLE:
        raise Invalid("expected", _("Enter a number of people."))
    if not 0 <= tables <= MOST_TABLES:
        raise Invalid("tables", _("Enter a number of tables."))
    checked_time(starts_at, ends_at, now)
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if len(area) < len("610404001001"):
        raise Invalid("area", _("Give the community, or a smaller area."))
    held = _organiser(organiser, phone, area, now)
    row = Event(
        area=area, name=name.strip(), kind=kind, place_name=place_name.strip(), expected=expected, tables=tables,
        outsiders=outsiders, starts_at=starts_at, ends_at=ends_at, organiser=held, unit=unit.strip(),
    )  # fmt: skip
    return enter(row, by, now, op)


def checked_time(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise Invalid unless it begins within a year and ends after that."""
    if not now < starts_at <= now + AHEAD:
        raise Invalid("starts_at", _("It begins in the future, within a year."))
    if not starts_at < ends_at <= starts_at + AHEAD:
        raise Invalid("ends_at", _("It ends after it begins."))


def _organiser(name: str, phone: str, area: str, now: datetime) -> Any:
    try:
        return found_or_made([(name, phone)], area, now)[0]
    except Invalid as no:
        raise Invalid("organiser" if no.field == "name" else no.field, no.message) from None


def enter(row: Event, by: Any, now: datetime, op: Any) -> Event:
    """Enter what is asked for; who decides follows from its size. Raises Invalid where a response level forbids it."""
    together()
    refuse_forbidden(row)
    row.level, row.asked_at = decided_by(row.expected, row.tables, row.outsiders, approval()), now
    row.sector = sector_asked(row)
    row.save(force_insert=True)
    said = {name: getattr(row, name) for name in ("kind", "expected", "tables", "outsiders", "level", "sector")}
    fact = record("premises.event_asked", subject=row.id, area=row.area, by=by, now=now, op=op, data=said)
    owe_decision([row], fact, by, now)
    return row


def owe_decision(rows: Iterable[Event], because: Any, by: Any, now: datetime) -> None:
    """The bodies that decide on these owe it within two days; the sectors that are asked, their opinion before."""
    rows = list(rows)
    owe_opinions(rows, because, by, now)
    owed = []
    for row in rows:
        where, role = decision_area(row.area, row.level), DECIDING.get(row.level, HEADQUARTERS)
        owed.append({"subject": row.id, "area": where, "because": because, "role": role})
    open_duties("premises.decide_event", owed, by=by, now=now)


@action("premises.decide_event")
def decide_event(*, by: Any, event: Event, approve: bool, refusal: str = "", note: str = "", now, op=None) -> Event:
    """Approve a gathering or refuse it. A body below the level that decides is refused, and told who does (Invalid).

    Nothing is approved before the sector that is asked has agreed. A refusal has a reason (`words.REFUSALS`, and a note
    in words), which the organiser is told.
    """
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.decide_event", row.area)
    where = decision_area(row.area, row.level)
    if not (by.lo is not None and by.lo <= where < by.hi):
        told = {"count": row.expected, "level": words.LEVELS[row.level]}
        raise Invalid("event", _("A gathering of %(count)s people is decided by %(level)s.") % told)
    if row.state != "asked":
        raise Invalid("event", _("This is decided already."))
    if approve:
        refuse_forbidden(row, "event")
        refuse_unheard(row)
    else:
        row.refusal, row.refusal_note = _reason(refusal, note)
    row.state, row.decided_at, row.decided_by = "approved" if approve else "refused", now, by.id
    row.save(update_fields=["state", "decided_at", "decided_by", "refusal", "refusal_note"])
    data = {"approved": approve, "refusal": row.refusal}
    fact = record("premises.event_decided", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    if row.organiser_id:
        tell(
            row.organiser_id,
            f"premises.event_{row.state}",
            {"event": str(row.pk), "refusal": row.refusal},
            row.area,
            fact,
            now,
        )
    if approve:
        owe_check([row], fact, by, now)
    return row


def _reason(refusal: str, note: str) -> tuple[str, str]:
    note = note.strip()
    if refusal not in words.REFUSALS:
        raise Invalid("refusal", _("Choose the reason: the organiser is told."))
    if refusal == "other" and not note:
        raise Invalid("note", _("Say in a few words why."))
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", _("At most %(most)s characters") % {"most": LONGEST_NOTE})
    return refusal, note


@action("premises.check_event")
def check_event(*, by: Any, event: Event, faults: Iterable[str], now, op=None) -> Event:
    """Check the site of an approved gathering; with no point of `words.EVENT_POINTS` wanting it may be held."""
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.check_event", row.area)
    found = points_of(faults)
    if row.state not in ("approved", "ready"):
        raise Invalid("event", _("Only an approved gathering is checked."))
    row.faults, row.checked_at, row.checked_by, row.state = found, now, by.id, "approved" if found else "ready"
    row.save(update_fields=["faults", "checked_at", "checked_by", "state"])
    kind = "premises.event_faulty" if found else "premises.event_checked"
    fact = record(kind, subject=row.id, area=row.area, by=by, now=now, op=op, data={"faults": found})
    if not found:
        owe_supervision([row], fact, by, now)
    return row
