"""A person's own page, which their PIN opens: status, why, exceptions, objection; and the check of what they show.

Where no PIN has been shown, nothing about anybody is.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.links import address, drawn
from muster.web.page import page

from .. import actions, codes, proofs, words
from ..limits import over, wait
from ..models import Contest, Device, Exemption
from ..rules import ENTER, Status
from ..standing import in_force, stand, why
from .public import COOKIE, device_of, remember

ANSWERED_IN = timedelta(days=1)


@page("my/", name="premises:mine", public=True)
def mine(request: HttpRequest) -> HttpResponse:
    """The owner's own status, or the form that opens it."""
    if over(request, "scan"):
        return wait(request)
    return _mine(request)


def _mine(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    device = device_of(request)
    context: dict[str, Any] = {"errors": errors, "values": request.POST}
    if device and device.verified:
        with acting():
            context |= _own(request, device)
    return render(request, "premises/mine.html", context, status=422 if errors else 200)


def _own(request: HttpRequest, device: Device) -> dict[str, Any]:
    now, person = clock.now(), device.person.canonical
    records = records_of(person.pk)
    standing = stand([person.pk], now)[person.pk]
    steps = why(standing)
    asked = Exemption.objects.filter(person__in=records, ended_at=None, expires_at__gt=now)
    exemption = in_force(records, now).last() or asked.order_by("-asked_at").first()
    contest = Contest.objects.filter(person__in=records).order_by("-made_at").first()
    link = address(request, "premises:proof", proofs.make(standing.word, person.label, now))
    return {
        "person": person,
        "standing": standing,
        "step": words.STATUS_STEPS[standing.word],
        "without_word": words.STATUSES[standing.without],
        "grounds": told(standing, steps),
        "exemption": exemption,
        "exemption_word": exemption and words.STATUSES[exemption.to],
        "exemption_reason": exemption and words.EXEMPT_FOR[exemption.reason],
        "contest": contest,
        "contest_due": contest and contest.made_at + ANSWERED_IN,
        "contest_outcome": contest and words.CONTEST_OUTCOMES.get(contest.outcome, ""),
        "may_contest": standing.without != ENTER and not (contest and contest.answered_at is None),
        "reasons": words.CONTEST_REASONS.items(),
        "device_code": codes.make(codes.DEVICE, device.pk),
        "link": link,
        "drawn": drawn(link),
        "proof_ends": now + proofs.LASTS,
    }  # fmt: skip


def told(standing: Status, steps: dict[Any, Any]) -> list[dict[str, Any]]:
    """Each piece of evidence in words, until when it counts, and what it goes back to."""
    return [
        {"name": words.GROUNDS[ground.kind], "until": ground.until, "steps": steps[ground.fact]}
        | {"is_test": ground.kind == "test_due"}
        for ground in standing.grounds
    ]


@page("my/open/", name="premises:open_mine", methods=("POST",), public=True)
def open_mine(request: HttpRequest) -> HttpResponse:
    """Code and PIN open the page on this phone."""
    if over(request, "pin"):
        return wait(request)
    given = {name: request.POST.get(name, "") for name in ("code", "pin")}
    device = actions.open_device(by=SYSTEM, op=request.op, **given)["device"]
    if not device:
        return _mine(request, {"pin": _("The code and the PIN do not belong together, or were tried too often.")})
    response = HttpResponseRedirect(reverse("premises:mine"))
    remember(response, device)
    return response


@page("my/objection/", name="premises:contest_status", methods=("POST",), public=True)
def contest_status(request: HttpRequest) -> HttpResponse:
    """The person says that their status is wrong. The form itself names their device, so that it can be sent again."""
    if over(request, "pin"):
        return wait(request)
    given = {name: request.POST.get(name, "") for name in ("reason", "note")}
    try:
        device = codes.read(request.POST.get("device", ""), codes.DEVICE, now=clock.now()).about
        actions.contest_status(by=SYSTEM, device=device, op=request.op, **given)
    except codes.BadCode:
        return _mine(request, {"pin": _("Open your page with your personal code first.")})
    except Invalid as no:
        return _mine(request, {no.field: no.message})
    return HttpResponseRedirect(reverse("premises:mine"))


@page("my/leave/", name="premises:leave_mine", methods=("POST",), public=True)
def leave_mine(request: HttpRequest) -> HttpResponse:
    """The phone forgets whose it is."""
    response = HttpResponseRedirect(reverse("premises:mine"))
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


@page("s/<str:proof>/", name="premises:proof", public=True)
def proof(request: HttpRequest, proof: str) -> HttpResponse:
    """What a signed status says, for whoever it is shown to."""
    if over(request, "scan"):
        return wait(request)
    try:
        said = proofs.read(proof, clock.now())
    except codes.BadCode:
        said = None
    return render(request, "premises/proof.html", {"proof": said}, status=200 if said else 404)


@page("check/", name="premises:verify", public=True)
def verify(request: HttpRequest) -> HttpResponse:
    """Checks signed statuses in the browser."""
    if over(request, "scan"):
        return wait(request)
    return render(request, "premises/verify.html", {"keys": codes.public_keys()})


@page("check/offline/", name="premises:verify_offline", public=True)
def verify_offline(request: HttpRequest) -> HttpResponse:
    """The same page as one file to keep: style, program and keys in it, nothing else needed."""
    if over(request, "scan"):
        return wait(request)
    context = {"keys": codes.public_keys(), "offline": True}
    text = render_to_string("premises/verify.html", context, request=request)
    kept = (finders.find(name) for name in ("muster/public.css", "premises/verify.js"))
    style, program = (Path(str(path)).read_text(encoding="utf-8") for path in kept)
    text = re.sub(r'<link rel="icon"[^>]*>', "", text)
    text = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _found: f"<style>{style}</style>", text)
    link = rf'<script src="{settings.STATIC_URL}[^>]*></script>'
    text = re.sub(link, lambda _found: f"<script>{program}</script>", text)
    response = HttpResponse(text)
    response["Content-Disposition"] = 'attachment; filename="muster-check.html"'
    return response
