"""Phones with wrong clocks behind a bad network: all converge, each record counts once, conflicts are all reviewed.

More seeds, or one again: `python -m benchmarks.simulation --seeds 1000`, `--seed 17`.
"""

from __future__ import annotations

import pytest

from muster.kernel import clock as kernel_clock
from tests.conftest import NIGHT
from tests.simulation import world
from tests.simulation.bridge import node

SEEDS = 50


@pytest.fixture(scope="module")
def stage(worker_database):
    if node() is None:
        pytest.skip("There is no node: the phones' outbox is JavaScript.")
    kernel_clock.freeze(NIGHT)
    with world.stage() as made:
        yield made
    worker_database.empty()
    kernel_clock.thaw()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_twenty_phones_converge(stage, seed):
    played = world.play(seed, *stage)
    assert played.made > 50 and len(played.expected.swabs) > 40


def test_a_seed_plays_the_same_again(stage):
    one, two = world.play(3, *stage), world.play(3, *stage)
    assert one.expected == two.expected


def test_the_seeds_meet_every_kind_of_conflict(stage):
    seen, refused = set(), 0
    for seed in range(6):
        expected = world.play(seed, *stage).expected
        seen |= {swab.review for swab in expected.swabs.values()}
        refused += len(expected.refused)
    assert seen >= {"", "again", "after_seal", "overfull", "shared", "clock"} and refused


@pytest.mark.parametrize("fault", ["new_op", "forgets"])
def test_a_phone_that_is_wrong_is_found_out(stage, fault):
    """Controls: a new operation at each try, and a record thrown away before its answer came."""
    with pytest.raises(world.Differs):
        for seed in range(5):
            world.play(seed, *stage, fault=fault)
