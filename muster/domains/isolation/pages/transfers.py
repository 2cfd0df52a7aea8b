"""Transfers: who is to be taken where, and the handover on each side's own screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page

from .. import actions, words
from ..actions.handover import MOST_TRIES, OTHER, sides_of
from ..models import Room, Site, Stay, Transfer
from .homes import show_assessment
from .stays import show, stay_of


def _transfer_of(pk: UUID) -> Transfer:
    return row_of(Transfer.objects.select_related("person", "site", "room", "control"), pk)


@page("isolation/transfers/<uuid:transfer>/", name="isolation:transfer", needs="isolation.see_transfers")
def transfer(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """One transfer: both sides, what is confirmed, the code."""
    return _show(request, _transfer_of(transfer))


def _show(request: HttpRequest, row: Transfer, errors: dict[str, Any] | None = None) -> HttpResponse:
    now, post = clock.now(), request.post_held
    mine = [side for side in sides_of(post, row) if may(post, "isolation.confirm_handover")]
    open_ = row.state in (words.REQUESTED, words.DEPARTED)
    code_lives = open_ and row.code_until and row.code_until > now and row.code_tries < MOST_TRIES
    stay = Stay.objects.filter(person=row.person_id, site=row.site_id, ended_at=None).select_related("room").first()
    context = {
        "transfer": row,
        "tone": words.TRANSFER_TONES[row.state],
        "late": open_ and row.due_at < now,
        "sides": [_side(row, side, side in mine and open_) for side in words.SIDES] if row.site else [],
        "code": actions.shown_code(row) if code_lives and row.code_side in mine else "",
        "code_asked": code_lives and [side for side in mine if OTHER[side] == row.code_side],
        "stay": stay if row.receiver_at else None,
        "rooms": _rooms(row) if words.RECEIVER in mine and not row.receiver_at else [],
        "sites": _other_sites(row) if open_ and not row.receiver_at and may(post, "isolation.place_transfer") else [],
        "may_cancel": open_ and not row.receiver_at and may(post, "isolation.cancel_transfer") and post.lo is not None,
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "isolation/transfer.html", context, status=422 if errors else 200)


def _side(row: Transfer, side: str, mine: bool) -> dict[str, Any]:
    at = row.confirmed_at(side)
    return {"side": side, "title": words.SIDES[side], "at": at, "may": mine and at is None}


def _rooms(row: Transfer) -> list[tuple[Any, str]]:
    ready = Room.objects.filter(site=row.site, state=words.READY).order_by("label")[:300]
    return [(room.id, room.label) for room in ([row.room] if row.room else []) + list(ready)]


def _other_sites(row: Transfer) -> list[tuple[Any, str]]:
    sites = Site.objects.filter(closed_at=None).exclude(pk=row.site_id).order_by("area", "name")[:200]
    return [(site.id, site.name) for site in sites]


@page(
    "isolation/transfers/<uuid:transfer>/confirm/", name="isolation:confirm_handover",
    needs="isolation.confirm_handover", methods=("POST",),
)  # fmt: skip
def confirm_handover(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """Confirm one's own side, or with the other side's code both."""
    row, form = _transfer_of(transfer), request.POST
    side, code = form.get("side", ""), form.get("code", "").strip()

    def confirm() -> None:
        if "with_code" in form and not code:
            raise Invalid("code", _("Enter the six digits."))
        room = chosen(Room.objects, form.get("room", ""))
        done = actions.confirm_handover(
            by=request.post_held, transfer=row, side=side, code=code, room=room, op=request.op
        )
        if done.confirmed_at(side) is None:
            left = MOST_TRIES - done.code_tries
            raise Invalid("code", _("This code is wrong; {left} tries are left.").format(left=left))

    return answer(
        confirm,
        reverse("isolation:transfer", args=[transfer]),
        lambda errors: _show(request, _transfer_of(transfer), errors),
    )


@page(
    "isolation/transfers/<uuid:transfer>/code/", name="isolation:show_code", needs="isolation.show_code",
    methods=("POST",),
)  # fmt: skip
def show_code(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """Show a new code on this screen."""
    row, side = _transfer_of(transfer), request.POST.get("side", "")
    return answer(
        lambda: actions.show_code(by=request.post_held, transfer=row, side=side, op=request.op),
        reverse("isolation:transfer", args=[transfer]),
        lambda errors: _show(request, row, errors),
    )


@page(
    "isolation/transfers/<uuid:transfer>/site/", name="isolation:place_transfer", needs="isolation.place_transfer",
    methods=("POST",),
)  # fmt: skip
def place_transfer(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """Give the transfer a site, or another one."""
    row = _transfer_of(transfer)

    def place() -> None:
        site = chosen(Site.objects, request.POST.get("site", ""))
        if site is None:
            raise Invalid("site", _("Choose a site."))
        actions.place_transfer(by=request.post_held, transfer=row, site=site, op=request.op)

    return answer(place, reverse("isolation:transfer", args=[transfer]), lambda errors: _show(request, row, errors))


@page(
    "isolation/transfers/<uuid:transfer>/cancel/", name="isolation:cancel_transfer", needs="isolation.cancel_transfer",
    methods=("POST",),
)  # fmt: skip
def cancel_transfer(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """The transfer is no longer needed."""
    row = _transfer_of(transfer)
    return answer(
        lambda: actions.cancel_transfer(by=request.post_held, transfer=row, op=request.op),
        reverse("isolation:transfer", args=[transfer]),
        lambda errors: _show(request, row, errors),
    )


@page(
    "isolation/controls/<uuid:control>/transfer/", name="isolation:request_transfer",
    needs="isolation.request_transfer", methods=("POST",),
)  # fmt: skip
def request_transfer(request: HttpRequest, control: UUID) -> HttpResponse:
    """Ask for a person under control to be taken to a site or hospital."""
    row, form = row_of(Control.objects.select_related("person"), control), request.POST
    site = chosen(Site.objects, form.get("site", ""))
    try:
        made = actions.request_transfer(
            by=request.post_held, control=row, site=site, wanted=form.get("wanted", ""), op=request.op
        )
    except Invalid as no:
        errors = {no.field: no.message}
        stay = Stay.objects.open().filter(control=row).first()
        return show(request, stay_of(stay.pk), errors) if stay else show_assessment(request, row, errors)
    return HttpResponseRedirect(reverse("isolation:transfer", args=[made.pk]))
