"""The desk of a sampling site: whoever stands there is registered with one scan; tubes are filled and sealed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import visible_to
from muster.ledger.paging import paged
from muster.offline.records import answered, sent_records
from muster.web.answering import chosen, row_of
from muster.web.page import page
from muster.web.values import moment, number

from .. import actions
from ..models import Registration, Round, SamplingSite, Tube
from ..models.rounds import POOL_SIZES
from ..models.samples import HOW, PROXY_WHO, PROXY_WHY, REVIEWS
from ..registering import UNDO_WITHIN

HOUSEHOLD = "household"
SETTING = ("site", "desk", "size", "tube", "how")  # what the desk keeps from one person to the next


@page("screening/rounds/<uuid:round>/desk/", name="screening:desk", needs="screening.register")
def desk(request: HttpRequest, round: UUID) -> HttpResponse:
    """One desk: the tube that is being filled, who is in it, and the field into which the card reader types."""
    return _desk(request, row_of(Round.objects, round), request.GET)


def _desk(request: HttpRequest, row: Round, given: Any, errors: dict[str, Any] | None = None) -> HttpResponse:
    sites = visible_to(SamplingSite.objects.filter(closed_at=None), request.post_held).order_by("area", "name")
    site = chosen(sites, given.get("site", ""))
    tube = Tube.objects.filter(round=row, code=given.get("tube", "")).first() if site and given.get("tube") else None
    inside = _members(tube) if tube else []
    context = {
        "round": row,
        "sites": [(each.id, each.name) for each in sites[:300]],
        "site": site,
        "setting": _setting(row, given),
        "sizes": [(size, _("%(size)s to a tube") % {"size": size}) for size in POOL_SIZES]
        + [(HOUSEHOLD, _("A household's tube"))],
        "tube": tube,
        "members": inside,
        "last": inside[-1][0] if inside and tube and tube.sealed_at is None else None,
        "undo_seconds": int(UNDO_WITHIN.total_seconds()),
        "done": given.get("done", "") if not errors else "",
        "whos": [(code, text) for code, text in PROXY_WHO.items() if code],
        "whys": [(code, text) for code, text in PROXY_WHY.items() if code],
        "errors": errors,
        "values": request.POST if errors else {},
    }
    return render(request, "screening/desk.html", context, status=422 if errors else 200)


def _setting(row: Round, given: Any) -> dict[str, str]:
    defaults = {"desk": "1", "size": str(row.pool_size), "how": "typed"}
    return {name: given.get(name, "") or defaults.get(name, "") for name in SETTING}


def _members(tube: Tube) -> list[tuple[Registration, str, Any]]:
    rows = Registration.objects.filter(tube_id=tube.id, voided_at=None).order_by("position", "received_at")[:100]
    people = Person.objects.in_bulk([each.person_id for each in rows])
    return [
        (each, people[each.person_id].label if each.person_id in people else "", REVIEWS.get(each.review))
        for each in rows
    ]


def _send(request: HttpRequest, row: Round, record: dict[str, Any], done: str) -> HttpResponse:
    """Run one record of the desk; back to the desk, as it was set, or with what was wrong beside the field."""
    form = request.POST
    record |= {"op": request.op, "tube": form.get("tube", "")}
    try:
        answer = actions.register(by=request.post_held, round=row, records=[record], op=request.op)
        verdict = answer["verdicts"][0]
        if verdict["verdict"] == "rejected":
            raise Invalid(verdict["field"], verdict["reason"])
    except Invalid as no:
        return _desk(request, row, form, {no.field: no.message})
    setting = _setting(row, form) | ({"tube": ""} if done == "sealed" else {})
    query = urlencode({**setting, "done": verdict["review"] or done})
    return HttpResponseRedirect(f"{reverse('screening:desk', args=[row.id])}?{query}")


@page(
    "screening/rounds/<uuid:round>/desk/sample/", name="screening:sample", needs="screening.register", methods=("POST",)
)
def sample(request: HttpRequest, round: UUID) -> HttpResponse:
    """Register one person's swab."""
    row, form = row_of(Round.objects, round), request.POST
    said = form.get("number", "").strip()
    is_code = len(said) == 36 and said.count("-") == 4
    size, how = form.get("size", ""), form.get("how", "typed")
    record: dict[str, Any] = {
        "do": "register",
        "site": form.get("site", ""),
        "desk": number(form.get("desk", "")) or 1,
        "capacity": number(size),
        "household": size == HOUSEHOLD,
        "person": said if is_code else None,
        "number": "" if is_code else said,
        "name": form.get("name", ""),
        "how": "code" if is_code else how if how in HOW else "typed",
        "proxy_who": form.get("proxy_who", ""),
        "proxy_why": form.get("proxy_why", ""),
        "at": moment(form.get("at", "")) if how == "paper" else None,
    }
    return _send(request, row, record, "registered")


