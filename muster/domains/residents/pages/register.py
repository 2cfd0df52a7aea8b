"""The resident ledger: one resident with the household; recording, correcting, moving, naming a guardian."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.declare import FACTS
from muster.kernel.duties.access import may_open_file
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import SEXES, Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, visible_to
from muster.web.page import page

from .. import ages, registration, words

HISTORY = 50
ROW = ("name", "id_number", "phone", "born_on", "address")


def _found(request: HttpRequest, person: UUID) -> Person:
    """The person, where they live in the post's range; of a merged one the record that stands. Raises Http404."""
    rows = visible_to(Person.objects.select_related("household", "guardian"), request.post_held, area="home")
    row = rows.filter(records=person).first()
    if row is None:
        raise Http404
    return row


@page("residents/<uuid:person>/", name="residents:resident", needs="residents.see_residents")
def resident(request: HttpRequest, person: UUID) -> HttpResponse:
    """One resident."""
    return _show(request, _found(request, person))


def _show(request: HttpRequest, row: Person, errors: dict[str, Any] | None = None, form: str = "") -> HttpResponse:
    post, today = request.post_held, clock.today()
    with acting():
        records = records_of(row.pk)
        facts = Fact.objects.filter(subject__in=records, kind__startswith="residents.").order_by("-recorded_at", "-id")
        history = [_told(fact) for fact in facts[:HISTORY]]
        held = Control.objects.open().filter(person__in=records).exists()
        opens = may(post, "people.open_file") and may_open_file(post, row, clock.now())
    members = Person.objects.filter(household=row.household_id, merged_into=None).exclude(pk=row.pk)
    members = list(members.order_by("pk")[:HISTORY]) if row.household_id else []
    context = {
        "person": row,
        "age": ages.age(row.born_on, today),
        "help": words.HELP.get(ages.group(row.born_on, today)),
        "members": members,
        "guardians": [("", "–"), *((each.pk, each.label or "–") for each in members)],
        "controlled": held,
        "may_open": opens,
        "may_write": may(post, "residents.correct_resident"),
        "history": history,
        "form": form or request.GET.get("form", ""),
        "errors": errors,
        "values": request.POST if errors else {"guardian": row.guardian_id or ""},
        **_choices(),
    }
    return render(request, "residents/resident.html", context, status=422 if errors else 200)


def _told(fact: Fact) -> dict[str, Any]:
    said, why = words.SAID_BY.get(fact.data.get("said_by")), words.WHY.get(fact.data.get("why"))
    return {"title": FACTS[fact.kind].meaning, "at": fact.recorded_at, "said": said, "why": why, "data": fact.data}


def _choices() -> dict[str, Any]:
    return {"sexes": SEXES, "said_by": list(words.SAID_BY.items()), "whys": list(words.WHY.items())}


@page("residents/new/", name="residents:new", needs="residents.record_resident", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Record somebody who lives here, on their own or somebody's word."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        area = request.POST.get("area", "").strip()
        try:
            made = registration.record_resident(
                by=request.post_held, area=area, op=request.op, **_sent(request, *ROW, "sex", "door")
            )
            return HttpResponseRedirect(reverse("residents:resident", args=[made.pk]))
        except Invalid as no:
            errors = {no.field: no.message}
    values = request.POST or {"area": request.post_held.area}
    context = {"errors": errors, "values": values, **_choices()}
    return render(request, "residents/new.html", context, status=422 if errors else 200)


def _sent(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in (*names, "said_by", "why")}


def _done(request: HttpRequest, row: Person, form: str, do: Callable[[], Any]) -> HttpResponse:
    try:
        do()
    except Invalid as no:
        return _show(request, row, {no.field: no.message}, form)
    still = visible_to(Person.objects.filter(pk=row.pk), request.post_held, area="home").exists()
    to = reverse("residents:resident", args=[row.pk]) if still else reverse("residents:list")
    return HttpResponseRedirect(to)


@page(
    "residents/<uuid:person>/correct/", name="residents:correct", needs="residents.correct_resident", methods=("POST",)
)
def correct(request: HttpRequest, person: UUID) -> HttpResponse:
    """Correct what is recorded."""
    row, sent = _found(request, person), _sent(request, *ROW, "sex", "door")
    return _done(
        request, row, "correct",
        lambda: registration.correct_resident(by=request.post_held, person=row, op=request.op, **sent),
    )  # fmt: skip


@page("residents/<uuid:person>/move/", name="residents:move", needs="residents.move_resident", methods=("POST",))
def move(request: HttpRequest, person: UUID) -> HttpResponse:
    """They live elsewhere now. Sent again, they are out of range already; the action knows that it did this."""
    with acting():
        row = Person.objects.filter(records=person).first()
    if row is None:
        raise Http404
    sent = _sent(request, "to", "door")
    return _done(
        request, row, "move",
        lambda: registration.move_resident(by=request.post_held, person=row, on=_day(request), op=request.op, **sent),
    )  # fmt: skip


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        return None


@page("residents/<uuid:person>/guardian/", name="residents:guardian", needs="residents.set_guardian", methods=("POST",))
def guardian(request: HttpRequest, person: UUID) -> HttpResponse:
    """Who speaks for them."""
    row, sent = _found(request, person), _sent(request)
    try:
        chosen = UUID(request.POST["guardian"]) if request.POST.get("guardian") else None
    except ValueError:
        chosen = row.pk  # nobody else's: the action says so
    return _done(
        request, row, "guardian",
        lambda: registration.set_guardian(by=request.post_held, person=row, guardian=chosen, op=request.op, **sent),
    )  # fmt: skip
