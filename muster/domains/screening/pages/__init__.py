"""Pages of screening."""

from . import batches, boxes, desk, gaps, regimes, results, rounds

__all__ = ["batches", "boxes", "desk", "gaps", "regimes", "results", "rounds"]
