"""Tables of tracing."""

from .cases import Case, CaseNote, Chain, Classification, Incident, Link, Series
from .contacts import Contact, Letter, LetterContact, PendingRing

__all__ = [
    "Case", "CaseNote", "Chain", "Classification", "Contact", "Incident", "Letter", "LetterContact", "Link",
    "PendingRing", "Series",
]  # fmt: skip
