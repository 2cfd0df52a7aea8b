"""Pages of teams; each module makes its routes when it is imported."""

from . import calls, missions, teams

__all__ = ["calls", "missions", "teams"]
