"""How often one address may ask for what needs no sign-in: enough for a shopping centre, not for a search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from muster.web import limits
from muster.web.links import busy

SECONDS = 60
MOST = {"scan": 600, "desk": 300, "pin": 30}


def over(request: HttpRequest, what: str) -> bool:
    """Count this request; whether its address has asked too often within the minute."""
    return limits.over(f"premises:{what}:{limits.sender(request)}", MOST[what], SECONDS)


def wait(request: HttpRequest) -> HttpResponse:
    """Says when to come back."""
    return busy(request, "premises/wait.html", SECONDS)
