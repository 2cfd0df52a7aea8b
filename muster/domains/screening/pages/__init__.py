"""Pages of screening."""

from . import batches, boxes, desk, gaps, kit, regimes, results, rounds

__all__ = ["batches", "boxes", "desk", "gaps", "kit", "regimes", "results", "rounds"]
