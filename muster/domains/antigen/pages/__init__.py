"""Pages of antigen kits; each module makes its routes when it is imported."""

from . import kits, own, results

__all__ = ["kits", "own", "results"]
