"""Addresses of pages of any domain, only where the post may open them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from muster.kernel.posts.permissions import may
from muster.web.page import routes


def link(post: Any, name: str, *args: Any, **query: Any) -> str:
    """The address of a page, with a query; '' where the post may not open it, or where its domain is not installed."""
    needs = {route.name: route.needs for route in routes()}
    if name not in needs or (needs[name] and not may(post, needs[name])):
        return ""
    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
