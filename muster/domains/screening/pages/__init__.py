"""Pages of screening."""

from . import desk, results, rounds

__all__ = ["desk", "results", "rounds"]
