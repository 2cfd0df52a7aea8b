"""Requesting transfers: each goes to a site with a room kept for it, or says plainly that it waits for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import minutes_of, withdraw_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.messages.actions import tell_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.people.queries import every_record, records_of
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Room, Site, Stay, Transfer
from ..queries import NEAREST_SITES, fetch, take_rooms
from .owed import OF_A_TRANSFER, cases_among, locked_open_control, owe
from .sites import free_room


@action("isolation.request_transfer")
def request_transfer(
    *, by: Any, control: Control, site: Site | None = None, wanted: str = "", now, op=None
) -> Transfer:  # fmt: skip
    """Ask for a person to be taken to a site or hospital; without one given, to the nearest that has a room.

    Returns the open transfer if there is one. Raises Invalid where the given site has no room ready.
    """
    control = locked_open_control(control)
    stay = Stay.objects.open().filter(person__in=records_of(control.person_id)).first()
    require(by, "isolation.request_transfer", control.area, place=stay.place_id if stay else None)
    if wanted and wanted not in words.SITE_KINDS:
        raise Invalid("wanted", _("Choose where to."))
    if site and site.closed_at:
        raise Invalid("site", _("This site is closed."))
    made = request_transfers([control], site=site, wanted=wanted, by=by, now=now, op=op)
    if not made:
        raise Invalid("site", _("The person is there already."))
    if site and made[0].site_id != site.id:
        raise Invalid("site", _("No room is ready at this site, or the person is on the way to another."))
    return made[0]


def request_transfers(
    controls: Iterable[Control], *, by: Any, now: datetime, site: Site | None = None, wanted: str = "",
    because: Any = None, op=None,
) -> list[Transfer]:  # fmt: skip
    """Transfers for many controls, in their order; who is on the way, or already there, is not asked for twice.

    Cases go to a hospital where there is one, others to a site, unless a kind is `wanted`. Each gets a room of the
    given site, or of the nearest with one; who gets none waits, and headquarters must find one. Opens the duties of
    both sides, tells the persons. Runs in the caller's transaction and asks nobody's permission.
    """
    controls = list(controls)
    own = every_record(control.person_id for control in controls)
    people = [own[control.person_id] for control in controls]
    known = {own[t.person_id]: t for t in Transfer.objects.open().filter(person__in=own)}
    rows = Stay.objects.open().filter(person__in=own).select_related("site")
    stays = {own[stay.person_id]: stay for stay in rows}
    present = dict(Person.objects.filter(pk__in=people).values_list("pk", "present"))
    kinds = _kinds(controls, site.kind if site else wanted)
    fresh: dict[Any, Transfer] = {}
    for person, control in zip(people, controls, strict=True):
        stay, kind = stays.get(person), kinds[control.pk]
        there = stay and stay.site and stay.site.kind == kind and site in (None, stay.site)
        if person not in known and person not in fresh and control.ended_at is None and not there:
            fresh[person] = _new(control, stay, present[person], kind, now)
    _allot(list(fresh.values()), site, now)
    Transfer.objects.bulk_create(fresh.values(), batch_size=1000)
    _say(list(fresh.values()), by=by, now=now, because=because, op=op)
    return [found for pk in people if (found := known.get(pk) or fresh.get(pk))]


def _kinds(controls: list[Control], wanted: str) -> dict[Any, str]:
    """Where each is to go, by the evidence for the control: to a hospital or a site."""
    if wanted or not Site.objects.filter(kind=words.HOSPITAL, closed_at=None).exists():
        return dict.fromkeys((control.pk for control in controls), wanted or words.SITE)
    cases = set(cases_among(controls))
    return {control.pk: words.HOSPITAL if control.pk in cases else words.SITE for control in controls}


def _new(control: Control, stay: Stay | None, present: str, wanted: str, now: datetime) -> Transfer:
    minutes = minutes_of("deadlines.contacts_transferred_minutes", control.plan)
    leaving = stay.site if stay else None
    return Transfer(
        person_id=control.person_id, control=control, plan=control.plan, area=control.area, wanted=wanted,
        from_area=leaving.area if leaving else present or control.area,
        from_place=leaving.place_id if leaving else None,
        requested_at=now, requested_fact_id=ids.uuid7(), due_at=now + timedelta(minutes=minutes),
    )  # fmt: skip


def _allot(transfers: list[Transfer], site: Site | None, now: datetime) -> None:
    """Give each a site, and a room that is kept for it, as far as there are any."""
    groups: dict[tuple[str, str], list[Transfer]] = {}
    for transfer in transfers:
        groups.setdefault((transfer.from_area[:12], transfer.wanted), []).append(transfer)
    for (area, wanted), waiting in groups.items():
        for pk, _free, rooms in _sites_for(area, site, wanted):
            if not waiting:
                break
            there = Site.objects.get(pk=pk)
            taken = take_rooms(pk, words.RESERVED, now, count=len(waiting)) if rooms else []
            placed = waiting[: len(taken)] if rooms else list(waiting)
            for number, transfer in enumerate(placed):
                set_site(transfer, there, taken[number] if rooms else None)
            waiting = waiting[len(placed) :]


def _sites_for(area: str, site: Site | None, wanted: str) -> list[tuple[Any, int, int]]:
    if site is None:
        return fetch(NEAREST_SITES, area=area, kind=wanted)
    rooms = Room.objects.filter(site=site)
    return [(site.id, 0, rooms.count())] if rooms.exists() or site.kind == words.HOSPITAL else []


def set_site(transfer: Transfer, site: Site, room: Any) -> None:
    """Where a transfer goes; the caller saves it."""
    transfer.site, transfer.place_id, transfer.room_id = site, site.place_id, room


def _say(transfers: list[Transfer], *, by: Any, now: datetime, because: Any, op) -> None:
    facts = [
        {
            "id": t.requested_fact_id,
            "subject": t.id,
            "area": t.area,
            "because": [because or t.control.began_fact_id],
            "data": {"control": str(t.control_id), "site": str(t.site_id or ""), "wanted": t.wanted},
        }
        for t in transfers
    ]
    if not facts:
        return
    made = {fact.subject: fact for fact in record_many("isolation.transfer_requested", facts, by=by, now=now, op=op)}
    sending: dict[str, list[Transfer]] = {}
    for transfer in transfers:
        sending.setdefault("isolation.send_off" if transfer.from_place else "isolation.hand_over", []).append(transfer)
    for kind, group in sending.items():
        rows = [(t.plan, {**_row(t, made[t.id]), "area": t.from_area, "place": t.from_place}) for t in group]
        owe(kind, rows, by=by, now=now)
    owe("isolation.receive", [(t.plan, receiving(t, made[t.id])) for t in transfers if t.site], by=by, now=now)
    lost = [(t.plan, {**_row(t, made[t.id]), "area": t.from_area}) for t in transfers if not t.site]
    owe("isolation.find_site", lost, by=by, now=now)
    told = [{"person": t.person_id, "area": t.area, "because": made[t.id]} for t in transfers]
    tell_many(told, "isolation.transfer", now)


def _row(transfer: Transfer, because: Any) -> dict[str, Any]:
    return {
        "subject": transfer.id, "person_id": transfer.person_id, "because": because, "due_at": transfer.due_at,
        "incident": transfer.control.incident,
    }  # fmt: skip


def receiving(transfer: Transfer, because: Any) -> dict[str, Any]:
    """The row of the duty to receive the person at the site."""
    assert transfer.site is not None
    return {**_row(transfer, because), "area": transfer.site.area, "place": transfer.place_id}


def locked_transfer(transfer: Transfer) -> Transfer:
    """The transfer's row, locked; raises Invalid when it was cancelled."""
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("site", "room", "control")
    row = rows.get(pk=transfer.pk)
    if row.state == words.CANCELLED:
        raise Invalid("transfer", _("This transfer was cancelled."))
    return row


