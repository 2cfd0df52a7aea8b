"""A person's file: it opens while the post has a duty about them; each look and each reveal is logged beforehand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import actions
from muster.kernel.people.access import PURPOSES
from muster.kernel.people.models import IDENTIFIER_KINDS, Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import acting
from muster.web.page import page

from ..queries import duties as lists
from ..queries import files


def _opened(request: HttpRequest, person: UUID) -> tuple[Person, dict[str, Any]]:
    """The person and what their file says, whichever of their records is asked for.

    Raises Http404 for nobody, Refused without a duty about them.
    """
    with acting():
        found = Person.objects.select_related("household").filter(records=person).first()
    if found is None:
        raise Http404
    return found, actions.open_file(by=request.post_held, person=found)


@page("people/<uuid:person>/", name="person:file", needs="people.open_file")
def file(request: HttpRequest, person: UUID) -> HttpResponse:
    """Who it is, what they are under and why, what happened, what is owed, who looked."""
    return _show(request, person)


def _show(
    request: HttpRequest, person: UUID, *, errors: dict[str, Any] | None = None, revealed: dict[str, Any] | None = None
) -> HttpResponse:
    row, details = _opened(request, person)
    post, now = request.post_held, clock.now()
    with acting():
        records = records_of(row.pk)
        controls = files.controls_of(records, post, clock.local_day(now))
        events, looks = files.timeline(records), files.looks_at(records)
    owed = Duty.objects.open().filter(person_id__in=records).select_related("person__household").order_by("due_at")
    context = {
        "person": row,
        "details": details,
        "numbers": [n | {"title": IDENTIFIER_KINDS[n["kind"]]} for n in _by_kind(details["identifiers"])],
        "purposes": list(PURPOSES.items()),
        "controls": controls,
        "next_test": files.next_test(controls),
        "timeline": events,
        "looks": looks,
        "cards": [lists.card(duty, post, now, duty.person.label) for duty in owed],
        "errors": errors or {},
        "revealed": revealed,
    }
    return render(request, "reports/person.html", context, status=422 if errors else 200)


def _by_kind(numbers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The masked numbers, those of one kind together: they are revealed together."""
    kinds: dict[str, dict[str, Any]] = {}
    for number in numbers:
        row = kinds.setdefault(number["kind"], {"kind": number["kind"], "masked": []})
        row["masked"].append(number["masked"])
    return list(kinds.values())


@page("people/<uuid:person>/reveal/", name="person:reveal", needs="people.reveal", methods=("POST",))
def reveal(request: HttpRequest, person: UUID) -> HttpResponse:
    """The plain numbers of one kind, for a purpose. Never stored, not even for a form that is sent again."""
    field, alone = request.POST.get("field", ""), request.headers.get("HX-Request")
    with acting():
        if not Person.objects.filter(pk=person).exists():
            raise Http404
    try:
        purpose = request.POST.get("purpose", "")
        values = actions.reveal(by=request.post_held, person=person, field=field, purpose=purpose)
    except Invalid as no:
        if alone:
            return render(request, "reports/revealed.html", {"error": no.message}, status=422)
        return _show(request, person, errors={no.field: no.message})
    revealed = {"values": values, "field": field, "title": IDENTIFIER_KINDS.get(field, "")}
    if alone:
        return render(request, "reports/revealed.html", {"revealed": revealed})
    return _show(request, person, revealed=revealed)


@page("people/<uuid:person>/evidence/", name="person:evidence", needs="people.open_file")
def evidence(request: HttpRequest, person: UUID) -> HttpResponse:
    """For the person, on paper: what they are under, until when, and on which evidence. It names nobody else."""
    row, details = _opened(request, person)
    with acting():
        controls = files.controls_of(records_of(row.pk), None, clock.today())
    held = [control for control in controls if control["control"].ended_at is None]
    context = {"person": row, "details": details, "controls": held, "installation_row": installation.current()}
    return render(request, "reports/evidence.html", context)
