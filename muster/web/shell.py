"""What every page shows around its content: menu, post, clock, the demonstration's mark."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.declare import MENU
from muster.kernel.posts.permissions import may


def shell(request: HttpRequest) -> dict[str, Any]:
    """The template context that all pages share."""
    post = getattr(request, "post_held", None)
    return {
        "post_held": post,
        "user_held": getattr(request, "user_held", None),
        "menu": menu_of(post, request.path) if post else [],
        "installation": installation.current(),
        "server_now": clock.now(),
    }


def menu_of(post: Any, path: str) -> list[dict[str, Any]]:
    """The menu entries that the post may open; the same check as the pages behind them."""
    entries = []
    for entry in MENU:
        if may(post, entry.needs):
            url = reverse(entry.route)
            entries.append({"label": entry.title, "url": url, "current": path == url})
    return entries
