"""Pages of intake."""

from . import acts, codes, field, new, public, reports

__all__ = ["acts", "codes", "field", "new", "public", "reports"]
