"""The queue of possible repeats: side by side, decided by keyboard, the next pair at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import visible_to
from muster.ledger.paging import paged
from muster.web.page import page

from .. import actions, pairs, words
from ..models import MERGED, OPEN, STATES, Candidate
from ..rules import CERTAIN

SIZE = 30
FILTERS = ("area", "level")


def _query(values: Any) -> str:
    """The filters of the list, as the query of an address."""
    kept = {name: values[name] for name in FILTERS if values.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _found(request: HttpRequest, pair: UUID) -> Candidate:
    """The pair, if the post may see it. Raises Http404."""
    row = visible_to(Candidate.objects.all(), request.post_held).filter(pk=pair).first()
    if row is None:
        raise Http404
    return row


@page("residents/repeats/", name="residents:repeats", needs="residents.see_repeats")
def repeats(request: HttpRequest) -> HttpResponse:
    """What waits to be decided, the surest first."""
    post = request.post_held
    found = paged(request, pairs.queue(post, request.GET), "-bits", "-id", size=SIZE)
    last = pairs.last_decided(post)
    context = {
        "page": found,
        "lines": pairs.lines(found.rows),
        "levels": [("", _("All")), *words.LEVELS.items()],
        "level": request.GET.get("level", ""),
        "area": request.GET.get("area", ""),
        "query": _query(request.GET),
        "last": last,
        "last_state": STATES[last.state] if last else "",
        "certain": pairs.queue(post, {**request.GET.dict(), "level": CERTAIN}).exists(),
    }
    return render(request, "residents/repeats.html", context)


@page("residents/repeats/<uuid:pair>/", name="residents:repeat", needs="residents.see_repeats")
def repeat(request: HttpRequest, pair: UUID) -> HttpResponse:
    """Both records side by side."""
    return _show(request, _found(request, pair))


def _show(request: HttpRequest, row: Candidate, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    values = request.POST if request.method == "POST" else request.GET
    one, other = pairs.sides(post, row, clock.now())
    following, last = pairs.next_pair(post, values, row), pairs.last_decided(post)
    context = {
        "pair": row,
        "one": one,
        "other": other,
        "level": words.LEVELS[row.level],
        "tone": words.TONES[row.level],
        "marks": {field: words.mark(field, outcome) for field, outcome in row.outcomes.items()},
        "open": row.state == OPEN,
        "merged": row.state == MERGED,
        "state": STATES[row.state],
        "kept": row.other_id if row.gone_id == row.one_id else row.one_id,
        "following": following,
        "last": last if last and last.pk != row.pk else None,
        "last_state": STATES[last.state] if last else "",
        "both_controlled": one["person"].controlled and other["person"].controlled,
        "query": _query(values),
        "filters": {name: values[name] for name in FILTERS if values.get(name)},
        "errors": errors,
    }
    return render(request, "residents/repeat.html", context, status=422 if errors else 200)


def _decided(request: HttpRequest, row: Candidate, do: Any) -> HttpResponse:
    """Do it, and go to the next pair; to the list when there is none; or say what was wrong."""
    try:
        do()
    except Invalid as no:
        return _show(request, _found(request, row.pk), {no.field: no.message})
    post = request.post_held
    following = pairs.next_pair(post, request.POST, row) or pairs.next_pair(post, request.POST)
    if following is None:
        return HttpResponseRedirect(reverse("residents:repeats"))
    return HttpResponseRedirect(reverse("residents:repeat", args=[following.pk]) + _query(request.POST))


@page("residents/repeats/<uuid:pair>/merge/", name="residents:merge", needs="residents.merge_pair", methods=("POST",))
def merge(request: HttpRequest, pair: UUID) -> HttpResponse:
    """They are one person."""
    row = _found(request, pair)
    try:
        keep = UUID(request.POST.get("keep", ""))
    except ValueError:
        keep = row.pk  # neither record: the action says so
    return _decided(
        request, row, lambda: actions.merge_pair(by=request.post_held, candidate=row, keep=keep, op=request.op)
    )


@page("residents/repeats/<uuid:pair>/apart/", name="residents:apart", needs="residents.keep_apart", methods=("POST",))
def apart(request: HttpRequest, pair: UUID) -> HttpResponse:
    """They are two."""
    row = _found(request, pair)
    return _decided(request, row, lambda: actions.keep_apart(by=request.post_held, candidate=row, op=request.op))


@page("residents/repeats/<uuid:pair>/undo/", name="residents:undo", needs="residents.undo_decision", methods=("POST",))
def undo(request: HttpRequest, pair: UUID) -> HttpResponse:
    """Take back what was decided; the pair is shown again."""
    row = _found(request, pair)
    try:
        actions.undo_decision(by=request.post_held, candidate=row, op=request.op)
    except Invalid as no:
        return _show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("residents:repeat", args=[row.pk]) + _query(request.POST))


@page("residents/repeats/certain/", name="residents:certain", needs="residents.merge_certain", methods=("GET", "POST"))
def certain(request: HttpRequest) -> HttpResponse:
    """What merging the certain pairs would do, line by line; and doing it."""
    values = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            done = actions.merge_certain(by=request.post_held, candidates=_chosen(request), op=request.op)
        except Invalid as no:
            return _certain(request, values, errors={no.field: no.message})
        return _certain(request, values, notice=_said(done))
    return _certain(request, values)


def _chosen(request: HttpRequest) -> list[UUID]:
    """The pairs that were ticked and that the post may see."""
    wanted = []
    for text in request.POST.getlist("candidates"):
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    rows = visible_to(Candidate.objects.filter(pk__in=wanted), request.post_held)
    return sorted(rows.values_list("pk", flat=True))


def _said(done: dict[str, int]) -> str:
    text = ngettext("%(count)s pair merged.", "%(count)s pairs merged.", done["merged"]) % {"count": done["merged"]}
    if done["passed"]:
        text += " " + _("%(count)s passed over: decided meanwhile.") % {"count": done["passed"]}
    return text


def _certain(request: HttpRequest, values: Any, notice: str = "", errors: dict[str, Any] | None = None) -> HttpResponse:
    rows = pairs.queue(request.post_held, {**{name: values.get(name, "") for name in FILTERS}, "level": CERTAIN})
    lines = pairs.lines(list(rows.order_by("-bits", "-id")[: actions.MOST_AT_ONCE]))
    context = {
        "lines": lines,
        "notice": notice,
        "errors": errors,
        "area": values.get("area", ""),
        "query": _query({"area": values.get("area", "")}),
    }
    return render(request, "residents/certain.html", context, status=422 if errors else 200)
