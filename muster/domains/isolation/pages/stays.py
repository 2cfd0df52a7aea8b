"""One stay: its days, checks and tests, what is missing for the release, and what can be done now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock, plans
from muster.kernel.controls.models import DueTest
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.forms import letters
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page

from .. import actions, board, words
from ..actions.endings import in_words
from ..models import HealthCheck, HomeAssessment, HomePapers, Room, Sample, Site, Stay

DO = ("record_check", "record_sample", "release", "move_home", "assign_room", "give_papers", "request_transfer")
RESULT_TONES = {"": "wait", "negative": "ok", "positive": "late", "pool_suspect": "warn"}


def stay_of(pk: UUID) -> Stay:
    """The stay with all that its page shows, if the post may see it."""
    return row_of(Stay.objects.select_related("person", "control", "site", "room"), pk)


@page("isolation/stays/<uuid:stay>/", name="isolation:stay", needs="isolation.see_stay")
def stay(request: HttpRequest, stay: UUID) -> HttpResponse:
    """The stay."""
    return show(request, stay_of(stay))


def show(request: HttpRequest, row: Stay, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a stay, after a refusal with what was wrong."""
    now, post = clock.now(), request.post_held
    here = row.place_id == post.place_id if row.place_id else post.lo is not None
    context = {
        "stay": row,
        "line": board.lines([row], now)[0],
        "plan": plans.edition(row.plan).title,
        "tests": tests_of(row),
        "events": _events(row),
        "anomalies": HealthCheck.objects.filter(stay=row, answered_at=None).exclude(anomaly=[]),
        "papers": _papers(row),
        "letters": letters.of("isolation.person_notice", "isolation.family_pledge", "isolation.employer_notice"),
        "may_reveal": may(post, "people.reveal"),
        "errors": errors,
        "values": request.POST,
        **{f"may_{name}": here and row.ended_at is None and may(post, f"isolation.{name}") for name in DO},
    }
    if row.ended_at is None:
        context |= _endings(row, now) | _ways_on(row, post)
    return render(request, "isolation/stay.html", context, status=422 if errors else 200)


def _endings(row: Stay, now) -> dict[str, Any]:
    """What stands between the person and release; asked as the actions do, because results have walls of their own."""
    ends_on = row.control.ends_on
    home_follows = row.home_days > 0 and ends_on is not None and clock.local_day(now) < ends_on
    with acting():
        unmet = in_words(actions.what_is_missing(row, row.control, now))
        leg = in_words(actions.what_is_missing(row, row.control, now, board.leg_until(row))) if home_follows else []
        home = HomeAssessment.objects.filter(control=row.control).order_by("-at").first() if home_follows else None
    return {"unmet": unmet, "home_follows": home_follows, "leg_unmet": leg, "home": home}


def _ways_on(row: Stay, post) -> dict[str, Any]:
    rooms = Room.objects.filter(site=row.site, state=words.READY).order_by("label")[:300] if row.site else []
    sites = visible_to(Site.objects.filter(closed_at=None), post, place="place_id") if post.lo is not None else []
    return {
        "rooms": [(room.id, room.label) for room in rooms],
        "sites": [(site.id, site.name) for site in sites if site.id != row.site_id],
        "kinds": [kind for kind in words.SITE_KINDS.items()],
    }


def tests_of(row: Stay) -> list[dict[str, Any]]:
    """The plan's tests of this control, each with its result, and the sample asked of this stay."""
    samples = {sample.pk: sample for sample in Sample.objects.filter(stay__control=row.control)}
    return [
        {
            "on": test.due_on,
            "result": words.RESULTS.get(test.result, test.result),
            "tone": RESULT_TONES.get(test.result, "off"),
            "sample": samples.get(test.pk),
        }
        for test in DueTest.objects.filter(control=row.control).order_by("due_on")
    ]


def _papers(row: Stay) -> list[tuple[str, Any, Any]]:
    papers = HomePapers.objects.filter(pk=row.pk).first()
    if papers is None:
        return []
    return [(code, title, getattr(papers, f"{code}_on")) for code, title in words.PAPERS.items()] + (
        [("no_employer", "", True)] if papers.no_employer else []
    )


