"""One arrival: what is known, what is asked, what can be done now; the desk's form; the letter to the next district."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock, plans
from muster.kernel.controls.models import Control
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import reveal
from muster.kernel.posts.permissions import may, require
from muster.ledger.pages import where
from muster.web.answering import row_of
from muster.web.links import drawn
from muster.web.page import page

from .. import actions, certificates, words
from ..models import Arrival, Call
from . import forms

ACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "receive": ("arrivals.receive", lambda row, given: actions.receive(arrival=row, **given())),
    "settle_origin": (
        "arrivals.settle_origin",
        lambda row, given: actions.settle_origin(arrival=row, **given("origin")),
    ),
    "call": ("arrivals.call", lambda row, given: actions.call(arrival=row, **given("answer", "temperature"))),
    "record_doctor": ("arrivals.record_doctor", lambda row, given: actions.record_doctor(arrival=row, **given())),
    "close": ("arrivals.close", lambda row, given: actions.close(arrival=row, **given())),
    "move_on": ("arrivals.move_on", lambda row, given: actions.move_on(arrival=row, **given("onward_to"))),
    "confirm_onward": ("arrivals.confirm_onward", lambda row, given: actions.confirm_onward(arrival=row, **given())),
}
WHEN = {
    words.COMING: ("receive", "move_on"),
    words.HERE: ("call", "record_doctor", "settle_origin", "close", "move_on"),
    words.GONE_ON: ("confirm_onward",),
    words.CLOSED: (),
}


@page("arrivals/new/", name="arrivals:new", needs="arrivals.declare", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Type in what somebody said on the phone, wrote in a message, or says at the counter."""
    post, errors = request.post_held, {}
    if request.method == "POST":
        given = request.POST
        extra = {name: given.get(name, "").strip() for name in ("id_number", "cohort", "transport")}
        try:
            made = actions.declare(
                by=post, channel=given.get("channel", "phone"), left_on=forms.day(given, "left_on"),
                site_until=forms.day(given, "site_until"), here=bool(given.get("here")), op=request.op,
                **extra, **forms.declared(given) | {"area": where.said(given, "area", post.lo or "", post.hi or "")},
            )  # fmt: skip
            return HttpResponseRedirect(reverse("arrivals:arrival", args=[made.pk]))
        except Invalid as no:
            errors = {no.field: no.message}
    context = {
        "where": where.asked(request.POST, "area", post.lo or "", post.hi or "", errors),
        "declarers": words.DECLARERS.items(),
        "channels": [(code, word) for code, word in words.CHANNELS.items() if code not in ("page", "checkpoint")],
        "cohorts": [(code, word) for code, word in words.COHORTS.items() if code],
        "values": request.POST or {"arrives_on": clock.today(), "declared_by": "self", "channel": "phone"},
        "errors": errors,
    }
    return render(request, "arrivals/new.html", context, status=422 if errors else 200)


