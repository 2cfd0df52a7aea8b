"""Tables of arrivals."""

from .arriving import Arrival, Call
from .checkpoints import Checkpoint, Pass, Shift
from .lanes import Lane, LaneBooking, LaneSlot
from .lists import RiskArea, RiskList
from .passages import Passage

__all__ = [
    "Arrival",
    "Call",
    "Checkpoint",
    "Lane",
    "LaneBooking",
    "LaneSlot",
    "Pass",
    "Passage",
    "RiskArea",
    "RiskList",
    "Shift",
]
