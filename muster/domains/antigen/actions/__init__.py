"""Every write of antigen kits."""

from .kits import discard, issue, receive, sign, want
from .results import confirm, report

__all__ = ["confirm", "discard", "issue", "receive", "report", "sign", "want"]
