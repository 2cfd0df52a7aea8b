"""The daily contact with who has arrived, until it is over; and who travels on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import open_duties, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Arrival, Call

PLAUSIBLE_C = (34.0, 43.0)


@action("arrivals.call")
def call(*, by: Any, arrival: Arrival, answer: str, temperature: float | None = None, now: datetime, op=None) -> Call:
    """Today's contact. Not reached leaves the duty open; complaints are recorded as such. The next day's is then owed,
    and after the last day the closing. Raises Invalid."""
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.call", row.area)
    if row.state != words.HERE:
        raise Invalid("arrival", _("They are not followed at present."))
    if answer not in words.SYMPTOMS:
        raise Invalid("answer", _("Choose one of the list."))
    if temperature is not None and not PLAUSIBLE_C[0] <= temperature <= PLAUSIBLE_C[1]:
        raise Invalid("temperature", _("This is not a body temperature."))
    today = clock.local_day(now)
    said = {"at": now, "by_post": by.id, "answer": answer, "temperature": temperature, "area": row.area}
    made, _new = Call.objects.update_or_create(arrival=row, on=today, defaults={**said, "person_id": row.person_id})
    if answer == "unreached":
        return made
    fact = record(
        "arrivals.called", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact],
        data={"complaints": answer == "some"},
    )  # fmt: skip
    duty = {"subject": row.pk, "person_id": row.person_id, "area": row.area, "because": fact}
    if answer == "some":
        open_duties("arrivals.see_doctor", [duty], by=by, now=now)
    tomorrow = today + timedelta(days=1)
    if row.ends_on and tomorrow < row.ends_on:
        due = clock.midnight(tomorrow) + timedelta(hours=20)
        open_duties("arrivals.call", [{**duty, "due_at": due}], by=by, now=now)
    else:
        due = clock.midnight(max(row.ends_on or today, today)) + timedelta(hours=22)
        open_duties("arrivals.close", [{**duty, "due_at": max(due, now)}], by=by, now=now)
    return made


@action("arrivals.record_doctor")
def record_doctor(*, by: Any, arrival: Arrival, now: datetime, op=None) -> Arrival:
    """Somebody with complaints was brought to a fever clinic, or seen by a doctor."""
    row = Arrival.objects.get(pk=arrival.pk)
    require(by, "arrivals.record_doctor", row.area)
    record("arrivals.seen_by_doctor", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact])
    return row


@action("arrivals.close")
def close(*, by: Any, arrival: Arrival, now: datetime, op=None) -> Arrival:
    """The days are over, or nothing was asked: the follow-up ends. Raises Invalid while something is still owed."""
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.close", row.area)
    if row.state != words.HERE:
        raise Invalid("arrival", _("They are not followed at present."))
    if row.ends_on and clock.local_day(now) < row.ends_on:
        raise Invalid("arrival", _("The days are not over yet."))
    if row.unsure:
        raise Invalid("arrival", _("First say more exactly where they were."))
    if Control.objects.open().filter(person_id=row.person_id, disease=words.DISEASE).exists():
        raise Invalid("arrival", _("They are still under control; the release comes first."))
    row.state, row.closed_at = words.CLOSED, now
    row.save(update_fields=["state", "closed_at"])
    fact = record("arrivals.closed", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact])
    withdraw_duties(now=now, because=fact, subjects=[row.pk], kinds=["arrivals.call"])
    return row


@action("arrivals.move_on")
def move_on(*, by: Any, arrival: Arrival, onward_to: str, now: datetime, op=None) -> Arrival:
    """They travel on to a place outside our areas: what is still owed goes there by letter, and an answer is owed back.

    Raises Invalid for somebody under control: whoever is to stay does not travel.
    """
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.move_on", row.area)
    if row.state not in (words.HERE, words.COMING):
        raise Invalid("arrival", _("They are not followed at present."))
    if not onward_to.strip() or len(onward_to) > 200:
        raise Invalid("onward_to", _("To which place, and which authority there?"))
    if Control.objects.open().filter(person_id=row.person_id, disease=words.DISEASE, measure="site").exists():
        raise Invalid("arrival", _("They are isolated at a site; a transfer is needed instead."))
    row.state, row.onward_to = words.GONE_ON, onward_to.strip()
    row.save(update_fields=["state", "onward_to"])
    fact = record(
        "arrivals.moved_on", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact],
        data={"measure": row.measure, "ends_on": row.ends_on.isoformat() if row.ends_on else None},
    )  # fmt: skip
    withdraw_duties(now=now, because=fact, subjects=[row.pk], kinds=["arrivals.call", "arrivals.receive"])
    duty = {"subject": row.pk, "person_id": row.person_id, "area": row.area, "because": fact}
    open_duties("arrivals.hand_over", [duty], by=by, now=now)
    return row


@action("arrivals.confirm_onward")
def confirm_onward(*, by: Any, arrival: Arrival, now: datetime, op=None) -> Arrival:
    """The next district answered: it has them."""
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.confirm_onward", row.area)
    if row.state != words.GONE_ON:
        raise Invalid("arrival", _("They have not travelled on."))
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    record("arrivals.taken_over", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact])
    return row


@action("arrivals.certify")
def certify(*, by: Any, arrival: Arrival, now: datetime, op=None) -> Arrival:
    """Certify for an employer that nothing is due of somebody who came back. Raises Invalid: what stands against it."""
    row = Arrival.objects.select_for_update().get(pk=arrival.pk)
    require(by, "arrivals.certify", row.area)
    if row.state not in (words.HERE, words.CLOSED):
        raise Invalid("arrival", _("They have not come yet, or have travelled on."))
    if row.unsure:
        raise Invalid("arrival", _("First say more exactly where they were."))
    if Control.objects.open().filter(person_id=row.person_id, disease=words.DISEASE).exists():
        raise Invalid("arrival", _("They are still under control; the release comes first."))
    if row.ends_on and clock.local_day(now) < row.ends_on and row.category in words.EVIDENCE:
        raise Invalid("arrival", _("The days are not over yet."))
    row.certified_at = now
    row.save(update_fields=["certified_at"])
    record("arrivals.certified", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[row.fact])
    return row
