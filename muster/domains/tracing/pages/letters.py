"""Co-operation letters: writing one, printing it in both languages, recording what was answered."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may, reaches
from muster.web.answering import id_of, row_of
from muster.web.page import page

from .. import actions, words
from ..actions.letters import letter_persons, ours
from ..models import Case, Contact, Letter
from .shown import go, moment_of, places_of, with_labels


@page("cases/<uuid:case>/letter/", name="tracing:new_letter", needs="tracing.send_letter", methods=("GET", "POST"))
def new_letter(request: HttpRequest, case: UUID) -> HttpResponse:
    """Write to where contacts of a case are, outside our own areas."""
    row, errors = row_of(Case.objects, case), {}
    if request.method == "POST":
        try:
            letter = actions.send_letter(
                by=request.post_held, case=row,
                contacts=[found for text in request.POST.getlist("contacts") if (found := id_of(text))],
                to_name=request.POST.get("to_name", ""), to_area=request.POST.get("to_area", ""),
                asked=request.POST.getlist("asked"), deadline_at=moment_of(request, "deadline_at"), op=request.op,
            )  # fmt: skip
            return go("tracing:letter", letter.pk)
        except Invalid as no:
            errors = {no.field: no.message}
    rows = list(Contact.objects.open().filter(case=row).order_by("first_at", "id"))
    inside = ours(contact.area for contact in rows)
    outside = with_labels(contact for contact in rows if contact.area not in inside)
    chosen = set(request.POST.getlist("contacts") or request.GET.getlist("contact"))
    context = {
        "case": with_labels([row])[0],
        "contacts": [(contact, str(contact.pk) in chosen or not chosen) for contact in outside],
        "asked": words.choices(words.ASKED),
        "errors": errors,
    }
    return render(request, "tracing/new_letter.html", context, status=422 if errors else 200)


@page("letters/<uuid:letter>/", name="tracing:letter", needs="tracing.see_cases")
def letter(request: HttpRequest, letter: UUID) -> HttpResponse:
    """The letter with masked names, its deadline, and the form for the answer."""
    row = row_of(Letter.objects, letter)
    return render(request, "tracing/letter.html", _context(request, row))


@page("letters/<uuid:letter>/print/", name="tracing:print_letter", needs="tracing.print_letter", methods=("POST",))
def print_letter(request: HttpRequest, letter: UUID) -> HttpResponse:
    """The letter with names and phones, ready for the printer; each person on it is logged as looked at."""
    row = row_of(Letter.objects, letter)
    named = letter_persons(by=request.post_held, letter=row, now=clock.now())
    actions.print_letter(by=request.post_held, letter=row, op=request.op)
    return render(request, "tracing/letter_print.html", _context(request, row) | {"named": named})


@page("letters/<uuid:letter>/reply/", name="tracing:reply", needs="tracing.record_reply", methods=("POST",))
def reply(request: HttpRequest, letter: UUID) -> HttpResponse:
    """What was answered about each person."""
    row = row_of(Letter.objects, letter)
    given = {name.removeprefix("reply-"): value for name, value in request.POST.items() if name.startswith("reply-")}
    try:
        actions.record_reply(by=request.post_held, letter=row, replies=given, op=request.op)
    except Invalid as no:
        context = _context(request, row) | {"errors": {no.field: no.message}}
        return render(request, "tracing/letter.html", context, status=422)
    return go("tracing:letter", row.pk)


def _context(request: HttpRequest, letter: Letter) -> dict:
    persons = list(letter.persons.select_related("contact").order_by("contact__first_at", "pk"))
    with_labels(row.contact for row in persons)
    for row in persons:
        row.reply_title = words.REPLIES.get(row.reply, "")
    post = request.post_held
    return {
        "letter": letter,
        "persons": persons,
        "places": places_of(letter.places),
        "asked": [words.ASKED[code] for code in letter.asked],
        "replies": words.choices(words.REPLIES),
        "disease": words.DISEASES.get(letter.disease, letter.disease),
        "mine": may(post, "tracing.print_letter")
        and (reaches(post, letter.area) or reaches(post, letter.incident_area)),
    }
