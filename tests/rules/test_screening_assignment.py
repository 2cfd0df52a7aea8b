"""Buildings go to sites so that people walk least and desks suffice: by hand, and against every other choice."""

from itertools import product

import numpy as np
import pytest

from muster.domains.screening.assignment import assign, metres


def test_a_degree_of_latitude_is_about_111_kilometres():
    walk = metres(np.array([[34.0, 108.0]]), np.array([[35.0, 108.0], [34.0, 109.0]]))[0]
    assert walk[0] == pytest.approx(111_195, rel=0.001)
    assert walk[1] == pytest.approx(111_195 * np.cos(np.radians(34)), rel=0.001)


def test_each_goes_to_the_nearest_while_there_is_room():
    walks = np.array([[100.0, 900.0], [200.0, 800.0], [900.0, 100.0]])
    assert assign([50, 50, 50], walks, [100, 100]) == [0, 0, 1]


def test_who_walks_least_further_gives_way_where_there_is_none():
    walks = np.array([[100.0, 900.0], [200.0, 300.0]])
    assert assign([50, 50], walks, [50, 50]) == [0, 1]


def test_who_finds_no_room_is_named():
    walks = np.array([[100.0], [200.0]])
    assert assign([50, 50], walks, [50]) == [0, None]


def test_nothing_to_assign():
    assert assign([], np.zeros((0, 2)), [1, 1]) == []
    assert assign([5], np.zeros((1, 0)), []) == [None]


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_of_whole_buildings_walks_less(seed):
    """Alike buildings make the linear programme whole, so it must equal the best of all choices."""
    random = np.random.default_rng(seed)
    walks, people, capacity = random.integers(1, 1000, (5, 3)).astype(float), [10] * 5, [20, 20, 20]
    best = min(
        sum(walks[at, site] * 10 for at, site in enumerate(choice))
        for choice in product(range(3), repeat=5)
        if all(choice.count(site) <= 2 for site in range(3))
    )
    chosen = assign(people, walks, capacity)
    assert None not in chosen
    assert sum(walks[at, site] * 10 for at, site in enumerate(chosen)) == best
