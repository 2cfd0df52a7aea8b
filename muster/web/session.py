"""The acting post: who is asking, in which post. The session itself is the site's (`SESSION_ENGINE`)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from muster.kernel.areas import installation


class PostMiddleware:
    """Puts `user_held` and `post_held` on the request, and the installation's time zone on the thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look the post up afresh on every request, so that a revoked one is refused at once."""
        timezone.activate(installation.time_zone())
        request.encoding = "utf-8"  # whatever else the sender calls it
        request.user_held, request.post_held = request.session.held()
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
