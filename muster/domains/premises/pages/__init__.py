"""The pages of premises; importing them makes their routes."""

from . import booking, events, exemptions, gates, levels, lodging, organisers, own, personal, public, routines, venues

__all__ = [
    "booking",
    "events",
    "exemptions",
    "gates",
    "levels",
    "lodging",
    "organisers",
    "own",
    "personal",
    "public",
    "routines",
    "venues",
]
