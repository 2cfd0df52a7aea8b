"""Tables of arrivals."""

from .arriving import Arrival, Call
from .checkpoints import Checkpoint, Pass, Shift
from .lists import RiskArea, RiskList

__all__ = ["Arrival", "Call", "Checkpoint", "Pass", "RiskArea", "RiskList", "Shift"]
