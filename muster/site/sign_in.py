"""Signing in and out, the second factor, the one-time link, choosing a post and a language; the first page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts import actions
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post, SetupLink, User
from muster.kernel.posts.roles import ROLES
from muster.site import totp
from muster.web.limits import over, sender
from muster.web.page import page
from muster.web.shell import name_where

TRIES, WAIT_SECONDS = 8, 300


@page("", name="web:home", public=True)
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the role; the sign-in page for a visitor."""
    if request.post_held:
        return HttpResponseRedirect(reverse(ROLES[request.post_held.role].home))
    return HttpResponseRedirect(reverse("web:choose_post" if request.user_held else "web:login"))


@page("health/", name="web:health", public=True)
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: the process answers and the database can be read."""
    with acting():
        Post.objects.exists()
    return JsonResponse({"ok": True})


@page("sign-in/", name="web:login", methods=("GET", "POST"), public=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password, then the second factor where the role asks for one."""
    context: dict[str, Any] = {"next": safe_next(request), "values": request.POST}
    if request.method == "POST":
        name = request.POST.get("username", "")
        if _too_many_tries(request, name):
            context["errors"] = {"": _("Too many tries. Wait five minutes, then try again.")}
            return render(request, "web/login.html", context, status=429)
        with acting():
            user = actions.authenticate(name, request.POST.get("password", ""))
        if user:
            return begin(request, user)
        context["errors"] = {"password": _("The name or the password is not right.")}
        return render(request, "web/login.html", context, status=422)
    return render(request, "web/login.html", context)


def _too_many_tries(request: HttpRequest, name: str) -> bool:
    """Count tries by name and by address, each time both; eight in five minutes is enough for a tired person."""
    named = over(f"tries:{quote(name.strip().lower()[:80])}", TRIES, WAIT_SECONDS)
    return any([named, over(f"tries:{sender(request)}", TRIES * 10, WAIT_SECONDS)])


def begin(request: HttpRequest, user: User) -> HttpResponse:
    """Start a fresh session for a user who has shown their password."""
    following = safe_next(request)
    request.session.flush()
    with acting():
        posts = list(Post.objects.active(clock.now()).filter(user=user).order_by("from_at"))
    if any(ROLES[post.role].privileged for post in posts):
        request.session["half"] = str(user.id)
        request.session["next"] = following
        return HttpResponseRedirect(reverse("web:totp"))
    return enter(request, user, posts, following)


def enter(request: HttpRequest, user: User, posts: list[Post], following: str) -> HttpResponse:
    """The user is who they say: act on their only post, or choose one."""
    request.session.cycle_key()
    request.session.pop("half", None)
    request.session["user"] = str(user.id)
    request.session["at"] = clock.now().timestamp()
    if len(posts) != 1:
        return HttpResponseRedirect(reverse("web:choose_post"))
    request.session["post"] = str(posts[0].id)
    return HttpResponseRedirect(following)


@page("second-factor/", name="web:totp", methods=("GET", "POST"), public=True)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, or ask for its six digits."""
    half = request.session.get("half")
    if not half:
        return HttpResponseRedirect(reverse("web:login"))
    errors, status = {}, 200
    with acting():
        user = User.objects.get(pk=half)
        posts = list(Post.objects.active(clock.now()).filter(user=user).order_by("from_at"))
        if request.method == "POST":
            if _too_many_tries(request, f"totp {half}"):
                errors, status = {"": _("Too many tries. Wait five minutes, then try again.")}, 429
            elif totp.accept(user, request.POST.get("code", "").replace(" ", ""), clock.now()):
                return enter(request, user, posts, request.session.pop("next", "/"))
            else:
                errors, status = {"code": _("These digits are not right, or were used before. Wait for the next.")}, 422
        secret, picture = ("", "") if user.totp_confirmed_at else totp.pending(user)
    context = {"secret": secret, "qr": mark_safe(picture), "errors": errors, "values": {}}  # noqa: S308  our own SVG
    return render(request, "web/totp.html", context, status=status)


@page("setup/<str:secret>/", name="web:setup", methods=("GET", "POST"), public=True)
def setup(request: HttpRequest, secret: str) -> HttpResponse:
    """Spend a one-time link. The same form sent again gets the same answer, though the link is spent by then."""
    with acting():
        link = SetupLink.objects.select_related("user").filter(hash=actions.digest(secret)).first()
    spent = link is None or link.used_at is not None or link.expires_at <= clock.now()
    errors: dict[str, Any] = {}
    if link and request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("username", "display_name", "password")}
        try:
            if given["password"] != request.POST.get("password_again", ""):
                raise Invalid("password_again", _("The two passwords differ."))
            return begin(request, actions.use_link(by=SYSTEM, secret=secret, op=request.op, **given))
        except Invalid as no:
            errors = {no.field: no.message}
    if link is None or spent:
        return render(request, "web/setup.html", {"expired": True}, status=404)
    name_where([link])
    context = {"role_title": ROLES[link.role].title, "link": link, "values": request.POST, "errors": errors}
    return render(request, "web/setup.html", context, status=422 if errors else 200)


@page("post/", name="web:choose_post", methods=("GET", "POST"), public=True)
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post to act on."""
    if not request.user_held:
        return HttpResponseRedirect(reverse("web:login"))
    with acting():
        posts = list(Post.objects.active(clock.now()).filter(user=request.user_held).order_by("from_at"))
    chosen = next((post for post in posts if str(post.id) == request.POST.get("post")), None)
    if chosen and request.method == "POST":
        request.session["post"] = str(chosen.id)
        return HttpResponseRedirect(safe_next(request))
    name_where(posts)
    return render(request, "web/post_choice.html", {"choices": posts, "next": safe_next(request)})


@page("sign-out/", name="web:logout", methods=("POST",), public=True)
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return HttpResponseRedirect(reverse("web:login"))


@page("language/", name="web:language", methods=("POST",), public=True)
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages."""
    response = HttpResponseRedirect(safe_next(request))
    code = request.POST.get("language", "")
    if check_for_language(code):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax")
    return response


def safe_next(request: HttpRequest) -> str:
    """Where to go on: only within this host."""
    following = request.POST.get("next") or request.GET.get("next") or "/"
    return following if url_has_allowed_host_and_scheme(following, {request.get_host()}) else "/"