@action("isolation.place_transfer")
def place_transfer(*, by: Any, transfer: Transfer, site: Site, now, op=None) -> Transfer:
    """Give a transfer a site, or another one as long as nobody has confirmed; a room is kept there. Raises Invalid."""
    transfer = locked_transfer(transfer)
    require(by, "isolation.place_transfer", transfer.from_area)
    if transfer.state != words.REQUESTED or transfer.receiver_at:
        raise Invalid("site", _("The person is on the way already."))
    if transfer.site_id == site.id:
        return transfer
    taken = take_rooms(site.id, words.RESERVED, now)
    if site.closed_at or not (taken or (site.kind == words.HOSPITAL and not Room.objects.filter(site=site).exists())):
        raise Invalid("site", _("No room is ready at this site."))
    data = {"site": str(site.id)}
    fact = record(
        "isolation.transfer_placed", subject=transfer.id, area=transfer.area, because=[transfer.requested_fact_id],
        data=data, by=by, now=now, op=op,
    )  # fmt: skip
    free_room(transfer.room, words.READY, by=by, now=now, because=fact)
    withdraw_duties(subjects=[transfer.id], kinds=["isolation.receive"], now=now, because=fact)
    set_site(transfer, site, taken[0] if taken else None)
    transfer.save()
    owe("isolation.receive", [(transfer.plan, receiving(transfer, fact))], by=by, now=now)
    return transfer


@action("isolation.cancel_transfer")
def cancel_transfer(*, by: Any, transfer: Transfer, now, op=None) -> Transfer:
    """Say that a transfer is no longer needed; its room is free again."""
    transfer = locked_transfer(transfer)
    require(by, "isolation.cancel_transfer", transfer.area)
    if transfer.receiver_at:
        raise Invalid("transfer", _("The person has arrived."))
    cancel([transfer], by=by, now=now, op=op)
    return transfer


def cancel(transfers: Iterable[Transfer], *, by: Any, now: datetime, because: Any = None, op=None) -> None:
    """Cancel open transfers, in the caller's transaction."""
    for transfer in transfers:
        causes = [transfer.requested_fact_id, *([because] if because else [])]
        fact = record(
            "isolation.transfer_cancelled", subject=transfer.id, area=transfer.area, because=causes,
            by=by, now=now, op=op,
        )  # fmt: skip
        free_room(transfer.room, words.READY, by=by, now=now, because=fact)
        withdraw_duties(subjects=[transfer.id], kinds=OF_A_TRANSFER, now=now, because=fact)
        transfer.state, transfer.closed_at = words.CANCELLED, now
        transfer.save(update_fields=["state", "closed_at"])
