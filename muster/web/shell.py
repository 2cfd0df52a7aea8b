"""What every page shows around its content: menu, post, clock, the demonstration's mark."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.declare import MENU
from muster.kernel.people.models import Organisation, Place
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
        posts = posts_of(request)
        name_where([post, *posts])
        context |= {"post": post, "user_held": request.user_held, "menu": menu_of(post, request.path)}
        context |= {"posts": posts, "live_url": reverse("web:live")}
    if DEMO_BAR and place and place.kind == "demo":
        context["demo_bar"] = DEMO_BAR[0](request)
    return context


def posts_of(request: HttpRequest) -> list[Post]:
    """The posts that the user holds now."""
    with acting():
        return list(Post.objects.active(clock.now()).filter(user=request.user_held).order_by("from_at"))


def name_where(posts: list[Any]) -> None:
    """Put `where` on posts: the name of the place or organisation that they are bound to, else of their area."""
    with acting():
        bound = {post.place_id or post.organisation_id for post in posts} - {None}
        names = dict(Place.objects.filter(pk__in=bound).values_list("pk", "name")) if bound else {}
        names |= dict(Organisation.objects.filter(pk__in=bound).values_list("pk", "name")) if bound else {}
        for post in posts:
            post.where = names.get(post.place_id or post.organisation_id) or area_names.area_name(post.area)


def menu_of(post: Any, path: str) -> list[dict[str, Any]]:
    """The menu entries that the post may open; the same check as the pages behind them."""
    entries = [(entry, reverse(entry.route)) for entry in MENU if may(post, entry.needs)]
    return [{"label": each.title, "group": each.group, "url": url, "current": path == url} for each, url in entries]
