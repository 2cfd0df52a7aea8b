"""Beginning a stay, moving to another room, ending a stay; a room goes to one person only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import ids, plans
from muster.kernel.controls.models import SITE as AT_SITE
from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import HEADQUARTERS

from .. import words
from ..models import Room, Sample, Site, Stay
from ..queries import take_rooms
from . import checks, samples
from .owed import OF_A_STAY, cases_among, locked_open_control, locked_open_stay, require_at
from .sites import free_room

_CATEGORIES = {"exposure": ("contact", "second_contact"), "risk_area_stay": ("leaver", "entrant")}


@action("isolation.start_stay")
def start_stay(
    *, by: Any, control: Control, site: Site, room: Room | None = None, accompanies: Stay | None = None, now, op=None
) -> Stay:  # fmt: skip
    """Begin a stay at a site, in the given room or the first ready one; an open stay elsewhere ends.

    Who `accompanies` somebody's stay shares their room. At a hospital without rooms of ours the stay has none.
    Raises Invalid where no room is ready. Returns the open stay if the person is there already.
    """
    require(by, "isolation.start_stay", site.area if by.role == HEADQUARTERS else None, place=site.place_id)
    return begin_at_site(control, site, room=room, accompanies=accompanies, by=by, now=now, op=op)


def begin_at_site(
    control: Control, site: Site, *, by: Any, now: datetime, room=None, reserved=None, accompanies=None, because=(),
    op=None,
) -> Stay:  # fmt: skip
    """`start_stay` without asking who may, in the caller's transaction; `reserved`: the room that a transfer holds."""
    control = locked_open_control(control)
    held = _open_stay(control)
    if held and held.site_id == site.id and accompanies is None and room is None:
        if reserved and reserved.pk != held.room_id:
            free_room(reserved, words.READY, by=by, now=now, because=None)
        return held
    if accompanies is not None:
        if accompanies.site_id != site.id or accompanies.ended_at or not accompanies.room_id:
            raise Invalid("accompanies", _("They are not in a room of this site."))
        taken = accompanies.room
        free_room(reserved, words.READY, by=by, now=now, because=None)
    else:
        taken = _take(site, room, reserved, now)
    if held:
        end_stay(held, "moved", by=by, now=now, because=because)
    return _begin(
        control, by=by, now=now, op=op, because=because, kind=words.SITE, site=site, room=taken,
        place_id=site.place_id, accompanies=accompanies, home_days=home_days_after(control),
    )  # fmt: skip


def begin_at_home(control: Control, *, by: Any, now: datetime, because=(), op=None) -> Stay:
    """Begin a stay at home; one at a site ends."""
    held = _open_stay(control)
    if held and held.kind == words.HOME:
        return held
    if held:
        end_stay(held, "moved_home", by=by, now=now, because=because)
    return _begin(control, by=by, now=now, op=op, because=because, kind=words.HOME)


@action("isolation.assign_room")
def assign_room(*, by: Any, stay: Stay, room: Room | None = None, now, op=None) -> Stay:
    """Move a person to the given room of their site, or to the first ready one: this stay ends, another begins.

    Returns the stay in the room. Raises Invalid where it is not ready.
    """
    stay = locked_open_stay(stay)
    require_at(by, "isolation.assign_room", stay)
    if stay.site is None:
        raise Invalid("stay", _("This person is isolated at home."))
    control = locked_open_control(stay.control_id)
    taken = _take(stay.site, room, None, now)
    end_stay(stay, "moved", by=by, now=now)
    return _begin(
        control, by=by, now=now, op=op, because=[stay.ended_fact], kind=words.SITE, site=stay.site, room=taken,
        place_id=stay.place_id, home_days=stay.home_days,
    )  # fmt: skip


