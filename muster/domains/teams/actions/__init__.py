"""Every write of teams."""

from .calls import ask, send, withdraw
from .missions import answer, confirm_arrival, release
from .services import confirm_hours, serve
from .standby import add_standby, call_up, check_standby, remove_standby, stand_down
from .teams import add_member, add_shift, add_team, end_team, remove_member, remove_shift

__all__ = [
    "add_member",
    "add_shift",
    "add_standby",
    "add_team",
    "answer",
    "ask",
    "call_up",
    "check_standby",
    "confirm_arrival",
    "confirm_hours",
    "end_team",
    "release",
    "remove_member",
    "remove_shift",
    "remove_standby",
    "send",
    "serve",
    "stand_down",
    "withdraw",
]
