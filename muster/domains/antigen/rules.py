"""Who comes first when kits are short. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def free_for(group: str, on_hand: int, outstanding: Mapping[str, int], order: Sequence[str]) -> int:
    """How many kits a group may have: what is on hand, less what groups before it still want.

    >>> free_for("staff", 100, {"students": 70, "others": 500}, ["students", "staff", "others"])
    30
    """
    before = sum(outstanding.get(each, 0) for each in order[: order.index(group)])
    return max(0, on_hand - before)
