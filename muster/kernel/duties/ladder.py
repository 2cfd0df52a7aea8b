"""Who holds a duty, one after the other. Plain functions.

A duty is held first by its own role, in the area in which that role works. Whoever misses it hands it to the next body
up, **in the same area before a larger one**: a grid worker's rises to the community, the street, the district's
headquarters and the city's; that of a role of the district (an investigator, a regulator, the duty desk) to the
headquarters of the district and then of the city; that of a place (an isolation site, an enterprise) to the community
it stands in, and on. A body for which nobody holds a post is passed at once; where nobody is above, the duty stays with
who holds it, and is late.
"""

from __future__ import annotations

from itertools import takewhile

from muster.kernel.areas.codes import LEVELS
from muster.kernel.posts.roles import COMMUNITY, GRID, HEADQUARTERS, ROLES, STREET

CITY = LEVELS["city"]
# (digits of the area's code, role of the body that stands there), the narrowest area first
BODIES = (
    (LEVELS["grid"], GRID),
    (LEVELS["community"], COMMUNITY),
    (LEVELS["street"], STREET),
    (LEVELS["district"], HEADQUARTERS),
    (CITY, HEADQUARTERS),
)
Body = tuple[str, str]  # an area and the role that stands there
Ranges = dict[str, list[tuple[str, str]]]  # the ranges of area codes of all active posts, by role


def first_holder(role: str, area: str) -> Body:
    """The area and the role that hold a role's duty at first."""
    return area[: LEVELS[ROLES[role].level]], role


def above(area: str, role: str) -> list[Body]:
    """The bodies above the role in this area, the nearest first."""
    return [
        (area[:digits], body) for digits, body in BODIES if digits <= len(area) and (digits, body) != (len(area), role)
    ]


def roles_above(role: str) -> set[str]:
    """The roles to which a duty of this role can rise."""
    return {body for _area, body in above(*first_holder(role, "0" * LEVELS["grid"]))}


def next_holder(held_by: str, role: str, area: str, posts: Ranges) -> Body | None:
    """Who holds a duty about `area` after this holder: the nearest body above where somebody is, or None."""
    return next((body for body in above(held_by, role) if staffed(*body, area, posts)), None)


def passed(holder: Body, to: Body) -> list[Body]:
    """The bodies between two holders of a duty: nobody was there when it rose."""
    return list(takewhile(lambda body: body != to, above(*holder)))


def staffed(held_by: str, role: str, area: str, posts: Ranges) -> bool:
    """Whether somebody holds a post of this body that covers `area`; the city's headquarters are not the district's."""
    return any(
        lo <= area < hi and (role != HEADQUARTERS or (len(lo) <= CITY) == (len(held_by) <= CITY))
        for lo, hi in posts.get(role, ())
    )