@page("screening/rounds/<uuid:round>/desk/undo/", name="screening:undo", needs="screening.register", methods=("POST",))
def undo(request: HttpRequest, round: UUID) -> HttpResponse:
    """Take the last swab back, within the minute."""
    row = row_of(Round.objects, round)
    return _send(request, row, {"do": "undo", "target": request.POST.get("target", "")}, "undone")


@page("screening/rounds/<uuid:round>/desk/seal/", name="screening:seal", needs="screening.register", methods=("POST",))
def seal(request: HttpRequest, round: UUID) -> HttpResponse:
    """Close and seal the tube, with the number of swabs counted in it."""
    row = row_of(Round.objects, round)
    return _send(request, row, {"do": "seal", "count": number(request.POST.get("count", ""))}, "sealed")


@page(
    "screening/rounds/<uuid:round>/records/", name="screening:records", needs="screening.register", methods=("POST",),
    reads=False,
)  # fmt: skip
def records(request: HttpRequest, round: UUID) -> HttpResponse:
    """The registration API of devices: see docs/registration-api.md. 200: all taken; 207: some; 422: none."""
    given = {"round": Round(id=round), "records": sent_records(request), "op": request.op}
    try:
        return answered(actions.register(by=request.post_held, **given))
    except Round.DoesNotExist:
        raise Http404 from None


@page("screening/rounds/<uuid:round>/doubts/", name="screening:doubts", needs="screening.settle_review")
def doubts(request: HttpRequest, round: UUID) -> HttpResponse:
    """Samples that somebody must look at: they stay, or are taken out of their tube."""
    return _doubts(request, row_of(Round.objects, round))


def _doubts(request: HttpRequest, row: Round, errors: dict[str, Any] | None = None) -> HttpResponse:
    rows = visible_to(Registration.objects, request.post_held, area="site_area")
    rows = rows.filter(round_id=row.id, reviewed_at=None).exclude(review="")
    listed = paged(request, rows, "received_at", "op", size=50)
    tubes = Tube.objects.in_bulk([each.tube_id for each in listed.rows])
    people = Person.objects.in_bulk([each.person_id for each in listed.rows])
    lines = [
        (each, tubes.get(each.tube_id), getattr(people.get(each.person_id), "label", ""), REVIEWS[each.review])
        for each in listed.rows
    ]
    context = {"round": row, "page": listed, "lines": lines, "errors": errors}
    return render(request, "screening/doubts.html", context, status=422 if errors else 200)


@page(
    "screening/samples/<uuid:registration>/settle/", name="screening:settle_review", needs="screening.settle_review",
    methods=("POST",),
)  # fmt: skip
def settle_review(request: HttpRequest, registration: UUID) -> HttpResponse:
    """A doubtful sample stays or goes."""
    sample = row_of(Registration.objects, registration)
    row = row_of(Round.objects, sample.round_id)
    try:
        actions.settle_review(
            by=request.post_held, registration=sample, keep=request.POST.get("keep") == "yes",
            name=request.POST.get("name", ""), op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _doubts(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("screening:doubts", args=[row.id]))
