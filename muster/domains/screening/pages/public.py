"""A person's own results, opened by a one-time link and without sign-in; nothing personal is in the address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.signing import seal_id, unseal_id
from muster.web import limits
from muster.web.links import busy, drawn, private
from muster.web.page import page

from .. import actions
from ..actions.links import SHOWN_FOR
from ..models import ResultLink
from ..shown import results_of

COOKIE, SEEN = "muster_result", b"T"
MOST, SECONDS = 30, 60  # tries of one address in a minute: a secret of 128 bits is not found by trying


def _wait(request: HttpRequest) -> HttpResponse | None:
    """The answer to somebody who asks too often, or None."""
    if not limits.over(f"screening:link:{limits.sender(request)}", MOST, SECONDS):
        return None
    return busy(request, "screening/result_over.html", SECONDS)


@page("r/<str:secret>/", name="screening:open_link", methods=("GET", "POST"), public=True)
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of a message. Only the button spends it: programs that look at links in messages do not."""
    if wait := _wait(request):
        return wait
    if request.method != "POST":
        return private(render(request, "screening/result_open.html", {"minutes": int(SHOWN_FOR.total_seconds() // 60)}))
    try:
        link = actions.open_link(by=SYSTEM, secret=secret, op=request.op)
    except Invalid as no:
        return private(render(request, "screening/result_over.html", {"reason": no.message}, status=410))
    response = HttpResponseRedirect(reverse("screening:shown"))
    value = seal_id(SEEN, link.id)
    response.set_cookie(
        COOKIE, value, max_age=int(SHOWN_FOR.total_seconds()), path=reverse("screening:shown"), httponly=True,
        samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return private(response)


@page("my-result/", name="screening:shown", public=True)
def shown(request: HttpRequest) -> HttpResponse:
    """The results of whoever opened a link on this device a moment ago, with signed certificates."""
    if wait := _wait(request):
        return wait
    now = clock.now()
    with acting():
        link = _link(request)
        if link is None or link.shown_until is None or link.shown_until <= now:
            return private(render(request, "screening/result_over.html", {}, status=410))
        log_access(by=SYSTEM, event="shown", subject=link.person_id, area=link.area)
        rows = results_of(link, now)
        label = link.person.canonical.label
    context = {"rows": [(row, drawn(row.code) if row.code else "") for row in rows], "label": label, "link": link}
    return private(render(request, "screening/result_shown.html", context))


def _link(request: HttpRequest) -> ResultLink | None:
    pk = unseal_id(SEEN, request.COOKIES.get(COOKIE, ""))
    return ResultLink.objects.select_related("person__canonical").filter(pk=pk).first()
