"""The demonstration's own pages: role links and the clock. In any other installation they do not exist (404)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post
from muster.site.sign_in import enter, safe_next
from muster.web import shell, values
from muster.web.area_names import area_name
from muster.web.page import page

from .demo.clock import STEPS, advance_clock, until
from .demo.posts import CAST, PREFIX


@page("demo/", name="demo:roles", public=True)
def roles(request: HttpRequest) -> HttpResponse:
    """Whom a visitor can be, and where to begin."""
    _only_here()
    with acting():
        return render(request, "site/roles.html", {"roles": role_links(request)})


@page("demo/enter/<str:name>/", name="demo:enter", public=True)
def enter_role(request: HttpRequest, name: str) -> HttpResponse:
    """Act as one of the cast, without a password."""
    _only_here()
    if name not in CAST:
        raise Http404
    with acting():
        post = Post.objects.active(clock.now()).select_related("user").filter(user__username=PREFIX + name).first()
    if post is None:
        raise Http404
    request.session.flush()
    return enter(request, post.user, [post], "/")


@page("demo/advance/", name="demo:advance", methods=("POST",), public=True)
def advance(request: Any) -> HttpResponse:
    """Move the clock on, and let the district work."""
    _only_here()
    minutes = values.number(request.POST.get("minutes", ""))
    if minutes is None:
        raise Invalid("minutes", _("Choose one of the steps."))
    advance_clock(by=SYSTEM, minutes=minutes, op=request.op)
    return HttpResponseRedirect(safe_next(request), status=303)


def _only_here() -> None:
    if installation.current().kind != "demo":
        raise Http404


def role_links(request: Any) -> list[dict[str, Any]]:
    """The cast in their order, each with a link and where they stand."""
    with acting():
        posts = Post.objects.active(clock.now()).filter(user__username__in=[PREFIX + name for name in CAST])
        held = {post.user.username.removeprefix(PREFIX): post for post in posts.select_related("user")}
        places = dict(
            Place.objects.filter(pk__in=[p.place_id for p in held.values() if p.place_id]).values_list("pk", "name")
        )
        mine = getattr(request.post_held, "pk", None)
        return [
            {
                "url": reverse("demo:enter", args=[name]),
                "label": f"{held[name].role_title} · {_where(held[name], places)}".removesuffix(" · "),
                "current": held[name].pk == mine,
            }
            for name in CAST
            if name in held
        ]


def _where(post: Post, places: dict[Any, str]) -> str:
    if post.place_id:
        return places[post.place_id]
    return "" if post.organisation_id else area_name(post.area)


def demo_bar(request: HttpRequest) -> dict[str, Any]:
    """What the mark on every page offers besides itself."""
    return {
        "advance_url": reverse("demo:advance"),
        "roles_url": reverse("demo:roles"),
        "steps": [{"minutes": minutes} for minutes in STEPS],
        "until": until(),
        "roles": role_links(request),
    }


shell.DEMO_BAR[:] = [demo_bar]
