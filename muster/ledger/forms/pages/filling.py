"""Filling a form: which rows, what will be missing, progress, what was missing, the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.ledger.asking import Asked, asked
from muster.ledger.declaring import LEDGERS
from muster.ledger.exporting import PURPOSES
from muster.ledger.limits import limit
from muster.ledger.models import TONES, Export, SavedView
from muster.ledger.pages.lists import ledger_of
from muster.web.page import page

from .. import actions, guards, words
from ..changes import minutes_by_hand
from ..filled import content_of
from ..models import FilledFile, Filling, Template
from ..reading import Missing, lines
from ..sources import STARS
from .letters import XLSX, attached
from .templates import template_of

STALLED = timedelta(minutes=15)
SURVEYED, SHOWN = 500, 3  # rows looked through before filling, and shown


@page("forms/<uuid:template>/fill/", name="forms:fill", needs="forms.start_filling", methods=("GET", "POST"))
def fill(request: HttpRequest, template: UUID) -> HttpResponse:
    """Which rows go into the form, what of it will stay empty, what for."""
    row = template_of(template)
    if row.kind != guards.SHEET or row.state != words.READY or row.subject not in LEDGERS:
        raise Http404
    question = _question(request, row)
    if request.method != "POST":
        return _show(request, row, question)
    try:
        rows, most = question.count(limit("form.rows_at_most")), limit("form.rows_at_most")
        if rows > most or (question.find and rows > limit("export.rows")):
            raise Invalid("purpose", _("These are too many rows: filter them further."))
        made = actions.start_filling(
            by=request.post_held, template=row, asked=question.query(), purpose=request.POST.get("purpose", ""),
            identified=request.POST.get("identified") == "yes", language=get_language(), rows=rows, op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _show(request, row, question, {no.field: no.message})
    return HttpResponseRedirect(reverse("forms:filled", args=[made.pk]), status=303)


def _question(request: HttpRequest, row: Template) -> Asked:
    """The rows of the address, or of the saved view that it names."""
    ledger, query = ledger_of(request, row.subject), request.GET
    if "view" in query:
        views = SavedView.objects.filter(post_id=request.post_held.id, ledger=row.subject, deleted_at=None)
        view = next((each for each in views if str(each.pk) == query["view"]), None)
        query = QueryDict(view.query) if view else query
    return asked(ledger, request.post_held, query)


def _show(request: HttpRequest, row: Template, question: Asked, errors: dict[str, Any] | None = None) -> HttpResponse:
    missing, post, most, agreed = Missing(), request.post_held, limit("form.rows_at_most"), limit("export.rows")
    found = list(lines(question, row, STARS, missing, SURVEYED))
    count = question.count(most)
    hand = sum(part["by"] == words.HAND for part in row.mapping)
    context = {
        "template": row,
        "ledger": question.ledger,
        "asked": question,
        "count": min(count, most),
        "too_many": count > most,
        "wants_agreement": agreed < count <= most,
        "most": most,
        "agreed": agreed,
        "surveyed": len(found) if count > len(found) else 0,
        "headers": [part["header"] for part in row.mapping],
        "shown": found[:SHOWN],
        "missing": _named([lack for lack in missing.told() if lack["why"] != words.MASKED]),
        "cells": sum(lack["count"] for lack in missing.told() if lack["why"] != words.MASKED),
        "minutes": minutes_by_hand(min(count, most), hand),
        "filters": [
            (each, question.values.get(each.name, ""), each.options(post))
            for each in question.ledger.filters
            if each.options
        ],
        "views": SavedView.objects.filter(post_id=post.id, ledger=row.subject, deleted_at=None).order_by("name"),
        "purposes": list(PURPOSES.items()),
        "may_identify": bool(question.ledger.person) and may(post, "ledger.export_identifiers"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "forms/fill.html", context, status=422 if errors else 200)


def _named(lacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the reason in words, and how many rows are not named."""
    return [lack | {"said": words.MISSING[lack["why"]], "more": lack["count"] - len(lack["rows"])} for lack in lacks]


def _filling_of(pk: UUID) -> Filling:
    row = Filling.objects.select_related("template").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page("forms/filled/<uuid:filling>/", name="forms:filled", needs="forms.start_filling")
def filled(request: HttpRequest, filling: UUID) -> HttpResponse:
    """How far it is; then what could not be filled, and the file."""
    row = _filling_of(filling)
    export = Export.objects.filter(pk=filling).first()
    if row.state in (words.WAITING, words.WORKING) and row.made_at < clock.now() - STALLED:
        row.state, row.error = words.FAILED, _("The form could not be filled. Tell your administrator.")
    context = {
        "filling": row,
        "template": row.template,
        "waits": row.state in (words.WAITING, words.WORKING),
        "export": export,
        "tone": TONES[export.state] if export else "",
        "missing": _named(row.missing),
        "cells": sum(lack["count"] for lack in row.missing),
        "again": f"{reverse('forms:fill', args=[row.template_id])}?{row.asked}",
    }
    return render(request, "forms/filled.html", context)


@page("forms/filled/<uuid:filling>/file/", name="forms:filled_file", needs="forms.start_filling")
def filled_file(request: HttpRequest, filling: UUID) -> HttpResponse:
    """The filled form, for the post that had it filled."""
    row = _filling_of(filling)
    try:
        with acting():
            content = content_of(row)
    except FilledFile.DoesNotExist:
        raise Http404 from None
    name = f"{row.template.name} {row.made_at.astimezone(clock.zone()):%Y-%m-%d %H%M}.xlsx"
    return attached(content, name, XLSX)
