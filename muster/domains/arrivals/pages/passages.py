"""Who comes together: the vehicle's form, the lane of those who booked, the records of devices, and what differs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.ledger.pages import where
from muster.offline.records import answered, sent_records
from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, words
from ..models import Checkpoint, Passage
from .checkpoints import YES_NO, found, named, show

SEATS = 7  # in the form; a coach is taken with a device, or twice


@page(
    "checkpoints/<uuid:checkpoint>/together/", name="arrivals:together", needs="arrivals.take_passage",
    methods=("GET", "POST"),
)  # fmt: skip
def together(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """Everybody in one vehicle, in one form."""
    row = found(checkpoint)
    if request.method != "POST":
        return _together(request, row)
    form = request.POST
    given = {name: form.get(name, "").strip() for name in ("vehicle", "plate", "origin")}
    people = [_person(form, str(number)) for number in range(1, SEATS + 1)]
    inside = [each for each in people if each["name"] or each["phone"]]
    try:
        if not given["vehicle"]:
            raise Invalid("vehicle", _("Choose one of the list."))
        given["to_area"] = where.said(form, "to_area")
        whole = {**given, "goods": form.get("goods") == "yes", "people": inside}
        made = actions.take_passage(by=request.post_held, checkpoint=row, given=whole, op=request.op)
    except Invalid as no:
        return _together(request, row, {("to_area" if no.field == "area" else no.field): no.message})
    return HttpResponseRedirect(reverse("arrivals:passage", args=[made.pk]))


def _together(request: HttpRequest, row: Checkpoint, errors: dict[str, Any] | None = None) -> HttpResponse:
    values, seats = request.POST, []
    for number in range(1, SEATS + 1):
        said = {name: values.get(f"{name}{number}", "") for name in ("name", "phone", "code", "negative", "complaints")}
        seats.append((number, said, number == 1 or bool(said["name"] or said["phone"])))
    context = {
        "row": row, "values": values, "errors": errors, "seats": seats, "vehicles": words.VEHICLES.items(),
        "where": where.asked(values, "to_area", errors=errors), "codes": words.CODES.items(), "yes_no": YES_NO,
    }  # fmt: skip
    return render(request, "arrivals/together.html", context, status=422 if errors else 200)


@page("checkpoints/<uuid:checkpoint>/booked/", name="arrivals:booked", needs="arrivals.take_passage", methods=("POST",))
def booked(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """The lane of those who declared ahead: their reference or their identity card is read, and what is seen."""
    row, said = found(checkpoint), request.POST.get("read", "").strip()
    # a reference has eight signs; what is longer is an identity number, and the reader types both into one field
    person = _person(request.POST, "") | ({"booking": said} if len(said) <= 8 else {"number": said, "booking": ""})
    try:
        if not said:
            raise Invalid("booking", _("Scan or type the reference, or read the identity card."))
        made = actions.take_passage(by=request.post_held, checkpoint=row, given={"people": [person]}, op=request.op)
    except Invalid as no:
        message = no.message if no.field != "name" else _("Nobody is expected with this number.")
        return show(request, row, {"read": message})
    return HttpResponseRedirect(reverse("arrivals:passage", args=[made.pk]))


def _person(form: Any, number: str) -> dict[str, Any]:
    said: dict[str, Any] = {name: form.get(f"{name}{number}", "").strip() for name in ("name", "phone", "code")}
    return said | {name: form.get(f"{name}{number}") == "yes" for name in ("negative", "complaints")}


@page(
    "checkpoints/<uuid:checkpoint>/records/", name="arrivals:records", needs="arrivals.take_records", methods=("POST",)
)
def records(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """What devices recorded: docs/checkpoint-api.md. 200: all taken; 207: some; 422: none."""
    row = found(checkpoint)
    records = sent_records(request)
    return answered(actions.take_records(by=request.post_held, checkpoint=row, records=records, op=request.op))


@page("checkpoints/passages/<uuid:passage>/", name="arrivals:passage", needs="arrivals.see_checkpoints")
def passage(request: HttpRequest, passage: UUID) -> HttpResponse:
    """Who came together, what each does and why; and where what was done differs from the rules, that."""
    row = row_of(Passage.objects.select_related("checkpoint"), passage)
    people = named(row.passes.order_by("pk"), request.post_held)
    context = {
        "row": row, "disposal": words.DISPOSALS[row.chosen or row.disposal],
        "tone": words.DISPOSAL_TONES[row.chosen or row.disposal],
        "decided": words.DISPOSALS[row.disposal], "vehicle": words.VEHICLES.get(row.vehicle, ""),
        "people": [
            (*each, words.DISPOSAL_STEPS[each[0].disposal], [words.REASONS[reason] for reason in each[0].reasons])
            for each in people
        ],
        "review": words.REVIEWS.get(row.review, ""),
        "may_settle": may(request.post_held, "arrivals.settle_passage"),
        "mine": may(request.post_held, "arrivals.take_passage"),
    }  # fmt: skip
    return render(request, "arrivals/passage.html", context)


@page(
    "checkpoints/passages/<uuid:passage>/settle/", name="arrivals:settle_passage", needs="arrivals.settle_passage",
    methods=("POST",),
)  # fmt: skip
def settle_passage(request: HttpRequest, passage: UUID) -> HttpResponse:
    """The difference was looked at."""
    row = row_of(Passage.objects, passage)
    actions.settle_passage(by=request.post_held, passage=row, op=request.op)
    return HttpResponseRedirect(reverse("arrivals:passage", args=[row.pk]))
