"""Making a demonstration in an empty database: population, movement, posts, sites, and the result of that night."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import acting
from muster.site.installing import found

from . import clock, gates, goods, index, kits, loading, night, posts, rounds, squads, venues
from .geography import WEICHENG
from .movement import make_movement
from .population import make_population
from .town import make_town

SEED = 20211130
Say = Callable[[str], None]


def make(people: int, say: Say, seed: int = SEED) -> None:
    """Fill a prepared, empty database; `say` is told each step. The installation gets its name last: then it is whole.

    Raises Invalid where the installation is a live one.
    """
    found(kind="demo")
    random = np.random.default_rng(seed)
    population = make_population(people, random)
    town = make_town(population, random)
    stays = make_movement(population, town, random)
    picture = index.choose(population, town, stays)
    say(f"{len(population):,} people in {len(population.households):,} households invented")
    keys = loading.load_world(population, town, stays, random, night.FIRST_DAY)
    say(f"{len(town.places):,} places, {len(town.organisations):,} organisations and all people stored")
    loaded = loading.load_stays(stays)
    loading.analyse()
    say(f"{loaded.new:,} stays of two weeks stored")
    held = posts.make_posts(population, town, picture, keys, random, night.FIRST_DAY)
    rooms = night.open_sites(town, keys, night.FIRST_DAY)
    say(f"{held:,} posts, {rooms:,} rooms for isolation")
    shops = venues.open_venues(town, keys, night.FIRST_DAY, night.NIGHT)
    say(f"{shops:,} venues with codes, routines and guests")
    squads.make_teams(night.FIRST_DAY, night.NIGHT)
    batches = goods.open_goods(goods.shop_places(town, keys), posts.post_of("market"), night.FIRST_DAY, night.NIGHT)
    say(f"{batches:,} batches of imported goods")
    kits.store_kits(night.FIRST_DAY, night.NIGHT)
    swabbed, missing = rounds.take_round(posts.post_of("street").area, night.NIGHT)
    say(f"a round of testing in one street: {swabbed:,} people sampled, {missing:,} missing")
    passed = gates.open_gate(night.NIGHT)
    say(f"a checkpoint that has seen {passed} people, a list of risk areas that changed on the eve")
    clock.put_to(night.NIGHT)
    night.receive_result(picture, keys, town)
    with acting():
        found(Area.objects.get(pk=WEICHENG).name, kind="demo")
    say("30 November 2021, 19:15: the laboratory's positive result is in")
