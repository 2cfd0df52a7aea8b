"""Sites, their rooms, and rounds through them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import HEADQUARTERS

from .. import words
from ..models import Room, Site, SiteCheck

MOST_ROOMS = 2000
LONGEST_NAME, LONGEST_LABEL = 100, 20


@action("isolation.add_site")
def add_site(
    *, by: Any, area: str, name: str, place: Place | None = None, kind: str = words.SITE, staffing: int | None = None,
    now, op=None,
) -> Site:  # fmt: skip
    """Open an isolation site or hospital in a building, which is made where none is given; a place twice is Invalid."""
    require(by, "isolation.add_site", area)
    if not name.strip():
        raise Invalid("name", _("Enter a name."))
    if len(name) > LONGEST_NAME:
        raise Invalid("name", _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if kind not in words.SITE_KINDS:
        raise Invalid("kind", _("Choose its kind."))
    if staffing is not None and staffing < 0:
        raise Invalid("staffing", _("Enter a number of people."))
    if place is None:
        place = Place(name=name.strip(), kind="lodging" if kind == words.SITE else "medical", area=area)
        place.save()
    elif Site.objects.filter(place=place).exists():
        raise Invalid("place", _("This place is a site already."))
    return Site.objects.create(place=place, kind=kind, area=area, name=name.strip(), staffing=staffing, opened_at=now)


@action("isolation.add_rooms")
def add_rooms(*, by: Any, site: Site, labels: Iterable[str], now, op=None) -> int:
    """Add ready rooms by label; those that are there already stay as they are. Returns how many were added."""
    require(by, "isolation.add_rooms", site.area)
    wanted = list(dict.fromkeys(label.strip() for label in labels if label.strip()))
    if not wanted:
        raise Invalid("labels", _("Enter the rooms."))
    if any(len(label) > LONGEST_LABEL for label in wanted):
        raise Invalid("labels", _("At most %(most)s characters") % {"most": LONGEST_LABEL})
    if len(wanted) > MOST_ROOMS:
        raise Invalid("labels", _("These are too many rooms at once."))
    known = set(Room.objects.filter(site=site, label__in=wanted).values_list("label", flat=True))
    fresh = [
        Room(site=site, area=site.area, place_id=site.place_id, label=label, state_at=now)
        for label in wanted
        if label not in known
    ]
    Room.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    return len(fresh)


@action("isolation.set_room")
def set_room(*, by: Any, room: Room, state: str, now, op=None) -> Room:
    """Say that a room is ready (cleaned), being cleaned, or closed. A reserved or occupied one is neither: Invalid."""
    room = Room.objects.select_for_update().get(pk=room.pk)
    require(by, "isolation.set_room", None, place=room.place_id)
    if state not in (words.READY, words.CLEANING, words.CLOSED):
        raise Invalid("state", _("Choose what the room is."))
    if room.state in (words.RESERVED, words.OCCUPIED):
        raise Invalid("state", _("The room is occupied or reserved."))
    if state == room.state:
        return room
    room.state, room.state_at = state, now
    room.save(update_fields=["state", "state_at"])
    if state == words.READY:
        record("isolation.room_ready", subject=room.id, area=room.area, by=by, now=now, op=op)
    return room


def free_room(room: Room | None, state: str, *, by: Any, now, because: Any) -> None:
    """A reserved room becomes ready again; one that somebody has left is to be cleaned, which is a duty of the site."""
    if room is None:
        return
    Room.objects.filter(pk=room.pk).update(state=state, state_at=now)
    if state == words.CLEANING:
        open_duty(
            "isolation.clean_room", subject=room.id, area=room.area, place=room.place_id, because=because,
            data={"room": room.label}, by=by, now=now,
        )  # fmt: skip


@action("isolation.check_site")
def check_site(*, by: Any, site: Site, faults: Iterable[str], now, op=None) -> SiteCheck:
    """Record a round through a site: the points of `words.SITE_POINTS` found wanting. Faults are a duty of the site."""
    require(by, "isolation.check_site", site.area if by.role == HEADQUARTERS else None, place=site.place_id)
    found = [point for point in words.SITE_POINTS if point in set(faults)]
    if len(found) != len(set(faults)):
        raise Invalid("faults", _("There is no such point."))
    row = SiteCheck.objects.create(
        site=site, area=site.area, place_id=site.place_id, faults=found, at=now, by_post=by.id
    )
    if found:
        data = {"faults": found, "site": str(site.id)}
        fact = record("isolation.site_faulty", subject=row.id, area=site.area, by=by, now=now, op=op, data=data)
        open_duty(
            "isolation.mend_site", subject=row.id, area=site.area, place=site.place_id, because=fact, data=data,
            by=by, now=now,
        )  # fmt: skip
    return row


@action("isolation.mend_site")
def mend_site(*, by: Any, check: SiteCheck, now, op=None) -> SiteCheck:
    """Say that the faults found in a round are mended."""
    check = SiteCheck.objects.select_for_update().get(pk=check.pk)
    require(by, "isolation.mend_site", None, place=check.place_id)
    if check.faults and check.mended_at is None:
        check.mended_at = now
        check.save(update_fields=["mended_at"])
        record("isolation.site_mended", subject=check.id, area=check.area, by=by, now=now, op=op)
    return check
