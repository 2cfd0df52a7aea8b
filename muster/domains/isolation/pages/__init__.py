"""Pages of isolation."""

from . import checks, homes, notices, sites, stays, transfers

__all__ = ["checks", "homes", "notices", "sites", "stays", "transfers"]
