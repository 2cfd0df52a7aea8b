"""Pages of screening."""

from . import batches, boxes, corrections, desk, gaps, homes, kit, laboratories, live, public, regimes, rounds

__all__ = [
    "batches", "boxes", "corrections", "desk", "gaps", "homes", "kit", "laboratories", "live", "public",
    "regimes", "rounds",
]  # fmt: skip
