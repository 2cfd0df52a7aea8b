"""A person's file: what they are under, why, what happened, who looked. Read with the login of actions.

The caller has opened the file (`people.open_file`): the post has a duty about the person, and the look is logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import plans
from muster.kernel.controls.models import HOME, MONITORING, SITE, Control, DueTest
from muster.kernel.declare import FACTS
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import AccessLog, Post

from . import looks
from .because import walk_back
from .subjects import subjects_of

MEASURES = {
    SITE: _("Isolation at a site"),
    HOME: _("Isolation at home"),
    MONITORING: _("Health monitoring"),
}
EVIDENCES = {
    "laboratory_result": _("A laboratory result"),
    "signed_diagnosis": _("A diagnosis signed by two persons"),
    "exposure": _("An exposure to a case"),
    "risk_area_stay": _("A stay in a risk area"),
    "zone_order": _("An order for a zone"),
    "pool_suspect": _("A suspect mixed sample, until a single one is in"),
}
ENDINGS = {
    "released": _("released: the days are served"),
    "lifted": _("lifted: the evidence fell"),
    "turned_case": _("became a case"),
    "died": _("died"),
}
TIMELINE, LOOKS = 200, 20


def controls_of(records: Iterable[UUID], by: Any, today: date) -> list[dict[str, Any]]:
    """The controls of a person, those in force first, each with its evidence walked back and its tests."""
    rows = Control.objects.filter(person_id__in=list(records)).prefetch_related("evidences", "tests")
    controls = sorted(rows, key=lambda control: (control.ended_at is not None, -control.began_at.timestamp()))
    chains = walk_back([evidence.fact_id for control in controls for evidence in control.evidences.all()], by)
    return [_control(control, chains, today) for control in controls]


def _control(control: Control, chains: dict[UUID, Any], today: date) -> dict[str, Any]:
    evidences = sorted(control.evidences.all(), key=lambda evidence: evidence.added_at)
    return {
        "control": control,
        "measure": MEASURES[control.measure],
        "ending": ENDINGS.get(control.ended_how, control.ended_how),
        "plan": plans.edition(control.plan).title,
        "days_left": max(0, (control.ends_on - today).days) if control.ends_on and not control.ended_at else None,
        "tests": sorted(control.tests.all(), key=lambda test: test.due_on),
        "evidences": [
            {"evidence": evidence, "kind": EVIDENCES[evidence.kind], "why": [chains[evidence.fact_id]]}
            for evidence in evidences
        ],
    }


def next_test(controls: list[dict[str, Any]]) -> DueTest | None:
    """The first test that has no result yet, of the controls in force."""
    held = [row for row in controls if row["control"].ended_at is None]
    waiting = [test for row in held for test in row["tests"] if test.done_fact_id is None]
    return min(waiting, key=lambda test: test.due_on, default=None)


def timeline(records: Iterable[UUID]) -> list[dict[str, Any]]:
    """What happened about a person, newest first, and which post did it; a fixed number of queries."""
    facts = list(Fact.objects.filter(subject__in=subjects_of(records)).order_by("-happened_at", "-id")[:TIMELINE])
    posts = {post.pk: post for post in Post.objects.filter(pk__in={fact.by for fact in facts if fact.by})}
    return [
        {
            "title": FACTS[fact.kind].meaning,
            "at": fact.happened_at,
            "area": fact.area,
            "by": posts[fact.by].role_title if fact.by in posts else "",
        }
        for fact in facts
    ]


def looks_at(records: Iterable[UUID]) -> list[dict[str, Any]]:
    """Who looked at the person last, and who was refused; posts, not names: an auditor sees those."""
    rows = AccessLog.objects.filter(subject__in=list(records)).order_by("-at", "-id")[:LOOKS]
    return [
        {
            "title": " · ".join(str(part) for part in (row["title"], row["field"], row["purpose"]) if part),
            "at": row["at"],
            "area": row["post"].area if row["post"] else None,
            "by": row["post"].role_title if row["post"] else "",
        }
        for row in looks.in_words(rows)
    ]
