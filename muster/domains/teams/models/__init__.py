"""Teams of people at work, calls for them, and where they are sent."""

from .calls import Call, Mission
from .services import Service
from .standby import StandbyCheck, StandbySite
from .teams import Member, Shift, Team

__all__ = ["Call", "Member", "Mission", "Service", "Shift", "StandbyCheck", "StandbySite", "Team"]
