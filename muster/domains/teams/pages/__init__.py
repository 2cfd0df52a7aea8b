"""Pages of teams; each module makes its routes when it is imported."""

from . import calls, missions, services, standby, teams

__all__ = ["calls", "missions", "services", "standby", "teams"]
