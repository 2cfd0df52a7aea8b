"""Who holds a duty, step by step: grid → community → street → district → city. Plain functions."""

from __future__ import annotations

from muster.kernel.posts.roles import REGULATORS

# (digits of the area code, role that holds a duty escalated to that level)
STEPS = ((15, "grid"), (12, "community"), (9, "street"), (6, "headquarters"), (4, "headquarters"))
START = {"grid": 0, "community": 1, "street": 2, "investigator": 3, "headquarters": 3, "duty_desk": 3}
START |= dict.fromkeys(REGULATORS.values(), 3)


def first_holder(role: str, area: str) -> tuple[int, str]:
    """The step at which a role's duty starts, and the area that holds it."""
    step = START.get(role, 1)
    return step, area[: STEPS[step][0]]


def next_holder(step: int, area: str) -> tuple[int, str, str] | None:
    """The step after this one: (step, area, role), or None at the top."""
    width = len(area[: STEPS[step][0]])
    for later in range(step + 1, len(STEPS)):
        digits, role = STEPS[later]
        if digits < width:
            return later, area[:digits], role
    return None


def keeps(role: str) -> bool:
    """Whether the role still holds its duties when they rise, so that whoever holds them says all."""
    return role in START and all(later == role for _digits, later in STEPS[START[role] :])


def owners(role: str, area: str, posts: dict[str, list[tuple[str, str]]]) -> bool:
    """Whether some active post of the role covers the area; `posts` maps a role to its (lo, hi) ranges."""
    return any(lo <= area < hi for lo, hi in posts.get(role, ()))
