"""Writes of screening."""

from .registrations import register, settle_review
from .results import Report, load_results, record_result
from .rounds import add_site, close_site, open_round, plan_round

__all__ = [
    "Report",
    "add_site",
    "close_site",
    "load_results",
    "open_round",
    "plan_round",
    "record_result",
    "register",
    "settle_review",
]
