"""Pages of teams; each module makes its routes when it is imported."""

from . import calls, missions, standby, teams

__all__ = ["calls", "missions", "standby", "teams"]
