"""Pages of screening."""

from . import boxes, desk, gaps, regimes, results, rounds

__all__ = ["boxes", "desk", "gaps", "regimes", "results", "rounds"]
