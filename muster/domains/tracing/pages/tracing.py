"""Tracing a case: who was near, what that becomes, told contacts, notes, and a second ring that is too large."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.people.queries import labels_of
from muster.web.answering import id_of, row_of
from muster.web.page import page

from .. import actions, words
from ..models import Case, PendingRing
from ..trace import Preview
from .shown import go, moment_of, places_of, with_labels

MOST_ROWS = 500  # of one ring on the page of a preview


@page("cases/<uuid:case>/trace/", name="tracing:trace", needs="tracing.trace_case", methods=("GET", "POST"))
def trace(request: HttpRequest, case: UUID) -> HttpResponse:
    """Who was near the case, and nothing written but that somebody looked; POST makes them contacts."""
    row = row_of(Case.objects, case)
    if request.method == "POST":
        as_of = moment_of(request, "as_of")
        answer = actions.confirm_contacts(by=request.post_held, case=row, as_of=as_of, op=request.op)
        return go("tracing:ring", answer["pending"]) if answer["pending"] else go("tracing:case", row.pk)
    preview = actions.trace_case(by=request.post_held, case=row, as_of=clock.now())
    context = {"case": with_labels([row])[0], "preview": preview, "rings": [_ring(preview, ring) for ring in (1, 2)]}
    return render(request, "tracing/trace.html", context)


def _ring(preview: Preview, number: int) -> dict[str, Any]:
    rows = preview.ring(number)
    by_area, by_reason = preview.counts(number)
    shown = rows[:MOST_ROWS]
    labels = labels_of([row.person for row in shown])
    places = {place.pk: place for place in places_of({place for row in shown for place in row.places})}
    people = [
        {
            "found": row,
            "label": labels.get(row.person, ""),
            "reasons": [words.REASONS[reason] for reason in sorted(row.reasons)],
            "place": places.get(row.places[0]) if row.places else None,
            "more": len(row.places) - 1,
        }
        for row in shown
    ]
    reasons = [(words.REASONS[code], count) for code, count in by_reason.items()]
    return {
        "number": number,
        "title": words.RINGS[number],
        "total": len(rows),
        "by_area": by_area,
        "by_reason": reasons,
        "people": people,
        "hidden": len(rows) - len(shown),
    }


@page("rings/<uuid:ring>/", name="tracing:ring", needs="tracing.decide_ring", methods=("GET", "POST"))
def ring(request: HttpRequest, ring: UUID) -> HttpResponse:
    """A second ring that is larger than the plan follows without asking: its counts, yes or no."""
    row = row_of(PendingRing.objects, ring)
    if request.method == "POST":
        confirmed = request.POST.get("confirmed") == "yes"
        actions.decide_ring(by=request.post_held, ring=row, confirmed=confirmed, op=request.op)
        return go("tracing:case", row.case_id)
    reasons = [(words.REASONS[code], count) for code, count in row.by_reason.items()]
    case = with_labels(Case.objects.filter(pk=row.case_id))[0]
    return render(request, "tracing/ring.html", {"ring": row, "case": case, "by_reason": reasons})


@page("cases/<uuid:case>/told/", name="tracing:told", needs="tracing.add_told_contact", methods=("GET", "POST"))
def told(request: HttpRequest, case: UUID) -> HttpResponse:
    """A contact that somebody told of, by name and phone."""
    row, errors = row_of(Case.objects, case), {}
    if request.method == "POST":
        try:
            contact = actions.add_told_contact(
                by=request.post_held, case=row, name=request.POST.get("name", ""), phone=request.POST.get("phone", ""),
                area=request.POST.get("area", "").strip(), first_at=moment_of(request, "first_at"),
                last_at=moment_of(request, "last_at"), op=request.op,
            )  # fmt: skip
            return go("tracing:contact", contact.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    context = {"case": with_labels([row])[0], "errors": errors}
    return render(request, "tracing/told.html", context, status=422 if errors else 200)


@page("cases/<uuid:case>/notes/", name="tracing:notes", needs="tracing.read_notes", methods=("GET", "POST"))
def notes(request: HttpRequest, case: UUID) -> HttpResponse:
    """What the case told; reading is logged, and needs a duty about the person."""
    row, errors = row_of(Case.objects, case), {}
    if request.method == "POST":
        try:
            actions.add_note(
                by=request.post_held, case=row, kind=request.POST.get("kind", ""), text=request.POST.get("text", ""),
                from_at=moment_of(request, "from_at"), to_at=moment_of(request, "to_at"), op=request.op,
                place=_place(request.POST.get("place", "")),
            )  # fmt: skip
            return go("tracing:notes", row.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    found = actions.read_notes(by=request.post_held, case=row, now=clock.now())
    for note in found:
        note.title = words.NOTE_KINDS[note.kind]
    context = {
        "case": with_labels([row])[0],
        "notes": found,
        "errors": errors,
        "kinds": words.choices(words.NOTE_KINDS),
    }
    return render(request, "tracing/notes.html", context, status=422 if errors else 200)


def _place(text: str) -> Place | None:
    """A place in the post's range by its reference or id."""
    if not text.strip():
        return None
    found = Place.objects.filter(ref=text.strip()).first() or Place.objects.filter(pk=id_of(text.strip())).first()
    if found is None:
        raise Invalid("place", _("There is no such place."))
    return found
