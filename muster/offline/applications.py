"""Pages that work without a network: each is one shell without personal data, its service worker, and its manifest.

The worker keeps the shell in every language and the files it needs, under a version that follows from their contents.
What a person records lies apart from that, in the browser's database, so a new version never touches it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation

from muster.web.page import page
from muster.web.words import CAMERA

from .words import WORDS

# What every shell loads; files of `offline/` and of the application's own folder come to it.
BASE = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/icons/bootstrap-icons.min.css",
    "vendor/icons/fonts/bootstrap-icons.woff2",
    "muster/muster.css",
    "muster/theme.js",
    "muster/words.js",
    "muster/sounds.js",
    "muster/camera.js",
    "muster/camera.css",
    "muster/codes.js",
    "muster/bars.js",
    "vendor/qr/decode.js",
    "vendor/qr/index.js",
    "muster/icon.svg",
)


@dataclass(frozen=True)
class Application:
    """An installable page. `name` is `folder:page`, `folder` that of its static files, `words` those of its modules."""

    name: str
    path: str
    title: Any
    needs: str
    template: str
    folder: str
    words: tuple[str, ...]
    context: Callable[[], dict[str, Any]] = dict

    @property
    def address(self) -> str:
        """Where the shell is."""
        return f"/{self.path}"


def installable(app: Application) -> None:
    """Make the three pages of an application: the shell, its worker, its manifest."""

    @page(app.path, name=app.name, needs=app.needs)
    def shell(request: HttpRequest) -> HttpResponse:
        """The page itself, in the language that `in` asks for: the same for everybody."""
        return HttpResponse(shell_text(app, _language(request)))

    @page(f"{app.path}worker.js", name=f"{app.name}_worker", needs=app.needs)
    def worker(request: HttpRequest) -> HttpResponse:
        """The service worker: what it keeps, and the rules of sending, which are the page's own."""
        given = {"name": app.name, "path": app.address, "version": version(app), "files": addresses(app)}
        given["shells"] = {code: f"{app.address}?in={code}" for code, _name in settings.LANGUAGES}
        modules = [_source(f"offline/{name}.js").decode() for name in ("outbox", "posting", "worker")]
        text = "\n".join([f"const KIT = {json.dumps(given)};", *modules]).replace("\nexport ", "\n")
        return HttpResponse(text, content_type="text/javascript; charset=utf-8")

    @page(f"{app.path}manifest.json", name=f"{app.name}_manifest", needs=app.needs)
    def manifest(request: HttpRequest) -> HttpResponse:
        """What the phone shows of it on its home screen."""
        code = _language(request)
        with translation.override(code):
            icon = {"src": static("muster/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
            given = {"name": str(app.title), "short_name": str(app.title), "display": "standalone", "icons": [icon]}
        given |= {"start_url": f"{app.address}?in={code}", "scope": app.address, "id": app.address, "lang": code}
        return JsonResponse(given | {"background_color": "#f3f5f6", "theme_color": "#0e2f3f"})


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("in", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def shell_text(app: Application, language: str) -> str:
    """The shell in one language. It knows no request, so it cannot know who asks."""
    with translation.override(language):
        texts = {text: translation.gettext(text) for text in (*CAMERA, *WORDS, *app.words)}
        others = [(code, name) for code, name in settings.LANGUAGES if code != language]
        given = {"app": app, "language": language, "others": others, "texts": texts}
        return render_to_string(app.template, given | app.context())


def files(app: Application) -> list[str]:
    """The static files that the application needs, by their names under the static root."""
    return [*BASE, *_folder("offline"), *_folder(app.folder)]


def addresses(app: Application) -> list[str]:
    """Their addresses."""
    return [static(name) for name in files(app) if name != "offline/worker.js"]


@cache
def version(app: Application) -> str:
    """A digest of everything that the worker keeps; a process never sees two, because its files do not change."""
    digest = hashlib.sha256()
    for name in files(app):
        digest.update(name.encode() + b"\0" + _source(name))
    for code, _name in settings.LANGUAGES:
        digest.update(shell_text(app, code).encode())
    return digest.hexdigest()[:16]


def _folder(name: str) -> Iterator[str]:
    found = finders.find(name)
    for path in sorted(Path(str(found)).rglob("*.*")) if found else ():
        yield f"{name}/{path.relative_to(str(found)).as_posix()}"


def _source(name: str) -> bytes:
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"{name}: run `make setup`")
    return Path(str(found)).read_bytes()
