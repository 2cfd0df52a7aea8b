"""Every write of antigen kits."""

from .kits import discard, issue, receive, sign, want
from .results import confirm, report, report_own

__all__ = ["confirm", "discard", "issue", "receive", "report", "report_own", "sign", "want"]
