"""Whether the session of a device still stands: asked by pages that work without a network, once they have one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from muster.web.limits import over, sender
from muster.web.page import page

from .sealing import public_key

MOST, SECONDS = 1200, 60  # a sampling site's phones may all come from one address


@page("standing/", name="offline:standing", public=True)
def standing(request: HttpRequest) -> HttpResponse:
    """`post` (which, its token, the key that records are sealed to), `revoked` (post or user was ended), or `none`."""
    if request.post_held:
        post, token = str(request.post_held.id), get_token(request)
        return JsonResponse({"standing": "post", "post": post, "token": token, "seal": public_key()})
    if over(f"standing:{sender(request)}", MOST, SECONDS):
        return JsonResponse({"standing": "busy"}, status=429, headers={"Retry-After": str(SECONDS)})
    return JsonResponse({"standing": "revoked" if request.session.get("post") else "none"})
