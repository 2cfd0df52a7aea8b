"""The barrier on a phone: one form, one decision with its reason, who waits, and the handover of the shift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.queries import labels_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.pages import where
from muster.web.answering import answer, chosen, id_of, row_of
from muster.web.page import page

from .. import actions, words
from ..actions.correcting import correctable
from ..models import Checkpoint, LaneBooking, Pass, Passage, Shift
from ..rules.checkpoints import stricter
from ..waiting import lane_of

LATEST = 20
YES_NO = (("yes", _("Yes")), ("no", _("No")))


@page("checkpoints/", name="arrivals:checkpoints", needs="arrivals.see_checkpoints", methods=("GET", "POST"))
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The checkpoints of the area, and a form for a new one."""
    post, errors = request.post_held, {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("name", "kind")}
        try:
            area = where.said(request.POST, "area", post.lo or "", post.hi or "")
            made = actions.add_checkpoint(by=post, area=area, op=request.op, **given)
            return HttpResponseRedirect(reverse("arrivals:checkpoint", args=[made.pk]))
        except Invalid as no:
            errors = {no.field: no.message}
    rows = visible_to(Checkpoint.objects.all(), post).order_by("area", "name")[:200]
    may_add = may(post, "arrivals.add_checkpoint")
    context = {
        "rows": [(row, words.CHECKPOINT_KINDS[row.kind]) for row in rows], "may_add": may_add,
        "kinds": words.CHECKPOINT_KINDS.items(),
        "where": where.asked(request.POST, "area", post.lo or "", post.hi or "", errors) if may_add else None,
        "values": request.POST, "errors": errors,
    }  # fmt: skip
    return render(request, "arrivals/checkpoints.html", context, status=422 if errors else 200)


