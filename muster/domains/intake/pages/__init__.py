"""Pages of intake."""

from . import acts, field, new, public, reports

__all__ = ["acts", "field", "new", "public", "reports"]
