"""Declaring an arrival, and meeting who has come."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.areas import queries as areas
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record_many
from muster.kernel.facts.models import Fact
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import add_person
from muster.kernel.people.models import Person
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..earlier import recalled
from ..models import Arrival
from ..rules import arriving
from .screening import begin, over, screen_one

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
_AHEAD, _BACK = timedelta(days=60), timedelta(days=60)
LONGEST = 300


@action("arrivals.declare")
def declare(
    *, by: Any, name: str, phone: str, origin: str, area: str, arrives_on: date, declared_by: str = "self",
    channel: str = "page", id_number: str = "", left_on: date | None = None, cohort: str = "", transport: str = "",
    site_until: date | None = None, here: bool = False, person: Person | None = None, now: datetime, op=None,
) -> Arrival:  # fmt: skip
    """Declare that somebody comes, or has come (`here`). Raises Invalid.

    Whether the person was known makes no difference to what is answered. `by` is SYSTEM for the public page. Who is a
    `person` on record already needs no name and no number.
    """
    area = _destination(area)
    require(by, "arrivals.declare", area)
    today = clock.local_day(now)
    if person is None:
        _named(name, phone, id_number)
    _check(origin, arrives_on, left_on, declared_by, channel, cohort, site_until, today)
    person = person or add_person(by=SYSTEM, area=area, name=name, phone=phone, id_number=id_number, now=now)
    abroad = any(word in origin.lower() for word in words.ABROAD)
    code, key = ("", "") if abroad else arriving.origin(origin, recalled())
    fact = ids.uuid7()
    row = Arrival.objects.create(
        ref=_reference(), person=person, area=area, channel=channel, declared_by=declared_by, cohort=cohort,
        origin=origin.strip(), origin_code=code, origin_key=key, left_on=left_on or min(arrives_on, today),
        arrives_on=arrives_on, transport=transport.strip(), site_until=site_until, declared_at=now, fact=fact,
        category="entrant" if abroad or site_until else "elsewhere",
    )  # fmt: skip
    _record(row, "arrivals.declared", by=by, now=now, op=op, id_=fact)
    screen_one(row, by=by, now=now)
    if here:
        return receive(by=by, arrival=row, now=now)
    due = max(now + timedelta(hours=4), clock.midnight(arrives_on) + timedelta(hours=22))
    duty = {"subject": row.pk, "person_id": person.pk, "area": area, "because": fact, "due_at": due}
    open_duties("arrivals.receive", [duty], by=by, now=now)
    return row


def _destination(area: str) -> str:
    try:
        code = normalise(area)
    except BadValue as error:
        raise Invalid("area", explain(error)) from error
    if len(code) < 9 or areas.unknown([code]):
        raise Invalid("area", _("Choose the street or community they go to."))
    return code


def _named(name: str, phone: str, id_number: str) -> None:
    if not name.strip():
        raise Invalid("name", _("A name is needed"))
    if not phone.strip() and not id_number.strip():
        raise Invalid("phone", _("A phone number is needed, so that the community can call."))


def _check(origin, arrives_on, left_on, declared_by, channel, cohort, site_until, today) -> None:
    if not origin.strip():
        raise Invalid("origin", _("Where do they come from?"))
    if len(origin) > LONGEST:
        raise Invalid("origin", _("At most %(most)s characters") % {"most": LONGEST})
    if not today - _BACK <= arrives_on <= today + _AHEAD:
        raise Invalid("arrives_on", _("The day of arrival is too far away."))
    if left_on and not arrives_on - _BACK <= left_on <= arrives_on:
        raise Invalid("left_on", _("They left before they arrive."))
    if site_until and not arrives_on - _BACK <= site_until <= arrives_on:
        raise Invalid("site_until", _("The days at a site ended before they arrive."))
    for field, value, known in (
        ("declared_by", declared_by, words.DECLARERS), ("channel", channel, words.CHANNELS),
        ("cohort", cohort, words.COHORTS),
    ):  # fmt: skip
        if value not in known:
            raise Invalid(field, _("Choose one of the list."))


def _reference() -> str:
    """Eight characters that cannot be guessed: who knows them sees the next step, and nothing about the person."""
    return "".join(secrets.choice(_ALPHABET) for _n in range(8))


def _record(row: Arrival, kind: str, *, by: Any, now: datetime, op: Any, id_: Any = None) -> Fact:
    fact = {"id": id_, "subject": row.pk, "area": row.area, "because": [] if id_ else [row.fact]}
    data = {"category": row.category, "channel": row.channel}
    return record_many(kind, [{**fact, "data": data}], by=by, now=now, op=op)[0]


@action("arrivals.receive")
def receive(*, by: Any, arrival: Arrival, now: datetime, op=None) -> Arrival:
    """They are here: screened again, and what the plan asks begins."""
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.receive", row.area)
    if row.state != words.COMING:
        raise Invalid("arrival", _("They have arrived already."))
    today = clock.local_day(now)
    row.state, row.arrived_at = words.HERE, now
    row.arrives_on = min(row.arrives_on, today)
    row.left_on = min(row.left_on, today)
    row.save(update_fields=["state", "arrived_at", "arrives_on", "left_on"])
    _record(row, "arrivals.received", by=by, now=now, op=op)
    screen_one(row, by=by, now=now)
    begin([row], by=SYSTEM, now=now)
    return row


@action("arrivals.settle_origin")
def settle_origin(
    *, by: Any, arrival: Arrival, origin: str, left_on: date | None = None, now: datetime, op=None
) -> Arrival:
    """Say more exactly where somebody was, and when they left; screened again, which may also make it milder.

    A control that hangs on what was said before is not lifted by this: that is for who may withdraw its evidence.
    """
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.settle_origin", row.area)
    if not origin.strip() or len(origin) > LONGEST:
        raise Invalid("origin", _("Where do they come from?"))
    if left_on and not row.arrives_on - _BACK <= left_on <= row.arrives_on:
        raise Invalid("left_on", _("They left before they arrive."))
    row.origin = origin.strip()
    row.origin_code, row.origin_key = arriving.origin(origin, recalled())
    row.left_on = left_on or row.left_on
    row.save(update_fields=["origin", "origin_code", "origin_key", "left_on"])
    fact = _record(row, "arrivals.origin_settled", by=by, now=now, op=op)
    before = row.category
    screen_one(row, by=by, now=now)
    if row.state == words.HERE:
        if not row.measure:
            over([row], now=now, because=fact)
        elif row.category != before or row.unsure:
            begin([row], by=SYSTEM, now=now, because=[fact])
    return row
