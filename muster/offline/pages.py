"""Whether the session of a device still stands: asked by pages that work without a network, once they have one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from muster.web.limits import over, sender
from muster.web.page import page

MOST, SECONDS = 1200, 60  # a sampling site's phones may all come from one address


@page("standing/", name="offline:standing", public=True)
def standing(request: HttpRequest) -> HttpResponse:
    """`post` (and which), `revoked` (the session's own post or user was taken away), or `none` (not signed in)."""
    if request.post_held:
        return JsonResponse({"standing": "post", "post": str(request.post_held.id)})
    if over(f"standing:{sender(request)}", MOST, SECONDS):
        return JsonResponse({"standing": "busy"}, status=429, headers={"Retry-After": str(SECONDS)})
    return JsonResponse({"standing": "revoked" if request.session.get("post") else "none"})
