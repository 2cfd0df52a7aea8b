"""The pages of tracing; each module makes its routes when it is imported."""

from . import acts, cases, chain, contacts, incidents, letters, tracing

__all__ = ["acts", "cases", "chain", "contacts", "incidents", "letters", "tracing"]
