"""Open incidents with what is known of each: cases, contacts and how far they are, duties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from muster.domains.tracing import response, words
from muster.domains.tracing.models import Case, Contact, Incident
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact

from ..links import link

LATEST = 8


def open_incidents(post: Any, now: datetime) -> list[dict[str, Any]]:
    """The incidents that are open, the one whose clock stands worst first; a fixed number of queries for any number."""
    incidents = list(Incident.objects.filter(closed_at=None, history=False).order_by("started_at"))
    ids = [incident.pk for incident in incidents]
    steps, figures = response.clocks(incidents, now), _figures(ids, now)
    shown = [
        {
            "incident": incident,
            "disease": words.DISEASES.get(incident.disease, incident.disease),
            "steps": steps[incident.pk],
            "worst": steps[incident.pk][0] if steps[incident.pk] else None,
            "figures": _linked(post, incident, figures.get(incident.pk, {})),
            "url": link(post, "tracing:incident", incident.pk),
            "clock_url": link(post, "clock:incident", incident.pk),
        }
        for incident in incidents
    ]
    return sorted(shown, key=lambda row: (row["worst"] or {}).get("limit", 0) - (row["worst"] or {}).get("took", 0))


def _figures(incidents: list[Any], now: datetime) -> dict[Any, dict[str, Any]]:
    """Numbers by incident; nobody is counted twice as a contact of two cases."""
    open_duties = Duty.objects.open().filter(incident__in=incidents).values("incident").order_by()
    counted = (
        Case.objects.filter(incident__in=incidents, history=False)
        .exclude(classification="excluded")
        .values("incident")
        .annotate(cases=Count("pk")),
        Contact.objects.standing()
        .filter(incident__in=incidents, history=False)
        .values("incident")
        .annotate(
            found=Count("person", distinct=True),
            notified=Count("person", filter=Q(notified_at__isnull=False), distinct=True),
            controlled=Count("person", filter=Q(controlled_at__isnull=False), distinct=True),
            tested=Count("person", filter=Q(tested_at__isnull=False), distinct=True),
        ),
        open_duties.annotate(
            open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), unowned=Count("pk", filter=Q(unowned=True))
        ),
    )
    figures: dict[Any, dict[str, Any]] = {}
    for rows in counted:
        for row in rows:
            figures.setdefault(row.pop("incident"), {}).update(row)
    return figures


def _linked(post: Any, incident: Incident, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """The numbers, each with the address of the rows behind it."""
    own = {"incident": incident.pk}

    def contacts(**more: str) -> str:
        return link(post, "tracing:contacts", **own, **more)

    def duties(**more: str) -> str:
        return link(post, "situation:gaps", **own, **more) + "#missing"

    found = numbers.get("found", 0)
    return [
        {"code": "cases", "number": numbers.get("cases", 0), "url": link(post, "tracing:incident", incident.pk)},
        {"code": "found", "number": found, "url": contacts()},
        *(
            {"code": code, "number": numbers.get(code, 0), "of": found, "url": contacts(step=code)}
            for code in ("notified", "controlled", "tested")
        ),
        {"code": "open", "number": numbers.get("open", 0), "url": duties()},
        {"code": "late", "number": numbers.get("late", 0), "url": duties(show="late"), "late": numbers.get("late", 0)},
        {"code": "unowned", "number": numbers.get("unowned", 0), "url": duties(show="unowned")},
    ]


def latest_escalations(post: Any) -> list[dict[str, Any]]:
    """The duties that rose last in the post's range, each once."""
    rises = Fact.objects.filter(kind="duties.escalated", area__gte=post.lo, area__lt=post.hi)
    at: dict[Any, datetime] = {}
    for subject, moment in rises.order_by("-recorded_at").values_list("subject", "recorded_at")[: LATEST * 5]:
        at.setdefault(subject, moment)
    wanted = list(at)[:LATEST]
    duties = {duty.pk: duty for duty in Duty.objects.filter(pk__in=wanted).select_related("person__household")}
    return [{"duty": duties[pk], "at": at[pk]} for pk in wanted if pk in duties]
