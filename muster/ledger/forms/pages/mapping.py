"""What fills each column of a form: proposed by the names of its columns, corrected by who uploaded it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import reaches
from muster.ledger.declaring import LEDGERS
from muster.web.page import page

from .. import actions, guards, words
from ..models import Template
from ..sources import sources
from .templates import subject_title, template_of, told


@page("forms/<uuid:template>/map/", name="forms:map", needs="forms.map_template", methods=("GET", "POST"))
def map_(request: HttpRequest, template: UUID) -> HttpResponse:
    """The columns of the form, each with what fills it."""
    row, form = _form_of(request, template), request.POST
    if request.method != "POST":
        return _show(request, row)
    parts = [
        {"by": form.get(f"by-{part['at']}", ""), "text": form.get(f"text-{part['at']}", "")} for part in row.mapping
    ]
    try:
        dates = form.get("dates", "")
        actions.map_template(by=request.post_held, template=row, parts=parts, dates=dates, op=request.op)
    except Invalid as no:
        return _show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("forms:template", args=[template]), status=303)


@page("forms/<uuid:template>/header/", name="forms:header", needs="forms.find_header", methods=("POST",))
def header(request: HttpRequest, template: UUID) -> HttpResponse:
    """The header stands elsewhere."""
    row, form = _form_of(request, template), request.POST
    try:
        at, height = (int(form.get(name, "")) if form.get(name, "").isdecimal() else 0 for name in ("row", "height"))
        actions.find_header(
            by=request.post_held, template=row, sheet=form.get("sheet", ""), row=at, height=height, op=request.op
        )
    except Invalid as no:
        return _show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("forms:map", args=[template]), status=303)


def _form_of(request: HttpRequest, pk: UUID) -> Template:
    row = template_of(pk)
    if row.kind != guards.SHEET or row.state == words.RETIRED or row.subject not in LEDGERS:
        raise Http404
    if not reaches(request.post_held, row.area):  # a form of a unit above is filled here, and mapped there
        raise Http404
    return row


def _show(request: HttpRequest, row: Template, errors: dict[str, Any] | None = None) -> HttpResponse:
    choices = [(key, source.title) for key, source in sources(LEDGERS[row.subject]).items()]
    typed = request.POST if f"by-{row.mapping[0]['at']}" in request.POST else {}
    context = {
        "template": row,
        "subject": subject_title(row),
        "columns": [
            (part, typed.get(f"by-{part['at']}", part["by"]), typed.get(f"text-{part['at']}", part["text"]))
            for part in row.mapping
        ],
        "choices": choices,
        "others": list(words.FILLED_BY.items()),
        "dates": list(words.DATES.items()),
        "wished": typed.get("dates", row.dates),
        "errors": errors,
        "values": request.POST,
        **told(row),
    }
    return render(request, "forms/map.html", context, status=422 if errors else 200)
