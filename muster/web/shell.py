"""What every page shows around its content: menu, post, clock, the demonstration's mark."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.declare import MENU
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import may

from . import area_names

# Filled by the site where the installation is a demonstration: a function of the request.
DEMO_BAR: list[Any] = []


def shell(request: HttpRequest) -> dict[str, Any]:
    """The template context that all pages share."""
    area_names.fresh()
    place = installation.current()
    context: dict[str, Any] = {"installation": place, "now": clock.now(), "zone": str(clock.zone())}
    post = getattr(request, "post_held", None)
    if post:
        context |= {"post": post, "user_held": request.user_held, "menu": menu_of(post, request.path)}
        context |= {"posts": posts_of(request), "live_url": reverse("web:live")}
    if DEMO_BAR and place and place.kind == "demo":
        context["demo_bar"] = DEMO_BAR[0](request)
    return context


def posts_of(request: HttpRequest) -> list[Post]:
    """The posts that the user holds now."""
    with acting():
        return list(Post.objects.active(clock.now()).filter(user=request.user_held).order_by("from_at"))


def menu_of(post: Any, path: str) -> list[dict[str, Any]]:
    """The menu entries that the post may open; the same check as the pages behind them."""
    entries = []
    for entry in MENU:
        if may(post, entry.needs):
            url = reverse(entry.route)
            entries.append({"label": entry.title, "url": url, "current": path == url})
    return entries
