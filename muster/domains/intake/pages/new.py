"""A new report at the desk, by keyboard: one form, and what has to be decided is asked on the same page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import names
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.web.page import page

from .. import actions, queries, words
from ..kinds import KINDS
from ..models import Report
from ..rules import Found
from .reports import line

TEXTS = ("kind", "what", "where", "channel", "source", "caller_name", "caller_phone", "about_name", "about_phone")
HERE = "here"  # the choice of the post's own area, where no place is found


@page("reports/new/", name="intake:new", needs="intake.receive_report", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Ask; show what has to be decided (which place, who it is, whether it was told before); save."""
    if request.method != "POST":
        return _form(request, {"channel": words.PHONE, "source": "resident"}, {})
    form = request.POST
    values = {name: form.get(name, "").strip() for name in TEXTS}
    asked = _questions(request, values)
    told = values["kind"] in KINDS and values["what"] != ""  # else the action says what is missing
    if told and (asked["open"] or "check" in form):
        return _form(request, form, {}, asked)
    area, place = asked["found"] or (request.post_held.area, None)
    try:
        report = actions.receive_report(
            by=request.post_held, **values, area=area, place=place, about=asked["about"],
            same_as=asked["same_as"], op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _form(request, form, {no.field: no.message}, asked)
    return HttpResponseRedirect(f"{reverse('intake:report', args=[report.pk])}?said=saved")


def _questions(request: HttpRequest, values: dict[str, str]) -> dict[str, Any]:
    """What there is to choose from, and what was chosen; `open` where something has to be decided first."""
    form, post, now = request.POST, request.post_held, clock.now()
    with acting():
        spots = queries.find(values["where"], post.lo, post.hi)
        found = _spot(form.get("spot", ""), spots, post)
        about = _chosen(Person.objects, form.get("about", ""))
        same = _same(values, *found, about, post) if found else []
        known = _known(values, post)
        unfound = "" if known or about else _unfound(values, post)
        same_as = _chosen(Report.objects.filter(area__gte=post.lo, area__lt=post.hi), form.get("same_as", ""))
    return {
        "spots": [(str(each.place or each.code), each) for each in spots.spots],
        "spot": form.get("spot") or (_first(spots) if spots.spots else HERE),
        "found": found,
        "known": known,
        "unfound": unfound,
        "about": about,
        "same": [line(row, now) for row in same],
        "same_as": same_as,
        "asked": found is not None,
        "open": found is None
        or (form.get("asked") != "yes" and bool(known or same))
        or (unfound != "" and form.get("unfound") != unfound),
    }


def _spot(chosen: str, spots: Found, post: Any) -> tuple[str, Place | None] | None:
    """(area, place) as chosen, or as surely meant; None where it has to be asked."""
    if chosen == HERE:
        return post.area, None
    area, place = queries.known_spot(chosen) if chosen else ("", None)
    if area:
        return area, place
    return queries.known_spot(_first(spots)) if spots.sure else None


def _chosen(rows: Any, value: str) -> Any:
    try:
        return rows.filter(pk=UUID(value)).first() if value else None
    except ValueError:
        return None


def _known(values: dict[str, str], post: Any) -> list[Person]:
    """Who of the post's range it may be about. The desk may search; that it did is logged, the words are not."""
    text = values["about_phone"] or values["about_name"]
    if len(text) < 2 or not may(post, "intake.take_up"):
        return []
    log_access(by=post, event="searched", field="number" if values["about_phone"] else "name", area=post.area)
    return queries.persons(text, post)


def _unfound(values: dict[str, str], post: Any) -> str:
    """A name without a Chinese character that nobody here has: pinyin with a slip, or the name as it is written."""
    name = values["about_name"]
    asked = len(name) > 1 and not values["about_phone"] and may(post, "intake.take_up")
    return "" if not asked or names.has_han(name) else name


def _same(values: dict[str, str], area: str, place: Place | None, about: Person | None, post: Any) -> list[Report]:
    """Reports of the kind's hours that may be the same; the desk alone decides that they are."""
    if not may(post, "intake.say_same") or values["kind"] not in KINDS:
        return []
    who = {about.canonical_id} if about else set()
    for phone in (values["caller_phone"], values["about_phone"]):
        who |= queries.with_phone(phone) if phone else set()
    since = clock.now() - timedelta(hours=KINDS[values["kind"]].same_hours)
    found = queries.possibly_same(area=area, place=place and place.pk, persons=who, since=since)
    return [row for row in found if post.lo <= row.area < post.hi]


def _first(found: Found) -> str:
    return str(found.spots[0].place or found.spots[0].code)


def _form(
    request: HttpRequest, values: Any, errors: dict[str, Any], asked: dict[str, Any] | None = None
) -> HttpResponse:
    numbered = [(code, f"{number} {kind.title}") for number, (code, kind) in enumerate(KINDS.items(), 1)]
    kind = KINDS.get(values.get("kind", ""))
    context = {
        "values": values,
        "errors": errors,
        "asked": asked,
        "here": HERE,
        "kinds": numbered,
        "kind": kind,
        "next_task": words.TASKS[kind.task] if kind else "",
        "levels": [words.LEVEL_TITLES[level] for level in kind.levels] if kind else [],
        "channels": [(code, words.CHANNELS[code]) for code in words.BY_HAND],
        "sources": list(words.SOURCES.items()),
        "op": request.POST.get("op", ""),
    }
    return render(request, "intake/new.html", context, status=422 if errors else 200)