def end_stay(stay: Stay, how: str, *, by: Any, now: datetime, because=(), op=None) -> Fact:
    """End a stay: its room is to be cleaned, unless somebody shares it; what was owed for it is owed no longer."""
    fact = record(
        "isolation.stay_ended", subject=stay.id, area=stay.area, by=by, now=now, op=op,
        because=[stay.began_fact_id, *because], data={"how": how},
    )  # fmt: skip
    stay.ended_at, stay.ended_how, stay.ended_fact = now, how, fact
    stay.save(update_fields=["ended_at", "ended_how", "ended_fact"])
    shared = stay.room_id and Stay.objects.open().filter(room_id=stay.room_id).exists()
    if not shared:
        free_room(stay.room, words.CLEANING, by=by, now=now, because=fact)
    withdraw_duties(persons=[stay.person_id], kinds=OF_A_STAY, now=now, because=fact)
    Sample.objects.filter(stay=stay, taken_at=None, dropped_at=None).delete()  # a next stay is asked for them anew
    return fact


def home_days_after(control: Control) -> int:
    """The days at home that follow the days at a site: from the latest end of these to the end of the control."""
    if control.measure != AT_SITE or control.ends_on is None or cases_among([control]):
        return 0
    standing = Evidence.objects.filter(control=control, withdrawn_at=None, measure=AT_SITE, ends_on__isnull=False)
    ends = [row.ends_on - timedelta(days=_days_at_home(control.plan, row)) for row in standing]
    return max(0, (control.ends_on - max(ends)).days) if ends else 0


def _days_at_home(plan: str, evidence: Evidence) -> int:
    """The days at home in the measure that an evidence calls for. Which of its kind's it is, its length tells."""
    rules = [plans.edition(plan).value(f"measures.{name}") for name in _CATEGORIES.get(evidence.kind, ())]
    lengths = {(rule.site_days or 0) + (rule.home_days or 0): rule.home_days or 0 for rule in reversed(rules) if rule}
    return lengths.get((evidence.ends_on - evidence.exposure_on).days, 0) if evidence.exposure_on else 0


def _open_stay(control: Control) -> Stay | None:
    rows = Stay.objects.open().filter(person__in=records_of(control.person_id)).select_for_update(of=("self",))
    return rows.select_related("site", "control", "room").first()


def _take(site: Site, room: Room | None, reserved: Room | None, now: datetime) -> Room | None:
    """The room for a stay: the one reserved, unless another is wanted; else that one, or the first that is ready."""
    if reserved is not None and room in (None, reserved):
        Room.objects.filter(pk=reserved.pk).update(state=words.OCCUPIED, state_at=now)
        return reserved
    if room is not None and room.site_id != site.id:
        raise Invalid("room", _("This room belongs to another site."))
    taken = take_rooms(site.id, words.OCCUPIED, now, room=room.pk if room else None)
    if reserved is not None:
        Room.objects.filter(pk=reserved.pk).update(state=words.READY, state_at=now)
    if taken:
        return Room.objects.get(pk=taken[0])
    if room is None and site.kind == words.HOSPITAL:
        return None
    raise Invalid("room", _("This room is not ready.") if room else _("No room is ready."))


def _begin(control: Control, *, by: Any, now: datetime, because, op, **fields: Any) -> Stay:
    stay = Stay(
        person_id=control.person_id, control=control, plan=control.plan, area=control.area, began_at=now,
        began_fact_id=ids.uuid7(), **fields,
    )  # fmt: skip
    stay.save(force_insert=True)
    record_began(stay, by=by, now=now, op=op, because=because)
    where = stay.site.area if stay.site else control.area
    Person.objects.filter(pk__in=records_of(stay.person_id)).update(present=where)
    checks.open_checks([stay], by=by, now=now)
    samples.open_samples(by=by, now=now, control=control)
    return stay


def record_began(stay: Stay, *, by: Any, now: datetime, op, because) -> None:
    """The fact that a stay began, under the id that the stay already names."""
    row = {
        "id": stay.began_fact_id,
        "subject": stay.id,
        "area": stay.area,
        "because": [stay.control.began_fact_id, *because],
        "data": {"kind": stay.kind, "control": str(stay.control_id), "site": str(stay.site_id or "")},
    }
    record_many("isolation.stay_began", [row], by=by, now=now, op=op)
