"""Pages of screening."""

from . import boxes, desk, gaps, results, rounds

__all__ = ["boxes", "desk", "gaps", "results", "rounds"]
