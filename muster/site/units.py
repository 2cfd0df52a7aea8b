"""A unit names whom it answers for: who came back becomes an arrival, who has symptoms a report.

The page is opened by the link of the unit's staff and shows nothing about anybody. It stands here, because it writes in
two domains by what they offer already.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.domains.arrivals.actions import declare
from muster.domains.intake.actions import receive_report
from muster.domains.premises.actions import name_staff_at_desk, note_named
from muster.domains.premises.models import Venue
from muster.domains.premises.pages.public import at_desk
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.page import page

COUNTED = {"returned": "returned", "symptoms": "symptomatic"}  # under which count of the unit's report each falls
WHATS = {"returned": gettext_lazy("Came back from elsewhere"), "symptoms": gettext_lazy("Has symptoms")}
WHOS = {"staff": gettext_lazy("Works here"), "family": gettext_lazy("Of the family of somebody who works here")}


@page("d/<str:desk>/people/", name="units:name_people", methods=("GET", "POST"), public=True)
@at_desk
def name_people(request: Any, venue: Venue, desk: str) -> HttpResponse:
    """Name one person of the unit or of the family of its staff, or all who work there."""
    if request.method != "POST":
        return _form(request, venue, desk)
    try:
        if "people" in request.POST:
            name_staff_at_desk(by=SYSTEM, desk=desk, people=request.POST["people"], op=request.op)
        else:
            _name(venue, {name: text.strip() for name, text in request.POST.items()}, request.op)
    except Invalid as no:
        return _form(request, venue, desk, {no.field.removeprefix("about_"): no.message})
    return HttpResponseRedirect(reverse("units:name_people", args=[desk]) + "?done=1")


def _name(venue: Venue, given: dict[str, str], op: Any) -> None:
    name, phone, what, who = (given.get(field, "") for field in ("name", "phone", "what", "who"))
    if who not in WHOS:
        raise Invalid("who", _("Choose one of the list."))
    if what == "returned":
        declare(
            by=SYSTEM, name=name, phone=phone, origin=given.get("origin", ""), area=venue.area[:12],
            arrives_on=clock.today(), declared_by="employer", here=True, op=op,
        )  # fmt: skip
    elif what == "symptoms":
        if not (name and phone):
            raise Invalid("phone" if name else "name", _("Enter the name and a phone."))
        with acting():
            place = Place.objects.get(pk=venue.place_id)
        receive_report(
            by=SYSTEM, kind="fever", what=f"{WHATS[what]} · {WHOS[who]}", area=venue.area, place=place,
            channel="page", source="unit", about_name=name, about_phone=phone, op=op,
        )  # fmt: skip
    else:
        raise Invalid("what", _("Choose one of the list."))
    note_named(by=SYSTEM, venue=venue, code=COUNTED[what], phone=phone)


def _form(request: HttpRequest, venue: Venue, desk: str, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "venue": venue, "desk": desk, "errors": errors, "values": request.POST, "whats": WHATS.items(),
        "whos": WHOS.items(), "done": "done" in request.GET and not errors,
    }  # fmt: skip
    return render(request, "site/unit_people.html", context, status=422 if errors else 200)