@page("checkpoints/<uuid:checkpoint>/", name="arrivals:checkpoint", needs="arrivals.see_checkpoints")
def checkpoint(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """The barrier: the next person, who waits, who passed, and the shift."""
    return show(request, found(checkpoint))


@page("checkpoints/<uuid:checkpoint>/check/", name="arrivals:check", needs="arrivals.check_person", methods=("POST",))
def check(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """One person at the barrier."""
    row, given = found(checkpoint), request.POST
    said = {name: given.get(name, "").strip() for name in ("name", "phone", "origin", "code")}
    seen = {name: given.get(name) == "yes" for name in ("negative", "complaints")}
    try:
        to_area = where.said(given, "to_area")
        made = actions.check_person(
            by=request.post_held, checkpoint=row, to_area=to_area, stops_here=bool(to_area), op=request.op,
            **said, **seen,
        )  # fmt: skip
    except Invalid as no:
        return show(request, row, {("to_area" if no.field == "area" else no.field): no.message})
    return HttpResponseRedirect(reverse("arrivals:passed", args=[made.pk]))


@page("checkpoints/<uuid:checkpoint>/shift/", name="arrivals:shift", needs="arrivals.hand_shift", methods=("POST",))
def shift(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """Sign the handover, on either side."""
    row = found(checkpoint)
    do = actions.take_shift if request.POST.get("side") == "take" else actions.hand_shift
    try:
        do(by=request.post_held, checkpoint=row, op=request.op)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:checkpoint", args=[checkpoint]))


@page("checkpoints/passes/<uuid:passed>/", name="arrivals:passed", needs="arrivals.see_checkpoints")
def passed(request: HttpRequest, passed: UUID) -> HttpResponse:
    """What the rules say about one person, why, and what may be done instead."""
    return show_pass(request, found_pass(passed))


@page(
    "checkpoints/passes/<uuid:passed>/act/", name="arrivals:act_pass", needs="arrivals.check_person", methods=("POST",)
)
def act_pass(request: HttpRequest, passed: UUID) -> HttpResponse:
    """Make it stricter, or end the waiting."""
    row, given = found_pass(passed), request.POST
    try:
        if given.get("result"):
            actions.end_wait(by=request.post_held, passed=row, result=given["result"], op=request.op)
        else:
            actions.make_stricter(by=request.post_held, passed=row, disposal=given.get("disposal", ""), op=request.op)
    except Invalid as no:
        return show_pass(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:passed", args=[passed]))


@page(
    "checkpoints/passes/<uuid:passed>/correct/", name="arrivals:correct_pass", needs="arrivals.correct_pass",
    methods=("POST",),
)  # fmt: skip
def correct_pass(request: HttpRequest, passed: UUID) -> HttpResponse:
    """What was entered was a slip: this was seen."""
    row, given = found_pass(passed), request.POST
    seen = {name: given.get(name) == "yes" for name in ("negative", "complaints")}
    return answer(
        lambda: actions.correct_pass(
            by=request.post_held, passed=row, code=given.get("code", ""), op=request.op, **seen
        ),
        reverse("arrivals:passed", args=[passed]),
        lambda errors: show_pass(request, row, errors),
    )


def show(request: HttpRequest, row: Checkpoint, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of one checkpoint; of a family the next one starts with where the last came from and goes."""
    post = request.post_held
    waiting = Pass.objects.filter(checkpoint=row, waits_since__isnull=False, left_at=None)
    latest = Pass.objects.filter(checkpoint=row).order_by("-at")
    values: Any = request.POST
    family = request.GET.get("with", "")
    if not values and family:
        before = latest.select_related("arrival").filter(pk=id_of(family)).first()
        if before:
            values = {"origin": before.arrival.origin, "to_area": before.arrival.area, "code": before.code}
    differs = Passage.objects.filter(checkpoint=row, reviewed_at=None).exclude(review="").order_by("at")[:LATEST]
    context = {
        "to_review": [(each, words.REVIEWS[each.review]) for each in differs],
        "row": row, "kind": words.CHECKPOINT_KINDS[row.kind], "may_check": may(post, "arrivals.check_person"),
        "where": where.asked(values, "to_area", errors=errors), "codes": words.CODES.items(),
        "yes_no": YES_NO,
        "waiting": named(waiting.order_by("waits_since")[:LATEST], post), "latest": named(latest[:LATEST], post),
        "shift": Shift.objects.filter(checkpoint=row).order_by("-handed_at").first(), "me": post.id,
        "values": values, "errors": errors, "may_lane": may(post, "arrivals.set_lane"),
        "given": chosen(LaneBooking.objects.filter(slot__checkpoint=row), request.GET.get("given", "")),
        **lane_of(row, clock.now()),
    }  # fmt: skip
    return render(request, "arrivals/checkpoint.html", context, status=422 if errors else 200)


def show_pass(request: HttpRequest, row: Pass, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of one pass."""
    mine = may(request.post_held, "arrivals.check_person")
    changeable = mine and not row.left_at
    with acting():
        may_correct = may(request.post_held, "arrivals.correct_pass") and correctable(
            request.post_held, row, clock.now()
        )
        before = Fact.objects.filter(subject=row.pk, kind="arrivals.corrected").order_by("recorded_at", "id")
        corrected = [
            (each, words.CODES[each.data["was"]["code"]], words.DISPOSALS[each.data["was"]["disposal"]])
            for each in before
        ]
    seen = {name: "yes" if getattr(row, name) else "no" for name in ("negative", "complaints")}
    context = {
        "row": row, "label": named([row], request.post_held)[0][0].label, "disposal": words.DISPOSALS[row.disposal],
        "tone": words.DISPOSAL_TONES[row.disposal], "step": "" if row.left_at else words.DISPOSAL_STEPS[row.disposal],
        "decided": words.DISPOSALS[row.decided],
        "reasons": [words.REASONS[reason] for reason in row.reasons],
        "code": words.CODES[row.code], "waits": mine and row.waits_since and not row.left_at,
        "result": words.RESULTS.get(row.result, ""), "results": words.RESULTS.items(),
        "options": [each for each in words.DISPOSALS.items() if changeable and stricter(row.disposal, each[0])],
        "mine": mine, "values": request.POST or {"code": row.code, **seen}, "errors": errors,
        "may_correct": may_correct, "corrected": corrected, "codes": words.CODES.items(), "yes_no": YES_NO,
    }  # fmt: skip
    return render(request, "arrivals/pass.html", context, status=422 if errors else 200)


def named(rows: Any, post: Any) -> list[tuple[Pass, Any, str]]:
    """Rows with the masked name and what was done in words.

    Named are whom the post sees; whom it checked itself, wherever they live; and who waits here, for who checks here.
    """
    listed, checks = list(rows), may(post, "arrivals.check_person")
    labels = labels_of({row.person_id for row in listed})
    here = {
        row.person_id for row in listed if row.by_post == post.id or (checks and row.waits_since and not row.left_at)
    }
    with acting():
        labels |= labels_of(here - labels.keys())
    for row in listed:
        row.label = labels.get(row.person_id) or words.NOT_NAMED
    return [(row, words.DISPOSALS[row.disposal], words.DISPOSAL_TONES[row.disposal]) for row in listed]


def found(pk: UUID) -> Checkpoint:
    """The checkpoint, if the post may see it."""
    return row_of(Checkpoint.objects, pk)


def found_pass(pk: UUID) -> Pass:
    """The pass, if the post may see it."""
    return row_of(Pass.objects.select_related("checkpoint", "passage"), pk)