def _events(row: Stay) -> list[dict[str, Any]]:
    """What happened in this stay, newest first: beginning, checks, samples, end."""
    began = {"title": row.get_kind_display(), "at": row.began_at}
    events = []
    for check in HealthCheck.objects.filter(stay=row):
        found = " · ".join(str(words.SYMPTOMS[code]) for code in check.symptoms)
        title = f"{check.temperature} °C" + (f" · {found}" if found else "")
        events.append({"title": title, "at": check.at, "url": reverse("isolation:check", args=[check.pk])})
    for sample in Sample.objects.filter(stay=row, taken_at__isnull=False):
        events.append({"title": words.SAMPLED, "at": sample.taken_at})
    if row.ended_at:
        events.append({"title": words.ENDED_HOW.get(row.ended_how, row.ended_how), "at": row.ended_at})
    return [*sorted(events, key=lambda event: event["at"], reverse=True), began]


@page("isolation/stays/<uuid:stay>/release/", name="isolation:release", needs="isolation.release", methods=("POST",))
def release(request: HttpRequest, stay: UUID) -> HttpResponse:
    """Release the person; on to the notice."""
    row = stay_of(stay)
    return answer(
        lambda: actions.release(by=request.post_held, stay=row, op=request.op),
        reverse("isolation:notice", args=[stay]),
        lambda errors: show(request, row, errors),
    )


@page("isolation/stays/<uuid:stay>/home/", name="isolation:move_home", needs="isolation.move_home", methods=("POST",))
def move_home(request: HttpRequest, stay: UUID) -> HttpResponse:
    """End the days at the site, begin those at home."""
    row = stay_of(stay)
    return answer(
        lambda: actions.move_home(by=request.post_held, stay=row, op=request.op),
        reverse("isolation:site", args=[row.site_id]) if row.site_id else reverse("isolation:stay", args=[stay]),
        lambda errors: show(request, row, errors),
    )


@page(
    "isolation/stays/<uuid:stay>/room/", name="isolation:assign_room", needs="isolation.assign_room", methods=("POST",)
)
def assign_room(request: HttpRequest, stay: UUID) -> HttpResponse:
    """Another room of the same site."""
    row = stay_of(stay)
    room = chosen(Room.objects, request.POST.get("room", ""))
    return answer(
        lambda: actions.assign_room(by=request.post_held, stay=row, room=room, op=request.op),
        reverse("isolation:site", args=[row.site_id]) if row.site_id else reverse("isolation:stay", args=[stay]),
        lambda errors: show(request, row, errors),
    )


@page(
    "isolation/stays/<uuid:stay>/papers/", name="isolation:give_papers", needs="isolation.give_papers",
    methods=("POST",),
)  # fmt: skip
def give_papers(request: HttpRequest, stay: UUID) -> HttpResponse:
    """Which letters and the video were given today."""
    row, form = stay_of(stay), request.POST
    return answer(
        lambda: actions.give_papers(
            by=request.post_held,
            stay=row,
            given=form.getlist("given"),
            no_employer="no_employer" in form,
            op=request.op,
        ),
        reverse("isolation:stay", args=[stay]),
        lambda errors: show(request, row, errors),
    )


@page("isolation/samples/<uuid:sample>/", name="isolation:sample", needs="isolation.see_stay")
def sample(request: HttpRequest, sample: UUID) -> HttpResponse:
    """A test that is due: whose, where, and one button when it was taken."""
    return _sample(request, row_of(Sample.objects.select_related("stay__person", "stay__room", "stay__site"), sample))


def _sample(request: HttpRequest, row: Sample, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {"sample": row, "may_record": may(request.post_held, "isolation.record_sample"), "errors": errors}
    return render(request, "isolation/sample.html", context, status=422 if errors else 200)


@page(
    "isolation/samples/<uuid:sample>/taken/", name="isolation:record_sample", needs="isolation.record_sample",
    methods=("POST",),
)  # fmt: skip
def record_sample(request: HttpRequest, sample: UUID) -> HttpResponse:
    """The test was taken."""
    row = row_of(Sample.objects.select_related("stay__person", "stay__room", "stay__site"), sample)
    return answer(
        lambda: actions.record_sample(by=request.post_held, sample=row, op=request.op),
        reverse("isolation:stay", args=[row.stay_id]),
        lambda errors: _sample(request, row, errors),
    )
