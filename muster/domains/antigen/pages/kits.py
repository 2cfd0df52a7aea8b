"""A batch in a store, a want, an issue: what is left, who comes first, who signed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.permissions import may, reaches, visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, id_of, row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions, words
from ..actions.kits import free_kits
from ..ledgers import BATCHES, WANTS, expired
from ..models import KitBatch, KitIssue, KitWant


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@page("antigen/receive/", name="antigen:receive", needs="antigen.receive", methods=("POST",))
def receive(request: HttpRequest) -> HttpResponse:
    """A store received kits."""
    form = request.POST
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in ("area", "store", "batch")}
    given |= {"kits": number(form.get("kits", "")), "expires_on": _day(form.get("expires_on", ""))}
    return answer(
        lambda: actions.receive(by=request.post_held, op=request.op, **given),
        lambda row: reverse("antigen:batch", args=[row.pk]),
        lambda errors: show_list(request, BATCHES, errors),
    )


@page("antigen/batches/<uuid:kit_batch>/", name="antigen:batch", needs="antigen.see_kits")
def batch(request: HttpRequest, kit_batch: UUID) -> HttpResponse:
    """One batch."""
    return _batch(request, row_of(visible_to(KitBatch.objects, request.post_held), kit_batch))


def _batch(request: HttpRequest, row: KitBatch, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "batch": row,
        "expired": expired(row),
        "issues": row.issues.select_related("want").order_by("-issued_at", "id")[:100],
        "may_discard": row.on_hand > 0 and may(request.post_held, "antigen.discard"),
        "reasons": words.WHY_DISCARDED.items(),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "antigen/batch.html", context, status=422 if errors else 200)


@page("antigen/batches/<uuid:kit_batch>/discard/", name="antigen:discard", needs="antigen.discard", methods=("POST",))
def discard(request: HttpRequest, kit_batch: UUID) -> HttpResponse:
    """Kits cannot be used."""
    row, form = row_of(visible_to(KitBatch.objects, request.post_held), kit_batch), request.POST
    kits, why = number(form.get("kits", "")), form.get("why", "")
    return answer(
        lambda: actions.discard(by=request.post_held, batch=row, kits=kits, why=why, op=request.op),
        reverse("antigen:batch", args=[kit_batch]),
        lambda errors: _batch(request, row, errors),
    )


@page("antigen/wants/add/", name="antigen:want", needs="antigen.want", methods=("POST",))
def want(request: HttpRequest) -> HttpResponse:
    """Kits are wanted."""
    form = request.POST
    given = {"area": form.get("area", "").strip(), "group": form.get("group", "")}
    return answer(
        lambda: actions.want(by=request.post_held, wanted=number(form.get("wanted", "")), op=request.op, **given),
        lambda row: reverse("antigen:want_shown", args=[row.pk]),
        lambda errors: show_list(request, WANTS, errors),
    )


@page("antigen/wants/<uuid:kit_want>/", name="antigen:want_shown", needs="antigen.see_kits")
def want_shown(request: HttpRequest, kit_want: UUID) -> HttpResponse:
    """One want."""
    return _want(request, row_of(visible_to(KitWant.objects, request.post_held), kit_want))


def _want(request: HttpRequest, row: KitWant, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, now = request.post_held, clock.now()
    may_issue = row.left > 0 and may(post, "antigen.issue") and reaches(post, row.area)
    stores = visible_to(KitBatch.objects.filter(on_hand__gt=0, expires_on__gt=clock.local_day(now)), post)
    found = stores.order_by("expires_on", "id")[:20] if may_issue else []
    free = {area: free_kits(area, row.group, now) for area in {each.area for each in found}}
    context = {
        "want": row,
        "batches": [(each, min(each.on_hand, row.left, free[each.area])) for each in found],
        "issues": row.issues.order_by("issued_at", "id"),
        "may_issue": may_issue,
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "antigen/want.html", context, status=422 if errors else 200)


@page("antigen/wants/<uuid:kit_want>/issue/", name="antigen:issue_kits", needs="antigen.issue", methods=("POST",))
def issue_kits(request: HttpRequest, kit_want: UUID) -> HttpResponse:
    """Kits leave a store."""
    row, form = row_of(visible_to(KitWant.objects, request.post_held), kit_want), request.POST
    store = row_of(visible_to(KitBatch.objects, request.post_held), id_of(form.get("batch", "")))
    kits = number(form.get("kits", ""))
    return answer(
        lambda: actions.issue(by=request.post_held, want=row, batch=store, kits=kits, op=request.op),
        reverse("antigen:want_shown", args=[kit_want]),
        lambda errors: _want(request, row, errors),
    )


@page("antigen/issues/<uuid:kit_issue>/", name="antigen:issue", needs="antigen.see_kits")
def issue(request: HttpRequest, kit_issue: UUID) -> HttpResponse:
    """Kits on their way to who wanted them."""
    return _issue(request, row_of(visible_to(KitIssue.objects.select_related("want"), request.post_held), kit_issue))


def _issue(request: HttpRequest, row: KitIssue, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    may_sign = row.signed_at is None and may(post, "antigen.sign") and reaches(post, row.area)
    context = {"issue": row, "may_sign": may_sign, "errors": errors}
    return render(request, "antigen/issue.html", context, status=422 if errors else 200)


@page("antigen/issues/<uuid:kit_issue>/sign/", name="antigen:sign", needs="antigen.sign", methods=("POST",))
def sign(request: HttpRequest, kit_issue: UUID) -> HttpResponse:
    """They are here, and counted."""
    row = row_of(visible_to(KitIssue.objects.select_related("want"), request.post_held), kit_issue)
    return answer(
        lambda: actions.sign(by=request.post_held, issue=row, op=request.op),
        reverse("antigen:issue", args=[kit_issue]),
        lambda errors: _issue(request, row, errors),
    )
