"""Pages of screening."""

from . import results, rounds

__all__ = ["results", "rounds"]
