"""Pages of antigen kits; each module makes its routes when it is imported."""

from . import kits, results

__all__ = ["kits", "results"]
