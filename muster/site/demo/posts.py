"""Who holds which post: a cast that visitors play through role links, and one officer for every other area.

Nobody can sign in here: the users have no password, and links open only in a demonstration (`demo_pages`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction

from muster.kernel.areas.codes import span
from muster.kernel.posts import roles
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import Post, User

from . import goods, identity, naming
from .geography import QINDU, WEICHENG, Grid
from .index import Picture
from .loading import Keys
from .places import Town
from .population import Population

PREFIX = "demo-"
# The cast, in the order of the role links.
CAST = (
    "headquarters", "city", "desk", "investigator", "street", "community", "grid", "grid-contact", "site", "laboratory",
    "headquarters-qindu", "investigator-qindu", "grid-qindu", "market", "culture", "commerce", "enterprise",
    "auditor", "administrator",
)  # fmt: skip


class Held(NamedTuple):
    """A user's name, and the post to give them."""

    name: str
    role: str
    area: str = ""
    place: UUID | None = None
    organisation: UUID | None = None


def make_posts(
    people: Population, town: Town, picture: Picture, keys: Keys, random: np.random.Generator, since: datetime
) -> int:
    """Users and posts, held since a moment; returns how many."""
    wanted = [*_cast(people, town, picture, keys), *_staff(town, keys)]
    areas = {(held.role, held.area) for held in wanted}
    wanted += [held for held in _field(people) if (held.role, held.area) not in areas]
    numbers = identity.uuids(2 * len(wanted), random)
    male = random.random(len(wanted)) < 0.5
    names = naming.people(male, naming.surnames(len(wanted), random), random)
    users, posts = [], []
    for held, name, user, post in zip(wanted, names, numbers[::2], numbers[1::2], strict=True):
        users.append(User(id=user, username=PREFIX + held.name, display_name=name, password=make_password(None)))
        lo, hi = (None, None) if held.place or held.organisation else span(held.area)
        row = Post(
            id=post, user_id=user, role=held.role, area=held.area, place_id=held.place, from_at=since, lo=lo, hi=hi
        )
        row.organisation_id = held.organisation
        posts.append(row)
    with acting(), transaction.atomic(using=ACT):
        User.objects.bulk_create(users, batch_size=1000)
        Post.objects.bulk_create(posts, batch_size=1000)
    return len(posts)


def _cast(people: Population, town: Town, picture: Picture, keys: Keys) -> Iterator[Held]:
    """The posts nearest to what happens: where the index lives, and where most of the contacts do."""
    grids = people.geography.grids
    home = grids[people.grid[picture.person]]
    found = Counter(people.grid[picture.contacts].tolist())
    ranked = [grids[number] for number, _count in found.most_common() if number >= 0]
    other = _first(ranked, WEICHENG, home, grids)
    far = _first(ranked, QINDU, home, grids)
    yield Held("headquarters", roles.HEADQUARTERS, WEICHENG)
    yield Held("desk", roles.DUTY_DESK, WEICHENG)
    yield Held("investigator", roles.INVESTIGATOR, WEICHENG)
    yield Held("street", roles.STREET, home.street)
    yield Held("community", roles.COMMUNITY, home.code[:12])
    yield Held("grid", roles.GRID, home.code)
    yield Held("grid-contact", roles.GRID, other.code)
    yield Held("site", roles.ISOLATION_SITE, place=keys.places[town.sites[0].place])
    yield Held("laboratory", roles.LABORATORY, organisation=keys.organisations[town.laboratory])
    yield Held("headquarters-qindu", roles.HEADQUARTERS, QINDU)
    yield Held("investigator-qindu", roles.INVESTIGATOR, QINDU)
    yield Held("grid-qindu", roles.GRID, far.code)
    yield Held("market", roles.MARKET, WEICHENG)
    yield Held("culture", roles.REGULATORS["culture"], WEICHENG)
    yield Held("enterprise", roles.ENTERPRISE, place=goods.shop_places(town, keys)[0])
    yield Held("auditor", roles.AUDITOR, WEICHENG)
    yield Held("administrator", roles.ADMINISTRATOR)


def _first(ranked: list[Grid], district: str, home: Grid, grids: list[Grid]) -> Grid:
    """The grid of a district with most contacts, other than the index's own where there is one."""
    here = [grid for grid in [*ranked, *grids] if grid.code.startswith(district)]
    return next((grid for grid in here if grid is not home), here[0])


def _staff(town: Town, keys: Keys) -> Iterator[Held]:
    """Posts that do not depend on where the index lives: the city above, who signs second, regulators, sites."""
    yield Held("city", roles.HEADQUARTERS, WEICHENG[:4])
    yield Held("investigator-second", roles.INVESTIGATOR, WEICHENG)
    for sector, role in roles.REGULATORS.items():
        if sector not in ("culture", "market_supervision"):
            yield Held(sector, role, WEICHENG)
    for number, site in enumerate(town.sites[1:], start=2):
        yield Held(f"site-{number}", roles.ISOLATION_SITE, place=keys.places[site.place])


def _field(people: Population) -> Iterator[Held]:
    """An officer for every populated street, community and grid, so that each duty has an owner."""
    for role, width in ((roles.STREET, 9), (roles.COMMUNITY, 12), (roles.GRID, 15)):
        for code in dict.fromkeys(grid.code[:width] for grid in people.geography.grids):
            yield Held(f"{role}-{code}", role, code)


def post_of(name: str) -> Post:
    """The post of one of the cast."""
    with acting():
        return Post.objects.get(user__username=PREFIX + name)
