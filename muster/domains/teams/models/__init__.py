"""Teams of people at work, calls for them, and where they are sent."""

from .calls import Call, Mission
from .standby import StandbyCheck, StandbySite
from .teams import Member, Shift, Team

__all__ = ["Call", "Member", "Mission", "Shift", "StandbyCheck", "StandbySite", "Team"]
