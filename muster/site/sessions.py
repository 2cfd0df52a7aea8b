"""Sessions in the database, read through the acting login together with who holds them: one statement a request."""

from __future__ import annotations

import json
import time
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting, prepared
from muster.kernel.posts.models import Post, User

_USER: list[str]
_POST: list[str]
_USER, _POST = ([str(field.column) for field in model._meta.concrete_fields] for model in (User, Post))
# What somebody signed in with is looked up afresh each time: the user is active, the post is theirs and runs now.
_HELD = f"""
    SELECT s.session_data, {", ".join(f"u.{name}" for name in _USER)}, {", ".join(f"p.{name}" for name in _POST)}
    FROM django_session s
    CROSS JOIN LATERAL (SELECT CASE WHEN s.session_data LIKE '{{%%' THEN s.session_data::json END AS said) d
    LEFT JOIN posts_user u ON u.id = (d.said ->> 'user')::uuid AND u.is_active
        AND (u.revoked_at IS NULL OR (d.said ->> 'at')::float8 >= extract(epoch FROM u.revoked_at))
    LEFT JOIN posts_post p ON p.id = (d.said ->> 'post')::uuid AND p.user_id = u.id
        AND p.from_at <= %s AND (p.until_at IS NULL OR p.until_at > %s)
    WHERE s.session_key = %s AND s.expire_date > to_timestamp(%s)
"""


class SessionStore(DatabaseStore):
    """Django's database sessions, through the acting login. What is stored is plain JSON: PostgreSQL reads it too."""

    def held(self) -> tuple[User | None, Post | None]:
        """Who is signed in, and the post they act on, as of now; a session from before they were revoked is over."""
        self.accessed = True
        self._session_cache, user, post = self._look()
        return user, post

    def load(self) -> dict[str, Any]:  # noqa: D102
        return self._look()[0]

    def _look(self) -> tuple[dict[str, Any], User | None, Post | None]:
        if not self.session_key:
            return {}, None, None
        now = clock.now()  # sessions end by real time: who advances a demonstration's clock is not signed out
        with acting(), prepared() as cursor:
            row = cursor.execute(_HELD, [now, now, self.session_key, time.time()]).fetchone()
        if row is None:
            self._session_key = None
            return {}, None, None
        said, users, posts = row[0], row[1 : 1 + len(_USER)], row[1 + len(_USER) :]
        user = User.from_db(ACT, _USER, users) if users[0] else None
        post = Post.from_db(ACT, _POST, posts) if posts[0] else None
        if post:
            post.user = user
        return self.decode(said), user, post

    def encode(self, session_dict: dict[str, Any]) -> str:
        """As JSON; what Django signs besides is of use where the browser keeps it."""
        return json.dumps(session_dict)

    def decode(self, session_data: Any) -> dict[str, Any]:
        """What was stored; nothing where an older program stored it: they sign in again."""
        return json.loads(session_data) if session_data.startswith("{") else {}

    def _validate_session_key(self, key: Any) -> bool:
        """A cookie may hold anything; only what we made is looked up."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()  # type: ignore[misc]

    def exists(self, session_key: Any) -> bool:  # noqa: D102
        with acting():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:  # noqa: D102
        with acting():
            super().save(must_create)

    def delete(self, session_key: Any = None) -> None:  # noqa: D102
        with acting():
            super().delete(session_key)
