"""Codes on paper for people: issued by the grid worker who has seen the card, printed with the PIN on a slip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import require
from muster.ledger.pages import where
from muster.web.answering import answer, row_of
from muster.web.links import address, drawn
from muster.web.page import page

from .. import actions, codes, words
from ..limits import over, wait
from ..models import PersonalCode


@page("premises/codes/", name="premises:codes", needs="premises.issue_code")
def codes_page(request: HttpRequest) -> HttpResponse:
    """Issue a code to a person."""
    return _form(request)


def _form(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "errors": errors,
        "values": request.POST,
        "where": where.own_asked(request.post_held, request.POST or {"area": request.post_held.area}, errors),
        "answers": words.SAME.items(),
    }
    return render(request, "premises/codes.html", context, status=422 if errors else 200)


@page("premises/codes/issue/", name="premises:issue_code", needs="premises.issue_code", methods=("POST",))
def issue_code(request: HttpRequest) -> HttpResponse:
    """Issue a code."""
    given = {name: request.POST.get(name, "").strip() for name in ("name", "id_number", "phone", "same")}
    post = request.post_held
    return answer(
        lambda: actions.issue_code(by=post, area=where.own_said(post, request.POST), op=request.op, **given),
        lambda row: reverse("premises:paper_sheet", args=[row.pk]),
        lambda errors: _form(request, errors),
    )


@page("premises/codes/<uuid:personal_code>/", name="premises:paper_sheet", needs="premises.issue_code")
def paper_sheet(request: HttpRequest, personal_code: UUID) -> HttpResponse:
    """The sheet to print: the code to show, and the slip with the PIN to keep. Only where it was issued, for a day."""
    with acting():
        row = row_of(PersonalCode.objects.select_related("person").filter(revoked_at=None), personal_code)
        require(request.post_held, "premises.issue_code", row.area)
        fresh = (clock.now() - row.issued_at).days < 1
    link = address(request, "premises:paper", codes.make(codes.PERSON, row.pk))
    context = {
        "code": row,
        "drawn": drawn(link),
        "digits": [row.number[i : i + 4] for i in (0, 4, 8)],
        "pin": actions.pin_of(row) if fresh else "",
    }
    return render(request, "premises/paper_sheet.html", context)


@page("p/<str:paper>/", name="premises:paper", public=True)
def paper(request: HttpRequest, paper: str) -> HttpResponse:
    """Somebody scanned a paper code with a phone: it says nothing of whose it is."""
    if over(request, "scan"):
        return wait(request)
    return render(request, "premises/paper.html", {})
