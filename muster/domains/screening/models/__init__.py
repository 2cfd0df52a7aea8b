"""Tables of screening."""

from .corrections import Correction
from .custody import Box, Handover, Laboratory
from .homes import HomeNeed
from .regimes import Member, Regime, RegimeCount
from .results import RESULT_NAMES, Batch, Result, ResultLink
from .rounds import Expected, Round, RoundCount, RoundSite, SamplingSite, Slot
from .samples import Reason, Registration, Resample, Tube
from .sites import Queue, SiteCount

__all__ = [
    "RESULT_NAMES", "Batch", "Box", "Correction", "Expected", "Handover", "HomeNeed", "Laboratory", "Member", "Queue",
    "Reason", "Regime", "RegimeCount", "Registration", "Resample", "Result", "ResultLink", "Round", "RoundCount",
    "RoundSite", "SamplingSite", "SiteCount", "Slot", "Tube",
]  # fmt: skip
