"""Pages of screening."""

from . import batches, boxes, desk, gaps, homes, kit, laboratories, live, public, regimes, rounds

__all__ = ["batches", "boxes", "desk", "gaps", "homes", "kit", "laboratories", "live", "public", "regimes", "rounds"]
