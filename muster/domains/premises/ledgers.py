"""The lists of premises."""

from . import routine_ledgers

__all__ = ["routine_ledgers"]
