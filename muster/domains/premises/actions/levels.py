"""The response level of an area: what it forbids, and whether a gathering may be held there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import ancestors, span
from muster.kernel.areas.models import Area
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection

from .. import words
from ..approval import approval
from ..models import Event, Order

# Who asks for a gathering and who sets a level do not pass one another by unseen: asking shares the lock.
_SHARED, _ALONE = (f"SELECT pg_advisory_xact_lock{kind}(hashtext('premises.level'))" for kind in ("_shared", ""))


def together() -> None:
    """Until the end of the transaction no level changes."""
    _take(_SHARED)


def alone() -> None:
    """Until the end of the transaction nobody else sets a level or asks for a gathering."""
    _take(_ALONE)


def _take(lock: str) -> None:
    with connection().cursor() as cursor:
        cursor.execute(lock)


def above(area: str) -> Q:
    """The orders for an area and those it lies in."""
    return Q(area__in=[area, *ancestors(area)])


def below(area: str) -> Q:
    """What lies in an area."""
    lo, hi = span(area)
    return Q(area__gte=lo, area__lt=hi)


def in_force(where: Q) -> list[Order]:
    """The newest order of each area that `where` finds, without those that lift a level."""
    newest = Order.objects.filter(where, undone_at=None).order_by("area", "-decided_at", "-id").distinct("area")
    return [order for order in newest if order.level]


def forbids(level: str) -> Q:
    """The gatherings that a response level forbids, by kind and expected people."""
    found = Q(pk__in=[])
    for kind, least in approval().response.forbids.get(level, {}).items():
        found |= Q(kind=kind, expected__gte=least)
    return found


def would_stop(area: str, level: str, now: datetime) -> QuerySet[Event]:
    """The gatherings asked for or approved in an area, not over yet, that a level forbids."""
    return Event.objects.filter(below(area), forbids(level), state__in=words.OPEN_STATES, ends_at__gt=now)


def refuse_forbidden(row: Event, field: str = "expected") -> None:
    """Raise Invalid where a level in force forbids a gathering, saying which, by which order, and from what size on."""
    for order in in_force(above(row.area)):
        least = approval().response.forbids[order.level].get(row.kind)
        if least is not None and row.expected >= least:
            said = {
                "level": words.RESPONSE_LEVELS[order.level], "area": Area.objects.get(code=order.area).name,
                "number": order.number, "kind": words.EVENT_KINDS[row.kind], "least": least,
            }  # fmt: skip
            raise Invalid(field, _NO % said)


_NO = _("%(level)s is in force in %(area)s (order %(number)s): %(kind)s from %(least)s people on is not held.")
