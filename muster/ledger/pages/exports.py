"""Taking rows away: the form, the file, paper; and files that a second person has to agree to."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.people.crypto import decrypt
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import User
from muster.kernel.posts.permissions import may, reaches
from muster.web.page import page

from .. import actions
from ..asking import MANY, Asked, asked
from ..declaring import LEDGERS
from ..exporting import PURPOSES, chunks_of, file_name, lines, log_export, sent, write_file
from ..limits import limit
from ..models import ASKED, FORM, KINDS, NAMES, READY, TONES, Export, ExportPart
from .lists import ledger_of

_BOTH = ("GET", "POST")


@page("ledgers/<str:ledger>/export/", name="ledger:export", needs="ledger.export_rows", methods=_BOTH)
def export(request: HttpRequest, ledger: str) -> HttpResponse:
    """The rows as filtered and sorted: as a file, or on paper. The form says what for."""
    question = asked(ledger_of(request, ledger), request.post_held, request.GET)
    if request.method != "POST":
        return _form(request, question)
    try:
        kind, purpose, identifiers = _said(request, question)
        most = limit("print.rows" if kind == "print" else "export.rows")
        if question.count(most) > most:
            raise Invalid("kind", _("These are too many rows: filter them further, or ask for agreement to a file."))
    except Invalid as no:
        return _form(request, question, {no.field: no.message})
    log_export(question, kind, purpose, identifiers)
    if kind == "print":
        return _paper(request, question, identifiers, purpose)
    return sent(chunks_of(write_file(question, kind, identifiers)), file_name(question, kind), kind)


def _said(request: HttpRequest, question: Asked) -> tuple[str, str, bool]:
    """Kind, purpose, and whether with identifiers. Raises Invalid, Refused."""
    given = request.POST
    kind, purpose = given.get("kind", ""), given.get("purpose", "")
    identifiers = given.get("identifiers") == "yes" and bool(question.ledger.person)
    actions.check_export(request.post_held, kind, purpose, identifiers)
    return kind, purpose, identifiers


def _form(request: HttpRequest, question: Asked, errors: dict[str, Any] | None = None) -> HttpResponse:
    most = limit("export.rows")
    rows = question.count(limit("export.rows_at_most"))
    context = {
        "ledger": question.ledger,
        "asked": question,
        "count": rows,
        "too_many": rows > most,
        "far_too_many": rows > limit("export.rows_at_most") or bool(question.find),
        "most": most,
        "most_on_paper": limit("print.rows"),
        "kinds": list(KINDS.items()),
        "files": [pair for pair in KINDS.items() if pair[0] != "print"],
        "purposes": list(PURPOSES.items()),
        "may_identify": bool(question.ledger.person) and may(question.post, "ledger.export_identifiers"),
        "said": question.in_words(),
        "back": f"{reverse(question.ledger.route)}?{question.query()}",
        "errors": errors or {},
        "values": request.POST,
    }
    return render(request, "ledger/export.html", context, status=422 if errors else 200)


def _paper(request: HttpRequest, question: Asked, identifiers: bool, purpose: str) -> HttpResponse:
    context = {
        "ledger": question.ledger,
        "heads": [column.title for column in question.columns],
        "rows": list(lines(question, identifiers)),
        "identifiers": identifiers,
        "purpose": PURPOSES[purpose],
        "said": question.in_words(),
        "many": MANY,
    }
    return render(request, "ledger/print.html", context)


@page("ledgers/<str:ledger>/export/ask/", name="ledger:ask_export", needs="ledger.ask_export", methods=("POST",))
def ask_export(request: HttpRequest, ledger: str) -> HttpResponse:
    """Ask for a file of more rows than leave without a second person."""
    question = asked(ledger_of(request, ledger), request.post_held, request.GET)
    try:
        kind, purpose, identifiers = _said(request, question)
        most = limit("export.rows_at_most")
        if kind == "print" or question.find or (rows := question.count(most)) > most:
            raise Invalid("kind", _("A file of so many rows is not written: filter them further."))
        made = actions.ask_export(
            by=request.post_held, ledger=question.ledger.name, query=question.query(), kind=kind, purpose=purpose,
            identifiers=identifiers, rows=rows, language=get_language(), op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _form(request, question, {no.field: no.message})
    return HttpResponseRedirect(reverse("ledger:request", args=[made.pk]), status=303)


@page("exports/<uuid:export>/", name="ledger:request", needs="ledger.see_exports", methods=_BOTH)
def request_(request: HttpRequest, export: UUID) -> HttpResponse:
    """A file that was asked for: who, what, why; a second person agrees or not; then it can be fetched."""
    row, errors = _export_of(export), {}
    if request.method == "POST":
        try:
            agreed = request.POST.get("agreed") == "yes"
            actions.decide_export(by=request.post_held, export=row, agreed=agreed, op=request.op)
            return HttpResponseRedirect(reverse("ledger:request", args=[export]), status=303)
        except Invalid as no:
            errors = {no.field: no.message}
    post, ledger = request.post_held, LEDGERS[row.ledger]
    with acting():
        names = dict(User.objects.filter(pk__in=[row.user_id, row.decided_by]).values_list("pk", "display_name"))
        question = asked(ledger, post, QueryDict(row.query))
    context = {
        "export": row,
        "title": ledger.title,
        "tone": TONES[row.state],
        "kind": NAMES[row.kind],
        "purpose": PURPOSES.get(row.purpose, row.purpose),
        "said": question.in_words(),
        "by": names.get(row.user_id, ""),
        "decided_by": names.get(row.decided_by, ""),
        "may_decide": row.state == ASKED and row.user_id != post.user_id and reaches(post, row.area)
        and may(post, "ledger.decide_export"),
        "may_fetch": row.state == READY and row.post_id == post.id and row.kind != FORM,
        "filled": row.kind == FORM and row.post_id == post.id,
        "errors": errors,
    }  # fmt: skip
    return render(request, "ledger/request.html", context, status=422 if errors else 200)


def _export_of(pk: UUID) -> Export:
    row = Export.objects.filter(pk=pk).first()
    if row is None or row.ledger not in LEDGERS:
        raise Http404
    return row


@page("exports/<uuid:export>/file/", name="ledger:file", needs="ledger.see_exports", methods=("POST",))
def file(request: HttpRequest, export: UUID) -> HttpResponse:
    """The file, for the post that asked for it; each time it is fetched is logged."""
    row = _export_of(export)
    if row.state != READY or row.post_id != request.post_held.id or row.kind == FORM:
        raise Http404
    question = asked(LEDGERS[row.ledger], request.post_held, QueryDict(row.query))
    log_export(question, row.kind, row.purpose, row.identifiers)
    return sent(_parts(row), file_name(question, row.kind), row.kind)


async def _parts(row: Export) -> AsyncIterator[bytes]:
    number = 0
    while piece := await sync_to_async(_part)(row, number):
        yield piece
        number += 1


def _part(row: Export, number: int) -> bytes:
    with acting():
        part = ExportPart.objects.filter(export=row, number=number).first()
    return base64.b64decode(decrypt(part.key_id, part.data_enc, part.pk)) if part else b""
