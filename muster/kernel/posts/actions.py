"""Accounts and posts: no default account exists; the first administrator comes through a one-time link."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid

from .access import log_access
from .models import SYSTEM, ApiKey, Post, SetupLink, User
from .permissions import require
from .roles import ROLES

LINK_LASTS = timedelta(hours=72)
LONGEST_NAME = 100


def digest(secret: str) -> bytes:
    """What is kept of a link or a key: enough to recognise it, too little to use it."""
    return hashlib.sha256(secret.encode()).digest()


def secret_of(row: SetupLink | ApiKey) -> str:
    """The secret of a link or key: it follows from the row's id and the installation's own key, and is stored nowhere.

    So a form that is sent again shows the same secret, and no stored answer, dump or backup holds it.
    """
    mark = f"{row._meta.model_name} {row.pk}".encode()
    return base64.urlsafe_b64encode(hmac.digest(settings.SECRET_KEY.encode(), mark, "sha256")).decode().rstrip("=")


@action("posts.make_link")
def make_link(
    *, by: Any, role: str, area: str = "", place_id: UUID | None = None, organisation_id: UUID | None = None,
    user: User | None = None, now, op=None,
) -> SetupLink:  # fmt: skip
    """A one-time link (see `secret_of`), valid 72 hours: its bearer makes an account with this post.

    With a `user` it lets them set a new password instead, and gives no post.
    """
    require(by, "posts.make_link", area)
    if user is None:
        _check_post(role, area, place_id, organisation_id)
    else:
        for held in _areas_of(user, now):
            require(by, "posts.make_link", held)
    link = SetupLink(role=role, area=area, place_id=place_id, organisation_id=organisation_id, user=user)
    link.hash, link.expires_at = digest(secret_of(link)), now + LINK_LASTS
    link.save()
    return link


def _check_post(role: str, area: str, place_id: UUID | None, organisation_id: UUID | None) -> None:
    """Raise Invalid for a post that cannot be: no such role or area, or not bound to what the role is bound to."""
    if role not in ROLES:
        raise Invalid("role", _("There is no such role."))
    if area and not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    bound = {"place": place_id, "organisation": organisation_id}
    for name, given in bound.items():
        if (ROLES[role].bound == name) != (given is not None):
            raise Invalid(name, _("Say where the post is: an isolation site's is at its site, a laboratory's there."))


def _areas_of(user: User, now) -> list[str]:
    """The areas of a user's posts; for a user without any all areas: only a general administrator reaches them."""
    return list(Post.objects.active(now).filter(user=user).values_list("area", flat=True)) or [""]


@action("posts.use_link")
def use_link(*, by: Any, secret: str, username: str, display_name: str, password: str, now, op=None) -> User:
    """Spend a one-time link: make the user and the post, or give the link's user a new password. Returns the user."""
    link = SetupLink.objects.select_for_update().filter(hash=digest(secret), used_at=None, expires_at__gt=now).first()
    if link is None:
        raise Invalid("link", _("This link was used already or has expired. Ask for a new one."))
    user = link.user or _new_user(username, display_name)
    set_password(user, password, now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    if link.user_id is None:
        where = {"area": link.area, "place_id": link.place_id, "organisation_id": link.organisation_id}
        Post.objects.create(user=user, role=link.role, from_at=now, **where)
    return user


def _new_user(username: str, display_name: str) -> User:
    if not username.strip():
        raise Invalid("username", _("Enter a name to sign in with."))
    for field, name in (("username", username), ("display_name", display_name)):
        if len(name) > LONGEST_NAME:
            raise Invalid(field, _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if User.objects.filter(username=username.strip()).exists():
        raise Invalid("username", _("Somebody else signs in with this name. Choose another."))
    return User(username=username.strip(), display_name=display_name.strip() or username.strip())


def set_password(user: User, password: str, now) -> None:
    """Store a password that passes the rules; every earlier session of the user ends."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password", " ".join(error.messages)) from None
    user.password = make_password(password)
    user.revoked_at = now if not user._state.adding else None
    user.save()


def authenticate(username: str, password: str) -> User | None:
    """The active user with this name and password. Takes as long for a name that does not exist."""
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    known = check_password(password, user.password if user else make_password(None))
    log_access(by=SYSTEM, event="signed_in" if known else "sign_in_failed", subject=user.id if user else None)
    return user if user and known else None


@action("posts.give_post")
def give_post(
    *, by: Any, user: User | None, role: str, area: str = "", place_id: UUID | None = None,
    organisation_id: UUID | None = None, now, op=None,
) -> Post:  # fmt: skip
    """Give a user one more post."""
    require(by, "posts.give_post", area)
    _check_post(role, area, place_id, organisation_id)
    return Post.objects.create(
        user=user, role=role, area=area, place_id=place_id, organisation_id=organisation_id, from_at=now
    )


@action("posts.end_post")
def end_post(*, by: Any, post: Post, now, op=None) -> Post:
    """End a post: from the next request on, it opens nothing."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    require(by, "posts.end_post", post.area)
    if post.id == by.id:
        raise Invalid("post", _("You cannot end the post you are acting on."))
    post.until_at = now
    post.save()
    return post


@action("posts.revoke")
def revoke(*, by: Any, user: User, now, op=None) -> User:
    """End every session of a user (a lost phone): effective at their next request."""
    for area in _areas_of(user, now):
        require(by, "posts.revoke", area)
    user.revoked_at = now
    user.save(update_fields=["revoked_at"])
    return user


@action("posts.reset_factor")
def reset_factor(*, by: Any, user: User, now, op=None) -> User:
    """Forget a user's second factor (a lost phone) and end their sessions: they set up a new one when they sign in."""
    for area in _areas_of(user, now):
        require(by, "posts.reset_factor", area)
    user.totp_secret, user.totp_confirmed_at, user.revoked_at = None, None, now
    user.save(update_fields=["totp_secret", "totp_confirmed_at", "revoked_at"])
    return user


@action("posts.issue_key")
def issue_key(*, by: Any, post: Post, name: str, now, op=None) -> ApiKey:
    """A key (see `secret_of`) for a machine that acts on this post, a laboratory's."""
    require(by, "posts.issue_key", post.area)
    if len(name) > LONGEST_NAME:
        raise Invalid("name", _("At most %(most)s characters") % {"most": LONGEST_NAME})
    key = ApiKey(post=post, name=name, created_at=now)
    key.hash = digest(secret_of(key))
    key.save()
    return key


@action("posts.revoke_key")
def revoke_key(*, by: Any, key: ApiKey, now, op=None) -> ApiKey:
    """Make a machine's key useless."""
    require(by, "posts.revoke_key", key.post.area)
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    return key


def post_of_key(secret: str, now) -> Post | None:
    """The active post that a machine's key acts on."""
    key = ApiKey.objects.filter(hash=digest(secret), revoked_at=None).first()
    return Post.objects.active(now).filter(pk=key.post_id).first() if key else None
