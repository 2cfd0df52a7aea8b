"""Every write of teams."""

from .calls import ask, send, withdraw
from .missions import answer, confirm_arrival, release
from .teams import add_member, add_shift, add_team, end_team, remove_member, remove_shift

__all__ = [
    "add_member",
    "add_shift",
    "add_team",
    "answer",
    "ask",
    "confirm_arrival",
    "end_team",
    "release",
    "remove_member",
    "remove_shift",
    "send",
    "withdraw",
]
