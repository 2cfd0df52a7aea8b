"""`@page`: the only way a route comes to be.

It finds the acting post, asks `may()`, opens the reading transaction with the post set for row-level security, renders
inside it, and turns the ways of saying no into pages that say what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from muster.kernel.declare import MENU, PERMISSIONS
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import viewing
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import ROLES

View = Callable[..., HttpResponse]
MOST_CHARACTERS = 10_000  # of one field of a form
PASTED = {"rows": 5_000_000}  # of one that takes rows out of a spreadsheet


@dataclass(frozen=True)
class Route:
    """A path, its view, its name (`folder:page`), and what it needs; `public` routes need no sign-in."""

    path: str
    view: Any
    name: str
    needs: str
    methods: tuple[str, ...]
    public: bool

    @property
    def namespace(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

    @property
    def short_name(self) -> str:
        """The part of the name after the colon."""
        return self.name.partition(":")[2]


_ROUTES: dict[str, Route] = {}


def routes() -> list[Route]:
    """All routes made so far."""
    return list(_ROUTES.values())


def add_route(path: str, view: Any, *, name: str, needs: str = "", methods=("GET",), public: bool = False) -> None:
    """Register a view that does by itself what `@page` does: the live stream and the JSON API."""
    if not needs and not public:
        raise ValueError(f"{name}: a route either names what it needs or is public")
    view.muster_page = True
    _ROUTES[name] = Route(path, view, name, needs, tuple(methods), public)


def page(
    path: str,
    *,
    name: str,
    needs: str = "",
    methods: tuple[str, ...] = ("GET",),
    public: bool = False,
    reads: bool = True,
):
    """Make a function a page at `path`, seen by the roles that hold `needs`.

    One that does not read only calls an action, which asks by itself who may: no reading transaction is opened for it.
    """

    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def make(function: View) -> View:
        @wraps(function)
        def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(methods)
            if not public and request.post_held is None:
                return _sign_in(request)
            try:
                if not public:
                    admit(request.post_held, needs)
                refuse_nonsense(request)
                if request.method == "POST":
                    request.op = operation_id(request)
                with viewing(request.post_held.id) if reads and request.post_held else nullcontext():
                    return function(request, **arguments)
            except (Refused, OpConflict, Invalid, Http404) as no:
                return say_no(request, no)

        add_route(path, view, name=name, needs=needs, methods=methods, public=public)
        return view

    return make


def admit(post: Any, needs: str) -> None:
    """Raise Refused, and log it, unless the post's role holds what a page needs."""
    if not may(post, needs):
        log_access(by=post, event="refused", field=needs, area=post.area)
        raise Refused(needs, post.area)


def refuse_nonsense(request: HttpRequest) -> None:
    """Raise Invalid for text that no database stores, or that is longer than any field of ours."""
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            if any("\0" in text for text in (name, *values)):
                raise Invalid(name, _("There is a character in it that cannot be stored."))
            most = PASTED.get(name, MOST_CHARACTERS)
            if any(len(text) > most for text in (name, *values)):
                raise Invalid(name, _("At most %(most)s characters") % {"most": most})


def operation_id(request: HttpRequest) -> UUID:
    """The operation id that the form or the client made; without one nothing is written."""
    given = request.headers.get("Idempotency-Key") or request.POST.get("op") or ""
    try:
        return UUID(given)
    except ValueError:
        raise Invalid("op", _("This form has no operation number. Reload the page and send it again.")) from None


def _sign_in(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(f"/sign-in/?next={quote(request.get_full_path())}")
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401, headers={"HX-Redirect": "/sign-in/"})
    return response


_STATUS = {Refused: 403, OpConflict: 409, Invalid: 422, Http404: 404}


def say_no(request: HttpRequest, no: Exception) -> HttpResponse:
    """The page for a refusal, a conflict, an invalid value or a missing row: what happened, and what to do."""
    status = _STATUS[type(no)]
    post = getattr(request, "post_held", None)
    with viewing(post.id) if post else nullcontext():
        said = _refused(no, post) if isinstance(no, Refused) else {}
        return render(request, f"web/{status}.html", {"error": no, **said}, status=status)


def _refused(no: Refused, post: Any) -> dict[str, Any]:
    """What was refused, as the menu calls it or the work it is part of, and the roles that do it."""
    roles = PERMISSIONS[no.permission].roles if no.permission in PERMISSIONS else frozenset()
    named = [entry.title for entry in MENU if entry.needs == no.permission]
    about = [entry.group or entry.title for entry in MENU if entry.needs.split(".")[0] == no.permission.split(".")[0]]
    return {
        "what": (named or about or [_("this page or action")])[0],
        "roles": [role.title for role in ROLES.values() if role.code in roles],
        "elsewhere": post is not None and post.role in roles,
    }


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return say_no(request, Http404())


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours; nothing was saved, because each write is one transaction."""
    return HttpResponse(render_to_string("web/500.html"), status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form does not come from a page of this session."""
    return HttpResponse(render_to_string("web/403.html"), status=403)
