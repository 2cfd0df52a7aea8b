"""How often one address may ask for what needs no sign-in: enough for a shopping centre, not for a search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.web import limits

SECONDS = 60
MOST = {"scan": 600, "desk": 300, "pin": 30}


def over(request: HttpRequest, what: str) -> bool:
    """Count this request; whether its address has asked too often within the minute."""
    return limits.over(f"premises:{what}:{limits.sender(request)}", MOST[what], SECONDS)


def wait(request: HttpRequest) -> HttpResponse:
    """Says when to come back."""
    context = {"seconds": SECONDS}
    response = render(request, "premises/wait.html", context, status=429)
    response["Retry-After"] = str(SECONDS)
    return response
