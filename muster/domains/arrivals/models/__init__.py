"""Tables of arrivals."""

from .arriving import Arrival, Call
from .checkpoints import Checkpoint, Pass, Shift
from .lists import RiskArea, RiskList
from .passages import Passage

__all__ = ["Arrival", "Call", "Checkpoint", "Pass", "Passage", "RiskArea", "RiskList", "Shift"]
