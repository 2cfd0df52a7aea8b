"""Deciding about records that may be one person: merge, keep apart, and take either back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import merge_persons, unmerge_person
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import require

from .models import DIFFERENT, MERGED, OPEN, Candidate
from .rules import CERTAIN

MOST_AT_ONCE = 200


@action("residents.merge_pair")
def merge_pair(*, by: Any, candidate: Candidate | UUID, keep: UUID, now: datetime, op: UUID | None = None) -> Candidate:
    """Say that a pair is one person; the record `keep` stands for both. Raises Invalid."""
    pair = _locked(candidate)
    require(by, "residents.merge_pair", pair.area)
    _needs_open(pair)
    if keep not in (pair.one_id, pair.other_id):
        raise Invalid("keep", _("Choose which of the two records stands"))
    if not _merge(pair, keep, by, now, op):
        raise Invalid("keep", _("These records are one person already"))
    return pair


@action("residents.keep_apart")
def keep_apart(*, by: Any, candidate: Candidate | UUID, now: datetime, op: UUID | None = None) -> Candidate:
    """Say that a pair is two persons: it does not come back unless one of the records changes. Raises Invalid."""
    pair = _locked(candidate)
    require(by, "residents.keep_apart", pair.area)
    _needs_open(pair)
    _decide(pair, DIFFERENT, by, now)
    record("residents.kept_apart", subject=pair.pk, area=pair.area, by=by, now=now, op=op)
    return pair


@action("residents.undo_decision")
def undo_decision(*, by: Any, candidate: Candidate | UUID, now: datetime, op: UUID | None = None) -> Candidate:
    """Take a merge, or that two are not the same, back; the pair is in the queue again. Raises Invalid."""
    pair = _locked(candidate)
    require(by, "residents.undo_decision", pair.area)
    if pair.state == OPEN:
        raise Invalid("candidate", _("Nothing was decided about this pair"))
    if pair.state == MERGED:
        unmerge_person(by=by, person=pair.gone_id, now=now, op=op)
    else:
        record("residents.reopened", subject=pair.pk, area=pair.area, by=by, now=now, op=op)
    pair.state, pair.decided_at, pair.decided_by, pair.gone = OPEN, None, None, None
    pair.save()
    return pair


@action("residents.merge_certain")
def merge_certain(*, by: Any, candidates: Sequence[UUID], now: datetime, op: UUID | None = None) -> dict[str, int]:
    """Merge several certain pairs, the older record standing; returns how many were `merged` and `passed` over.

    A pair that somebody decided meanwhile, or that is no longer certain, is passed over. Raises Invalid.
    """
    if not 0 < len(candidates) <= MOST_AT_ONCE:
        raise Invalid("candidates", _("Choose between 1 and %(most)s pairs") % {"most": MOST_AT_ONCE})
    pairs = list(Candidate.objects.select_for_update().filter(pk__in=set(candidates)).order_by("pk"))
    people = {person for pair in pairs for person in (pair.one_id, pair.other_id)}
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    merged = 0
    for pair in pairs:
        require(by, "residents.merge_certain", pair.area)
        if pair.state == OPEN and pair.level == CERTAIN:
            merged += _merge(pair, pair.one_id, by, now, op)
    return {"merged": merged, "passed": len(set(candidates)) - merged}


def _locked(candidate: Candidate | UUID) -> Candidate:
    return Candidate.objects.select_for_update().get(pk=getattr(candidate, "pk", candidate))


def _needs_open(pair: Candidate) -> None:
    if pair.state != OPEN:
        raise Invalid("candidate", _("Somebody decided about this pair already"))


def _merge(pair: Candidate, keep: UUID, by: Any, now: datetime, op: UUID | None) -> bool:
    """Point one record to the other; what was merged into it before goes along. False where they are one already."""
    roots = dict(Person.objects.filter(pk__in=[pair.one_id, pair.other_id]).values_list("pk", "canonical_id"))
    gone = roots[pair.other_id if keep == pair.one_id else pair.one_id]
    if gone == roots[keep]:
        return False
    merge_persons(by=by, person=gone, into=keep, now=now, op=op)
    pair.gone_id = gone
    _decide(pair, MERGED, by, now)
    return True


def _decide(pair: Candidate, state: str, by: Any, now: datetime) -> None:
    pair.state, pair.decided_at, pair.decided_by_id = state, now, by.id
    pair.save()
