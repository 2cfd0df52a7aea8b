"""The pages of premises; importing them makes their routes."""

from . import events, exemptions, lodging, own, personal, public, routines, venues

__all__ = ["events", "exemptions", "lodging", "own", "personal", "public", "routines", "venues"]
