"""The pages of premises; importing them makes their routes."""

from . import exemptions, own, personal, public, venues

__all__ = ["exemptions", "own", "personal", "public", "venues"]
