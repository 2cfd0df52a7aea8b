"""Any request, from anybody, is answered: routes, roles, methods, addresses, queries and forms at random, no 500.

A small part of what `make fuzz` sends (tests/fuzzing.py).
"""

from __future__ import annotations

import logging

import pytest

from tests.monkey import Monkey, caged, play


@pytest.fixture(scope="module")
def monkey(worker_database):
    with caged(worker_database) as monkey:
        yield monkey


@pytest.mark.parametrize(("visiting", "requests"), [(False, 1000), (True, 250)])
def test_nothing_that_is_sent_makes_it_fall(monkey: Monkey, monkeypatch, visiting, requests):
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)  # what fell is told below
    play(monkey, range(requests), visiting)
    assert not monkey.fallen, monkey.told()
