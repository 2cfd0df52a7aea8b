"""Tables of screening."""

from .results import RESULT_NAMES, Result
from .rounds import Round, RoundCount, RoundSite, SamplingSite, Slot

__all__ = ["RESULT_NAMES", "Result", "Round", "RoundCount", "RoundSite", "SamplingSite", "Slot"]
