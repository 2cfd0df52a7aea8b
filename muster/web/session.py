"""Sessions and the acting post: who is asking, in which post. Read as `muster_act`: pages cannot read these tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post, User


class SessionStore(DatabaseStore):
    """Django's database sessions, through the acting login."""

    def _validate_session_key(self, key: Any) -> bool:
        """A cookie may hold anything; only what we made is looked up."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def load(self) -> Any:  # noqa: D102
        with acting():
            return super().load()

    def exists(self, session_key: Any) -> bool:  # noqa: D102
        with acting():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:  # noqa: D102
        with acting():
            super().save(must_create)

    def delete(self, session_key: Any = None) -> None:  # noqa: D102
        with acting():
            super().delete(session_key)


class PostMiddleware:
    """Puts `user_held` and `post_held` on the request, and the installation's time zone on the thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look the post up afresh on every request, so that a revoked one is refused at once."""
        timezone.activate(installation.time_zone())
        request.encoding = "utf-8"  # whatever else the sender calls it
        request.user_held, request.post_held = who(request)
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def who(request: HttpRequest) -> tuple[User | None, Post | None]:
    """The signed-in user and the post they act on; (None, None) for a visitor."""
    user_id, post_id = request.session.get("user"), request.session.get("post")
    if not user_id:
        return None, None
    with acting():
        post = (
            Post.objects.active(clock.now())
            .select_related("user")
            .filter(pk=post_id, user_id=user_id, user__is_active=True)
            .first()
        )
        if post and not _revoked(post.user, request):
            return post.user, post
        user = User.objects.filter(pk=user_id, is_active=True).first()
    return (user, None) if user and not _revoked(user, request) else (None, None)


def _revoked(user: User, request: HttpRequest) -> bool:
    """A session begun before the user's sessions were revoked (lost phone, changed password) is over."""
    return user.revoked_at is not None and request.session.get("at", 0) < user.revoked_at.timestamp()
