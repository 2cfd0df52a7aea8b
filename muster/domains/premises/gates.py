"""The four gates of a gathering as they stand: plan, sector, site, supervision; who passed each, and when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import REGULATORS, SECTORS

from . import words
from .models import Event


def gates(row: Event) -> list[dict[str, Any]]:
    """Each gate: its title, what stands, its tone, when, by which post, and what was wanting."""
    decided = {"refused": (_("Refused"), "late")}.get(row.state, (_("Approved"), "ok") if row.decided_at else _waits())
    heard = {"agrees": (_("Agrees"), "ok"), "objects": (_("Objects"), "late")}.get(row.opinion, _waits())
    if not row.sector:
        heard = _("Not asked"), "off"
    rows = [
        (_("Approval of the plan"), decided, row.decided_at, row.decided_by, [], words.LEVELS[row.level]),
        (_("Participation of the sector"), heard, row.opinion_at, row.opinion_by, row.opinion_faults,
         SECTORS.get(row.sector, "")),
        (_("Check on site"), _looked(row.checked_at, row.faults), row.checked_at, row.checked_by, row.faults, ""),
        (_("Supervision"), _looked(row.supervised_at, row.supervised_faults), row.supervised_at, row.supervised_by,
         row.supervised_faults, ""),
    ]  # fmt: skip
    with acting():
        posts = Post.objects.in_bulk([by for _t, _s, _at, by, _f, _w in rows if by])
    return [
        {
            "title": title, "said": said, "tone": tone, "at": at, "post": posts.get(by), "whose": whose,
            "faults": [words.EVENT_POINTS[fault] for fault in faults],
        }
        for title, (said, tone), at, by, faults, whose in rows
    ]  # fmt: skip


def _waits() -> tuple[str, str]:
    return _("Waits"), "wait"


def _looked(at: Any, faults: list[str]) -> tuple[str, str]:
    if at is None:
        return _waits()
    return (_("Points are wanting"), "late") if faults else (_("In order"), "ok")


def what_may(post: Any, row: Event) -> dict[str, bool]:
    """Which of the two gates here the post may pass."""
    sector = row.sector and post.role == REGULATORS[row.sector]
    above = post.role not in REGULATORS.values()
    return {
        "may_opine": row.state == "asked" and bool(sector) and may(post, "premises.give_opinion"),
        "may_supervise": row.state == "ready" and bool(sector or above) and may(post, "premises.supervise_event"),
    }
