"""Exceptions by two bodies, and a person's objection to their status. Nothing here sets a status; none is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.words import explain
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.messages.actions import tell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import identifiers, queries
from muster.kernel.people.models import Person
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import require

from .. import words
from ..models import MOST_EASED, Contest, Device, Exemption
from ..rules import ENTER, STRENGTH, number_of, one_body
from ..standing import stand
from .personal import holder

MOST_HOURS = int(MOST_EASED.total_seconds()) // 3600
LONGEST_NOTE = 500


def body_of(post: Any) -> str:
    """The body that a post belongs to: its organisation or place, else its area."""
    return str(post.organisation_id or post.place_id or f"area {post.area}")


def area_of(person: Person) -> str:
    """Where a person's status is decided: where their control is, else where they are."""
    control = Control.objects.open().filter(person__canonical_id=person.canonical_id).order_by("began_at").first()
    return control.area if control else person.present or person.home


@action("premises.ask_exemption")
def ask_exemption(*, by: Any, who: str, to: str, reason: str, hours: int, now, op=None) -> Exemption:
    """The first body asks for an exception for somebody (`who`: identity number or personal code) for up to 72 hours.

    It changes nothing until another body confirms it. Raises Invalid, also for somebody whom no evidence holds.
    """
    person = _person(who, now)
    area = area_of(person)
    require(by, "premises.ask_exemption", area)
    if reason not in words.EXEMPT_FOR:
        raise Invalid("reason", _("Choose the reason."))
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid("hours", _("Between 1 and %(most)s hours.") % {"most": MOST_HOURS})
    standing = stand([person.pk], now)[person.pk]
    if to not in STRENGTH or STRENGTH[to] >= STRENGTH[standing.without]:
        raise Invalid("to", _("An exception can only ease what evidence calls for."))
    row = Exemption.objects.create(
        person=person, area=area, to=to, reason=reason, asked_by=by.id, asked_body=body_of(by), asked_at=now,
        expires_at=now + timedelta(hours=hours),
    )  # fmt: skip
    data = {"to": to, "reason": reason, "until": row.expires_at.isoformat()}
    because = {ground.fact for ground in standing.grounds}
    record("premises.exemption_asked", subject=row.id, area=area, by=by, now=now, op=op, data=data, because=because)
    return row


def _person(who: str, now: datetime) -> Person:
    if number_of(who):
        return holder(who, now).person.canonical
    try:
        found = list(queries.having(identifiers.read_any(who))[:2])
    except BadValue as error:
        raise Invalid("who", explain(error)) from error
    if len(found) != 1:
        raise Invalid("who", _("Nobody, or more than one person, is known by this number."))
    return found[0]


@action("premises.confirm_exemption")
def confirm_exemption(*, by: Any, exemption: Exemption, now, op=None) -> Exemption:
    """The second body confirms an exception: from now on it holds, and the person is told. Raises Invalid."""
    row = Exemption.objects.select_for_update().get(pk=exemption.pk)
    require(by, "premises.confirm_exemption", row.area)
    if row.confirmed_at or row.ended_at or row.expires_at <= now:
        raise Invalid("exemption", _("This exception is confirmed already, or over."))
    if one_body((row.asked_body, str(row.asked_by)), (body_of(by), str(by.id))) or _same_user(row.asked_by, by):
        raise Invalid("exemption", _("Another body confirms it: not the one that asked for it."))
    row.confirmed_by, row.confirmed_body, row.confirmed_at = by.id, body_of(by), now
    row.save(update_fields=["confirmed_by", "confirmed_body", "confirmed_at"])
    fact = record("premises.exemption_confirmed", subject=row.id, area=row.area, by=by, now=now, op=op)
    until = row.expires_at.astimezone(clock.zone())
    tell(row.person_id, "premises.exempted", {"until": f"{until:%Y-%m-%d %H:%M}"}, row.area, fact, now)
    return row


def _same_user(asked_by: UUID, by: Any) -> bool:
    return by.user_id is not None and Post.objects.filter(pk=asked_by, user_id=by.user_id).exists()


@action("premises.end_exemption")
def end_exemption(*, by: Any, exemption: Exemption, now, op=None) -> Exemption:
    """Either body ends an exception before its time: what evidence calls for holds again, and the person is told."""
    row = Exemption.objects.select_for_update().get(pk=exemption.pk)
    require(by, "premises.end_exemption", row.area)
    if row.ended_at is None and row.expires_at > now:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        fact = record("premises.exemption_ended", subject=row.id, area=row.area, by=by, now=now, op=op)
        if row.confirmed_at:
            tell(row.person_id, "premises.exemption_ended", {}, row.area, fact, now)
    return row


@action("premises.contest_status")
def contest_status(*, by: Any, device: UUID, reason: str, note: str = "", now, op=None) -> Contest:
    """The person (by their verified device) says that their status is wrong: an investigator owes an answer in a day.

    Raises Invalid; an objection that is open is returned instead of a second one.
    """
    require(by, "premises.contest_status", "")
    owner = Device.objects.select_related("person__canonical").filter(pk=device, verified=True, revoked_at=None).first()
    if owner is None:
        raise Invalid("device", _("Open your page with your personal code first."))
    person = Person.objects.select_for_update(of=("self",)).get(pk=owner.person.canonical_id)
    if open_ := Contest.objects.filter(person=person, answered_at=None).first():
        return open_
    if reason not in words.CONTEST_REASONS:
        raise Invalid("reason", _("Choose the reason."))
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", _("At most %(most)s characters") % {"most": LONGEST_NOTE})
    standing = stand([person.pk], now)[person.pk]
    if standing.without == ENTER:
        raise Invalid("reason", _("Nothing holds you: there is nothing to object to."))
    row = Contest.objects.create(person=person, area=area_of(person), reason=reason, note=note.strip(), made_at=now)
    fact = record(
        "premises.status_contested", subject=row.id, area=row.area, by=by, now=now, op=op, data={"reason": reason},
        because={ground.fact for ground in standing.grounds},
    )  # fmt: skip
    open_duty("premises.answer_contest", subject=row.id, person=person, area=row.area, because=fact, by=by, now=now)
    return row


@action("premises.answer_contest")
def answer_contest(*, by: Any, contest: Contest, outcome: str, now, op=None) -> Contest:
    """Say what the review found; the person is told. Correcting evidence is done where it was recorded, before this."""
    row = Contest.objects.select_for_update().get(pk=contest.pk)
    require(by, "premises.answer_contest", row.area)
    if outcome not in words.CONTEST_OUTCOMES:
        raise Invalid("outcome", _("Choose what the review found."))
    if row.answered_at:
        raise Invalid("outcome", _("This is answered already."))
    if outcome == "mended" and stand([row.person_id], now)[row.person_id].without != ENTER:
        raise Invalid("outcome", _("Evidence still holds this person. Correct it first, where it was recorded."))
    row.outcome, row.answered_at, row.answered_by = outcome, now, by.id
    row.save(update_fields=["outcome", "answered_at", "answered_by"])
    data = {"outcome": outcome}
    fact = record("premises.contest_answered", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    tell(row.person_id, f"premises.contest_{outcome}", {}, row.area, fact, now)
    return row
