"""Writes of arrivals, by what they are about."""

from .arriving import declare, receive, settle_origin
from .following import call, close, confirm_onward, move_on, record_doctor
from .lists import confirm_list, discard_list, read_list
from .screening import rescreen

__all__ = [
    "call", "close", "confirm_list", "confirm_onward", "declare", "discard_list", "move_on", "read_list", "receive",
    "record_doctor", "rescreen", "settle_origin",
]  # fmt: skip
