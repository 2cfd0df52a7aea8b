"""Lists of duties as cards and rows: the same words for a grid worker's list, the gaps and the desk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.domains.isolation.models import Stay
from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.areas.queries import children
from muster.kernel.declare import DUTIES, NAMES
from muster.kernel.duties import ladder
from muster.kernel.duties.models import Duty, DutyCount
from muster.kernel.facts.models import Fact
from muster.kernel.people.queries import every_record
from muster.kernel.posts.logins import acting
from muster.kernel.posts.roles import ROLES
from muster.web.area_names import area_name

from ..links import link

MANY = 1000  # a filtered count stops here
_HEX = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Counts:
    """How many duties a list holds, of them late ones and unowned ones; counted up to MANY."""

    open: int
    late: int
    unowned: int

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.open > MANY


def counts(duties: QuerySet[Duty], now: Any) -> Counts:
    """Count a list in one bounded query."""
    found = list(duties.values_list("due_at", "unowned")[: MANY + 1])
    return Counts(len(found), sum(due < now for due, _ in found), sum(unowned for _, unowned in found))


def narrowed(duties: QuerySet[Duty], query: Any, now: Any) -> QuerySet[Duty]:
    """The list as the reader filtered it: `kind`, `area` (a code and all below), `incident`, `show` late or unowned."""
    if incident := query.get("incident"):
        duties = duties.filter(incident=UUID(incident)) if _HEX.fullmatch(incident) else duties.none()
    if kind := DUTIES.get(query.get("kind", "")):
        duties = duties.filter(kind__in=[name for name, each in DUTIES.items() if each.title == kind.title])
    if query.get("area"):
        lo, hi = span(query["area"])
        duties = duties.filter(area__gte=lo, area__lt=hi)
    if query.get("show") == "late":
        duties = duties.filter(due_at__lt=now)
    if query.get("show") == "unowned":
        duties = duties.filter(unowned=True)
    return duties


def duty_url(duty: Duty, post: Any) -> str:
    """Where the duty is done: its kind's page about its subject; '' where there is none that the post may open."""
    route = DUTIES[duty.kind].url
    return link(post, route, duty.subject) if route else ""


def holder(duty: Duty) -> Any:
    """The role that holds the duty now, in words."""
    return ROLES[duty.holder_role].title


def body(area: str, role: str) -> str:
    """Who holds, or missed, a duty: the role and its area, in words."""
    return f"{ROLES[role].title} · {area_name(area)}"


def _holder(duty: Duty) -> ladder.Body:
    return duty.held_by_area, duty.holder_role


def missed(duties: Iterable[Duty]) -> dict[UUID, str]:
    """Who missed each of these duties, which the post may see, in words, the first first.

    Read without the wall: PostgreSQL cannot estimate one, and would look through all facts of the post's area besides.
    """
    rose = [duty.id for duty in duties if _holder(duty) != ladder.first_holder(duty.role, duty.area)]
    found: dict[UUID, list[str]] = {}
    with acting():
        rises = Fact.objects.filter(subject__in=rose, kind="duties.escalated").order_by("recorded_at")
        for subject, data in rises.values_list("subject", "data"):
            found.setdefault(subject, []).append(str(ROLES[data["missed_by"]].title))
    return {subject: _("missed by: {roles}").format(roles=" → ".join(roles)) for subject, roles in found.items()}


def named(duties: Iterable[Duty]) -> dict[UUID, str]:
    """By duty, whom it is about; where that is nobody, what its domain calls the row: the venue, the gathering."""
    found: dict[UUID, str] = {}
    rows: dict[str, dict[UUID, UUID]] = {}
    for duty in duties:
        if duty.person:
            found[duty.id] = duty.person.label
        elif DUTIES[duty.kind].url in NAMES:
            rows.setdefault(DUTIES[duty.kind].url, {})[duty.subject] = duty.id
    for route, subjects in rows.items():
        model, field = NAMES[route]
        called = apps.get_model(model).objects.filter(pk__in=list(subjects)).values_list("pk", field)
        found |= {subjects[pk]: name for pk, name in called}
    return found


