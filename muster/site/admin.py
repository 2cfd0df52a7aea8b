"""Accounts and posts: one-time links, posts given and ended, sessions ended, keys of laboratories' machines.

Part of the site, not of `web`: a post may be bound to an isolation site or a laboratory, rows of other layers.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts import actions
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey, Post, SetupLink, User
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import LABORATORY
from muster.ledger.paging import paged
from muster.site import accounts
from muster.web.page import page

SIZE = 50
_POST = ("POST",)
_FORM = ("GET", "POST")


@page("posts/", name="posts:list", needs="posts.see_posts")
def users(request: HttpRequest) -> HttpResponse:
    """Everybody with a post in the administrator's range, by the name they sign in with."""
    with acting():
        require(request.post_held, "posts.see_posts", request.post_held.area)
        found = paged(request, accounts.users_of(request.post_held, request.GET), "username", size=SIZE)
        rows = accounts.with_posts(found.rows)
        links = accounts.links_of(request.post_held, clock.now())
        context = {"rows": rows, "page": found, "links": links, "values": request.GET, "roles": accounts.role_choices()}
        return render(request, "site/admin/users.html", context)


@page("posts/new/", name="posts:new", needs="posts.make_link", methods=_FORM)
def new_link(request: HttpRequest) -> HttpResponse:
    """A one-time link for somebody who gets an account and a post with it."""
    context: dict[str, Any] = {"values": request.POST, "errors": {}}
    if request.method == "POST":
        try:
            where = accounts.where_asked(request.POST)
            link = actions.make_link(by=request.post_held, role=request.POST.get("role", ""), op=request.op, **where)
            return _show_link(request, link)
        except Invalid as no:
            context["errors"] = {no.field: no.message}
    context |= accounts.choices()
    return render(request, "site/admin/new.html", context, status=422 if context["errors"] else 200)


def _show_link(request: HttpRequest, link: SetupLink) -> HttpResponse:
    """The link itself, shown once: it is not stored, and no other page shows it."""
    address = request.build_absolute_uri(f"/setup/{actions.secret_of(link)}/")
    with acting():
        return render(request, "site/admin/link.html", {"link": link, "address": address})


@page("posts/areas/", name="posts:areas", needs="posts.see_posts")
def areas(request: HttpRequest) -> HttpResponse:
    """Areas whose code or name begins so, as the options of a field that is being typed in."""
    found = accounts.areas_like(request.GET.get("area", ""), request.post_held)
    return render(request, "site/admin/area_options.html", {"areas": found})


@page("posts/<uuid:user>/", name="posts:user", needs="posts.see_posts")
def one_user(request: HttpRequest, user: UUID) -> HttpResponse:
    """One user: their posts, and what can be done about them."""
    return _user_page(request, _user(request, user), {})


def _user(request: HttpRequest, user: UUID) -> User:
    with acting():
        require(request.post_held, "posts.see_posts", request.post_held.area)
        found = accounts.users_of(request.post_held, {}).filter(pk=user).first()
    if found is None:
        raise Http404
    return found


def _user_page(request: HttpRequest, user: User, errors: dict[str, Any]) -> HttpResponse:
    with acting():
        posts = accounts.posts_of(user, clock.now())
        context = {"user": user, "posts": posts, "errors": errors, "values": request.POST, **accounts.choices()}
        context["notice"] = next(iter(messages.get_messages(request)), "")
        return render(request, "site/admin/user.html", context, status=422 if errors else 200)


@page("posts/<uuid:user>/give/", name="posts:give", needs="posts.give_post", methods=_POST)
def give(request: HttpRequest, user: UUID) -> HttpResponse:
    """Give one more post."""
    held = _user(request, user)
    try:
        where = accounts.where_asked(request.POST)
        actions.give_post(by=request.post_held, user=held, role=request.POST.get("role", ""), op=request.op, **where)
    except Invalid as no:
        return _user_page(request, held, {no.field: no.message})
    return _done(request, user, _("The post was given."))


@page("posts/<uuid:user>/end/<uuid:post>/", name="posts:end", needs="posts.end_post", methods=_POST)
def end(request: HttpRequest, user: UUID, post: UUID) -> HttpResponse:
    """End a post."""
    held = _user(request, user)
    with acting():
        row = Post.objects.filter(pk=post, user=held).first()
    if row is None:
        raise Http404
    try:
        actions.end_post(by=request.post_held, post=row, op=request.op)
    except Invalid as no:
        return _user_page(request, held, {no.field: no.message})
    return _done(request, user, _("The post has ended."))


@page("posts/<uuid:user>/revoke/", name="posts:revoke", needs="posts.revoke", methods=_POST)
def revoke(request: HttpRequest, user: UUID) -> HttpResponse:
    """End every session of a user."""
    actions.revoke(by=request.post_held, user=_user(request, user), op=request.op)
    return _done(request, user, _("Every session of this user has ended."))


@page("posts/<uuid:user>/factor/", name="posts:factor", needs="posts.reset_factor", methods=_POST)
def reset_factor(request: HttpRequest, user: UUID) -> HttpResponse:
    """Forget a second factor that was lost."""
    actions.reset_factor(by=request.post_held, user=_user(request, user), op=request.op)
    return _done(request, user, _("A new second factor is set up at the next sign-in."))


@page("posts/<uuid:user>/link/", name="posts:reset", needs="posts.make_link", methods=_POST)
def reset_link(request: HttpRequest, user: UUID) -> HttpResponse:
    """A one-time link with which a user sets a new password."""
    held = _user(request, user)
    with acting():
        post = accounts.posts_of(held, clock.now())["held"][:1]
    role, area = (post[0].role, post[0].area) if post else (request.post_held.role, request.post_held.area)
    link = actions.make_link(by=request.post_held, role=role, area=area, user=held, op=request.op)
    return _show_link(request, link)


def _done(request: HttpRequest, user: UUID, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("posts:user", user=user)


@page("posts/keys/", name="posts:keys", needs="posts.issue_key", methods=_FORM)
def keys(request: HttpRequest) -> HttpResponse:
    """Keys of laboratories' machines: who holds one; a new one is shown once."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            key = accounts.issue(request.post_held, request.POST, request.op)
            return render(request, "site/admin/key.html", {"key": key, "secret": actions.secret_of(key)})
        except Invalid as no:
            errors = {no.field: no.message}
    with acting():
        context = {"keys": accounts.keys_of(request.post_held), "errors": errors, "values": request.POST}
        context |= accounts.choices() | {"notice": next(iter(messages.get_messages(request)), "")}
        return render(request, "site/admin/keys.html", context, status=422 if errors else 200)


@page("posts/keys/<uuid:key>/revoke/", name="posts:revoke_key", needs="posts.revoke_key", methods=_POST)
def revoke_key(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make a machine's key useless."""
    with acting():
        row = ApiKey.objects.select_related("post").filter(pk=key, post__role=LABORATORY).first()
    if row is None:
        raise Http404
    actions.revoke_key(by=request.post_held, key=row, op=request.op)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("posts:keys")
