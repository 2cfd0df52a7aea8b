"""Writes of arrivals, by what they are about."""

from .arriving import declare, receive, settle_origin
from .checkpoints import add_checkpoint, check_person, end_wait, hand_shift, make_stricter, take_shift
from .correcting import correct_pass
from .following import call, certify, close, confirm_onward, move_on, record_doctor
from .lanes import book_lane, set_lane
from .lists import confirm_list, discard_list, read_list
from .passages import settle_passage, take_passage, take_records
from .screening import rescreen

__all__ = [
    "add_checkpoint", "book_lane", "call", "certify", "check_person", "close", "confirm_list", "confirm_onward",
    "correct_pass", "declare", "discard_list", "end_wait", "hand_shift", "make_stricter", "move_on", "read_list",
    "receive", "record_doctor", "rescreen", "set_lane", "settle_origin", "settle_passage", "take_passage",
    "take_records", "take_shift",
]  # fmt: skip
