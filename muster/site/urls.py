"""Every route of the installation: the pages that `@page` made, the API, and the live stream."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import path
from django.urls.resolvers import RoutePattern, URLResolver

from muster.web.page import routes

_SHELVES = ["muster.offline", "muster.ledger", "muster.ledger.forms", "muster.ledger.imports"]
_APPS = ["muster.web", *_SHELVES, *settings.DOMAINS, "muster.reports", "muster.site"]
_NAMES = ["pages", "live", "sign_in", "admin", "api", "units", "demo_pages"]
for _module in [f"{app}.{name}" for app in _APPS for name in _NAMES]:
    if find_spec(_module):
        import_module(_module)


class Folder(RoutePattern):
    """Routes whose addresses begin with one of some words; of another address they need not be asked, one by one."""

    def __init__(self, firsts: set[str]) -> None:
        super().__init__("")
        self.firsts = firsts

    def match(self, path: str):
        """As Django's: all of the path is left for the routes."""
        return (path, (), {}) if path.partition("/")[0] in self.firsts else None


def _patterns():
    """Routes by the part of their name before the colon, which is the folder they came from; in it by first word."""
    for namespace, group in groupby(sorted(routes(), key=lambda route: route.name), key=lambda route: route.namespace):
        entries: dict[str, list[Any]] = {}
        for route in group:
            first = route.path.partition("/")[0]
            entries.setdefault(first, []).append(path(route.path, route.view, name=route.short_name))
        words = [URLResolver(Folder({first}), found) for first, found in entries.items()]
        yield URLResolver(Folder({*entries}), words, app_name=namespace, namespace=namespace)


urlpatterns = list(_patterns())

handler404 = "muster.web.page.not_found"
handler500 = "muster.site.away.broken"
