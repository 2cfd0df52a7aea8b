"""The pages of premises; importing them makes their routes."""

from . import personal, public, venues

__all__ = ["personal", "public", "venues"]