def rooms_of(duties: list[Duty], post: Any) -> dict[UUID, str]:
    """The room of each person at the post's own place: there a door number is all that has to be told."""
    if post.place_id is None:
        return {}
    own = every_record(duty.person_id for duty in duties if duty.place_id == post.place_id and duty.person_id)
    stays = Stay.objects.open().filter(person__in=own, place_id=post.place_id, room__isnull=False)
    rooms = {own[person]: label for person, label in stays.values_list("person", "room__label")}
    return {record: rooms[root] for record, root in own.items() if root in rooms}


def card(
    duty: Duty, post: Any, now: Any, about: str, room: str = "", missed_by: str = "", *, first: bool = False
) -> dict[str, Any]:
    """What `web/parts/duty.html` shows of a duty; `room` where it is at the post's own place."""
    notes, details = [], reverse("duties:duty", args=[duty.id])
    if duty.place_id is not None and duty.place_id == post.place_id:
        where = _("room {room}").format(room=room) if room else ""
    else:
        where = " · ".join(filter(None, [*near(duty.area, post), door_of(duty)]))
    held, own = _holder(duty), duty.holder_role == post.role
    if held != ladder.first_holder(duty.role, duty.area) and not (own and duty.held_by_area.startswith(post.area)):
        notes.append(_("rose to: {body}").format(body=body(*held)))
    elif duty.unowned:
        notes.append(_("no owner here: you answer for it"))
    if own and missed_by:
        notes.append(missed_by)
    return {
        "title": duty.title,
        "about": about,
        "where": where,
        "note": " · ".join(notes),
        "due_at": duty.due_at,
        "late": duty.due_at < now,
        "next": first,
        "url": duty_url(duty, post) or details,
        "details": details,
    }


def near(area: str, post: Any) -> list[str]:
    """The names of the areas below the post's own down to this one: nobody has to be told where they work."""
    own = len(post.area) if post.lo is not None else LEVELS["street"]
    below = [area[:width] for width in LEVELS.values() if own < width <= len(area)]
    return [area_name(code) for code in below or [area]]


def door_of(duty: Duty) -> str:
    """The door of the person's home, where that is where the duty is to be done; else ''."""
    home = duty.person.household if duty.person else None
    return home.door if home and home.area == duty.area else ""


def line(duty: Duty, now: Any, about: str, missed_by: str = "") -> dict[str, Any]:
    """A duty as a row of a table: a name against what is missing, and who holds it."""
    return {
        "about": about,
        "title": duty.title,
        "details": reverse("duties:duty", args=[duty.id]),
        "area": duty.area,
        "door": door_of(duty),
        "holder": holder(duty),
        "held_by": duty.held_by_area,
        "missed_by": missed_by,
        "due_at": duty.due_at,
        "late": duty.due_at < now,
        "unowned": duty.unowned,
    }


def lines(duties: list[Duty], now: Any) -> list[dict[str, Any]]:
    """Duties as rows of a table, with who missed each."""
    by, names = missed(duties), named(duties)
    return [line(duty, now, names.get(duty.id, ""), by.get(duty.id, "")) for duty in duties]


def kinds_for(post: Any) -> list[tuple[str, Any]]:
    """The kinds of duty that are open in the post's range and can come to its role: choices for a filter.

    Several kinds may bear one title, one for each level: they are one choice.
    """
    if post.lo is None:
        return []
    counted = DutyCount.objects.filter(area__gte=post.lo, area__lt=post.hi, open__gt=0)
    open_kinds = set(counted.values_list("kind").annotate(Sum("open")).values_list("kind", flat=True))
    found = {
        str(kind.title): name
        for name, kind in DUTIES.items()
        if name in open_kinds and any(post.role in (role, *ladder.roles_above(role)) for role in kind.roles)
    }
    return [(name, title) for title, name in found.items()]


def areas_for(post: Any) -> list[tuple[str, str]]:
    """The areas one level below the post's: choices for a filter."""
    return list(children(post.area).values_list("code", "name")) if post.lo is not None else []
