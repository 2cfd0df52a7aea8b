"""Presence: the one log of who was at which place, from when to when, known from what."""
