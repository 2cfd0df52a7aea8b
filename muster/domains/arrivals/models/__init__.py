"""Tables of arrivals."""

from .arriving import Arrival, Call
from .lists import RiskArea, RiskList

__all__ = ["Arrival", "Call", "RiskArea", "RiskList"]
