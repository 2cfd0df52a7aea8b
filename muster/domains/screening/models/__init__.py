"""Tables of screening."""

from .results import RESULT_NAMES, Result
from .rounds import Round, RoundCount, RoundSite, SamplingSite, Slot
from .samples import Registration, Tube

__all__ = [
    "RESULT_NAMES", "Registration", "Result", "Round", "RoundCount", "RoundSite", "SamplingSite", "Slot", "Tube",
]  # fmt: skip
