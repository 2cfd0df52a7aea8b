"""Decisions on a response level: what it forbids stops at once, organisers are told, and it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import open_duties, withdraw_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import tell_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..approval import approval
from ..models import Event, Order
from .events import owe_decision
from .gates import owe_check, owe_supervision
from .levels import above, alone, below, forbids, in_force, would_stop

LONGEST_NUMBER, LONGEST_REASON = 60, 300
OWED = ("premises.tell_organiser", "premises.inform_participants")


@action("premises.set_level")
def set_level(
    *, by: Any, area: str, level: str, number: str, reason: str, how: str = "cancelled", seen: int | None = None, now,
    op=None,
) -> Order:  # fmt: skip
    """Set the response level of an area: all gatherings there that it forbids are cancelled or postponed at once.

    `number` is that of the order. Who organises one is told, owes an answer, and tells and pays back who would have
    come; where a level eases, those whose gathering was stopped are told that they may ask again. Raises Invalid, also
    where it would stop another number than the `seen` one of the preview.
    """
    require(by, "premises.set_level", area)
    order = _checked(Order(area=area, level=level, number=number.strip(), reason=reason.strip(), how=how))
    alone()
    order.decided_at, order.decided_by = now, by.id
    order.save(force_insert=True)
    state, count = F("state"), would_stop(area, level, now)
    stopped = count.update(
        was=state, state=how, order=order, acknowledged_at=None, informed_at=None, told=None, paid_back=None,
        invited_at=None,
    )  # fmt: skip
    if seen is not None and seen != stopped:
        raise Invalid(
            "seen", _("It is %(count)s gatherings now, not those you were shown. Look again.") % {"count": stopped}
        )
    data = {"level": level, "how": how, "stopped": stopped}
    fact = record("premises.level_set", subject=order.id, area=area, by=by, now=now, op=op, data=data)
    _tell_stopped(order, fact, by, now)
    _invite(area, fact, by, now)
    return order


def _checked(order: Order) -> Order:
    for field, longest in (("number", LONGEST_NUMBER), ("reason", LONGEST_REASON)):
        text = getattr(order, field)
        if not text:
            raise Invalid(field, _("Enter the number of the order.") if field == "number" else _("Say why."))
        if len(text) > longest:
            raise Invalid(field, _("At most %(most)s characters") % {"most": longest})
    if order.level not in words.RESPONSE_LEVELS:
        raise Invalid("level", _("Choose a level."))
    if order.how not in words.HOWS:
        raise Invalid("how", _("Choose whether they are cancelled or postponed."))
    if not Area.objects.filter(code=order.area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if Order.objects.filter(area=order.area, number=order.number).exists():
        raise Invalid("number", _("There is an order with this number already."))
    return order


def _tell_stopped(order: Order, fact: Fact, by: Any, now: datetime) -> None:
    """What is owed for each is owed no longer; its organiser is told, and to be asked until both answers are there."""
    rows = list(Event.objects.filter(order=order).order_by("id"))
    if not rows:
        return
    facts = _record(f"premises.event_{order.how}", rows, fact, by, now)
    withdraw_duties(now=now, because=fact, subjects=[row.id for row in rows])
    hours = approval().response
    for kind, after in zip(OWED, (hours.acknowledge, hours.inform), strict=True):
        owed = [
            {
                "subject": row.id, "area": row.area, "because": facts[row.id], "person_id": row.organiser_id,
                "due_at": now + after,
            }
            for row in rows
        ]  # fmt: skip
        open_duties(kind, owed, by=by, now=now)
    _tell(f"premises.event_{order.how}", rows, facts, now)


def _record(kind: str, rows: Iterable[Event], fact: Fact, by: Any, now: datetime) -> dict[Any, Fact]:
    told = [{"subject": row.id, "area": row.area, "because": [fact]} for row in rows]
    return {made.subject: made for made in record_many(kind, told, by=by, now=now)}


def _tell(kind: str, rows: Iterable[Event], facts: dict[Any, Fact], now: datetime) -> None:
    told = [
        {"person": row.organiser_id, "area": row.area, "because": facts[row.id], "params": {"event": str(row.id)}}
        for row in rows
        if row.organiser_id
    ]
    tell_many(told, kind, now)


def _invite(area: str, fact: Fact, by: Any, now: datetime) -> None:
    """Whose gathering was stopped in the area, and is forbidden no more, is told once that they may ask again."""
    held = Q(pk__in=[])
    for order in in_force(above(area) | below(area)):
        held |= below(order.area) & forbids(order.level)
    stopped = Event.objects.filter(below(area), state__in=words.STOPPED_STATES, followed_by=None, invited_at=None)
    rows = list(stopped.filter(order__isnull=False).exclude(held).order_by("id"))
    if rows:
        Event.objects.filter(pk__in=[row.pk for row in rows]).update(invited_at=now)
        _tell("premises.event_may_return", rows, _record("premises.event_may_return", rows, fact, by, now), now)


@action("premises.undo_level")
def undo_level(*, by: Any, order: Order, now, op=None) -> int:
    """Take a decision back, within the time for it: what it stopped is as it was. Returns how many gatherings.

    What another order forbids stays stopped, by that one. Raises Invalid.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    require(by, "premises.undo_level", order.area)
    alone()
    if order.undone_at or now > order.decided_at + approval().response.undo:
        raise Invalid("order", _("The time to take this back is over."))
    if Order.objects.filter(area=order.area, undone_at=None).latest("decided_at", "id") != order:
        raise Invalid("order", _("A later order is in force here."))
    order.undone_at = now
    order.save(update_fields=["undone_at"])
    stopped = Event.objects.filter(order=order, state__in=words.STOPPED_STATES, followed_by=None)
    for other in in_force(above(order.area) | below(order.area)):
        stopped.filter(below(other.area), forbids(other.level)).update(order=other)
    rows = list(stopped.order_by("id"))
    data = {"level": order.level, "back": len(rows)}
    fact = record("premises.level_undone", subject=order.id, area=order.area, by=by, now=now, op=op, data=data)
    Event.objects.filter(pk__in=[row.pk for row in rows]).update(state=F("was"), was="", order=None)
    withdraw_duties(now=now, because=fact, subjects=[row.id for row in rows], kinds=OWED)
    facts = _record("premises.event_restored", rows, fact, by, now)
    owe_decision([row for row in rows if row.was == "asked"], fact, by, now)
    owe_check([row for row in rows if row.was == "approved"], fact, by, now)
    owe_supervision([row for row in rows if row.was == "ready"], fact, by, now)
    _tell("premises.event_restored", rows, facts, now)
    return len(rows)
