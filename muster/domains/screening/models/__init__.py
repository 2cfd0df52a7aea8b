"""Tables of screening."""

from .custody import Box, Handover, Laboratory
from .regimes import Member, Regime, RegimeCount
from .results import RESULT_NAMES, Batch, Result
from .rounds import Round, RoundCount, RoundSite, SamplingSite, Slot
from .samples import Reason, Registration, Resample, Tube

__all__ = [
    "RESULT_NAMES", "Batch", "Box", "Handover", "Laboratory", "Member", "Reason", "Regime", "RegimeCount",
    "Registration", "Resample", "Result", "Round", "RoundCount", "RoundSite", "SamplingSite", "Slot", "Tube",
]  # fmt: skip
