"""Writes of screening."""

from .corrections import confirm_correction
from .custody import assign_box, hand_over_box, pack_box, set_laboratory, void_tube
from .doors import excuse_each
from .gaps import close_round, excuse, seek_missing, stop_rounds
from .homes import end_home, need_home
from .links import open_link
from .pools import resample
from .queues import report_queue
from .regimes import delist, end_regime, enlist, start_regime
from .registrations import register, settle_review
from .results import Report, load_results, record_result
from .rounds import add_site, close_site, open_round, plan_round
from .sites import open_site
from .tubes import confirm_batch, confirm_claim, load_tubes

__all__ = [
    "Report", "add_site", "assign_box", "close_round", "close_site", "confirm_batch", "confirm_claim",
    "confirm_correction", "delist", "end_home", "end_regime", "enlist", "excuse", "excuse_each", "hand_over_box",
    "load_results", "load_tubes", "need_home", "open_link", "open_round", "pack_box", "plan_round", "record_result",
    "register", "report_queue", "resample", "seek_missing", "set_laboratory", "settle_review", "start_regime",
    "stop_rounds", "open_site", "void_tube",
]  # fmt: skip
