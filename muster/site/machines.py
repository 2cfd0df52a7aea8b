"""How a machine shows who it is: a key, bound to its laboratory, and an operation number for each request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.access import log_access
from muster.kernel.posts.actions import post_of_key
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import may

RESULTS = "api.results"
MOST_ROWS = 500
Cell = str | float | int | None


class KeyOfMachine(HttpBearer):
    """Finds the post that a key acts on, and asks whether its role may."""

    def authenticate(self, request: HttpRequest, token: str) -> Post | None:
        """The post; None (401) for an unknown or revoked key. Raises Refused for a role that may not send results."""
        with acting():
            post = post_of_key(token, clock.now())
        if post and not may(post, RESULTS):
            log_access(by=post, event="refused", field=RESULTS, area=post.area)
            raise Refused(RESULTS, post.area)
        return post


def operation_of(idempotency_key: str) -> UUID:
    """The operation number that a machine gave its request. Raises Invalid."""
    try:
        return UUID(idempotency_key)
    except ValueError:
        text = _("The header Idempotency-Key is needed: a UUID, a new one for each request.")
        raise Invalid("Idempotency-Key", text) from None
