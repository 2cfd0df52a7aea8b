"""Writes of isolation, by what they are about."""

from .anomalies import answer_anomaly
from .checks import open_checks, record_check
from .endings import ask_endings, ask_releases, end_stay_lifted, move_home, release, what_is_missing
from .handover import confirm_handover, show_code, shown_code
from .homes import ask_assessments, assess_home, give_papers, start_home
from .samples import open_samples, record_sample, settle_samples
from .sites import add_rooms, add_site, check_site, mend_site, set_room
from .stays import assign_room, start_stay
from .transfers import cancel_transfer, place_transfer, request_transfer, request_transfers

__all__ = [
    "add_rooms", "add_site", "answer_anomaly", "ask_assessments", "ask_endings", "ask_releases", "assess_home",
    "assign_room", "cancel_transfer", "check_site", "confirm_handover", "end_stay_lifted", "give_papers", "mend_site",
    "move_home", "open_checks", "open_samples", "place_transfer", "record_check", "record_sample", "release",
    "request_transfer", "request_transfers", "set_room", "settle_samples", "show_code", "shown_code", "start_home",
    "start_stay", "what_is_missing",
]  # fmt: skip
