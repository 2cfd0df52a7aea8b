"""The pages of goods; each module makes its routes when it is imported."""

from . import batches, findings, holders, labels, lots, starts

__all__ = ["batches", "findings", "holders", "labels", "lots", "starts"]
