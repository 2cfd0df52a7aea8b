"""Identifiers sort in the order in which they were made, whatever the clock does."""

import time

from muster.kernel import ids


def test_ids_made_one_after_the_other_sort_so_and_are_version_7():
    made = [ids.uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_a_clock_set_back_does_not_turn_the_order(monkeypatch):
    first = ids.uuid7()
    earlier = time.time_ns() - 3_600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: earlier)
    later = [ids.uuid7() for _ in range(3)]
    assert [first, *later] == sorted([first, *later])


def test_a_full_count_carries_into_the_next_part():
    full = 5 << 80 | 0x7 << 76 | 0xFFF << 64 | 0b10 << 62 | (1 << 62) - 1
    assert f"{ids._next(full, 1):032x}" == "00000000000670008000000000000000"