@page("arrivals/<uuid:arrival>/", name="arrivals:arrival", needs="arrivals.see_arrivals")
def arrival(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """The arrival, with the one thing that is next as its button."""
    return show(request, found(arrival))


@page("arrivals/<uuid:arrival>/act/", name="arrivals:act", needs="arrivals.see_arrivals", methods=("POST",))
def act(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """Do one of the things that can be done with an arrival; each asks its own permission."""
    row, given = found(arrival), request.POST
    name = given.get("act", "")
    if name == "number":
        require(request.post_held, "arrivals.call", row.area)
        known = reveal(by=request.post_held, person=row.person_id, field="phone", purpose="call")
        return show(request, row, numbers=known)
    if name not in ACTS:
        raise Http404

    def values(*fields: str) -> dict[str, Any]:
        said: dict[str, Any] = {field: given.get(field, "").strip() for field in fields}
        if "temperature" in said:
            said["temperature"] = forms.degrees(given, "temperature")
        if "origin" in said:
            said["left_on"] = forms.day(given, "left_on")
        return {**said, "by": request.post_held, "op": request.op}

    try:
        ACTS[name][1](row, values)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:arrival", args=[arrival]))


def show(
    request: HttpRequest, row: Arrival, errors: dict[str, Any] | None = None, numbers: list[str] | None = None
) -> HttpResponse:
    """The page of one arrival; with the numbers of a person who is to be called."""
    post = request.post_held
    can = [name for name in WHEN[row.state] if may(post, ACTS[name][0])]
    if row.closed_at:
        can = []
    today = clock.today()
    calls = list(Call.objects.filter(arrival=row).order_by("-on")[:60])
    control = Control.objects.open().filter(person_id=row.person_id, disease=words.DISEASE).first()
    if control or (row.ends_on and today < row.ends_on) or row.unsure:
        can = [name for name in can if name != "close"]
    context = {
        "row": row, "label": row.person.label, "can": can, "calls": [(c, words.SYMPTOMS[c.answer]) for c in calls],
        "called_today": bool(calls) and calls[0].on == today and calls[0].answer != "unreached",
        "category": words.CATEGORIES[row.category], "category_tone": words.CATEGORY_TONES[row.category],
        "measure": words.MEASURES[row.measure], "state": words.STATES[row.state],
        "state_tone": words.STATE_TONES[row.state], "channel": words.CHANNELS[row.channel],
        "declared_by": words.DECLARERS[row.declared_by], "cohort": words.COHORTS[row.cohort] if row.cohort else "",
        "control": control, "answers": words.SYMPTOMS.items(), "numbers": numbers,
        "values": request.POST if errors else {"origin": row.origin},
        "plan": plans.edition(row.plan).title if row.plan else None,
        "errors": errors, "may_open": may(post, "people.open_file"),
    }  # fmt: skip
    return render(request, "arrivals/arrival.html", context, status=422 if errors else 200)


@page("arrivals/<uuid:arrival>/letter/", name="arrivals:letter", needs="arrivals.see_arrivals", methods=("GET", "POST"))
def letter(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """What the next district is told: days served, days still due. POST shows the name and phone, and logs the look."""
    row = found(arrival)
    if not row.onward_to:
        raise Http404
    named = {}
    if request.method == "POST":
        fields = {"purpose": "letter", "by": request.post_held, "person": row.person_id}
        named = {each: " ".join(reveal(field=each, **fields)) for each in ("name", "phone")}
    context = {
        "row": row, "named": named, "measure": words.MEASURES[row.measure], "category": words.CATEGORIES[row.category],
        "answered": row.closed_at,
    }  # fmt: skip
    return render(request, "arrivals/letter.html", context)


@page(
    "arrivals/<uuid:arrival>/certificate/", name="arrivals:certificate", needs="arrivals.see_arrivals",
    methods=("GET", "POST"),
)  # fmt: skip
def certificate(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """The certificate for work. POST issues it; with `show` it shows the name for printing, which is logged."""
    row, named, errors = found(arrival), "", {}
    holds = bool(row.certified_at) and clock.now() <= row.certified_at + certificates.LASTS
    if request.method == "POST" and "show" in request.POST:
        require(request.post_held, "arrivals.certify", row.area)
        named = " ".join(reveal(field="name", purpose="letter", by=request.post_held, person=row.person_id))
    elif request.method == "POST":
        try:
            actions.certify(by=request.post_held, arrival=row, op=request.op)
            return HttpResponseRedirect(reverse("arrivals:certificate", args=[arrival]))
        except Invalid as no:
            errors = {no.field: no.message}
    context: dict[str, Any] = {"row": row, "named": named, "errors": errors}
    if holds:
        code = certificates.make(row.ref, row.area, row.person.label, row.certified_at)
        context |= {"code": code, "drawn": drawn(code), "ends": row.certified_at + certificates.LASTS}
    context |= {"may_issue": may(request.post_held, "arrivals.certify"), "check": request.build_absolute_uri("/check/")}
    return render(request, "arrivals/certificate.html", context, status=422 if errors else 200)


def found(pk: UUID) -> Arrival:
    """The arrival, if the post may see it."""
    return row_of(Arrival.objects.select_related("person", "risk_area"), pk)
