"""A visit to a day rental or family hotel found a hazard: it is a report like any other, with its clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.intake.actions import receive_report
from muster.domains.premises.models import Routine
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def report_hazards(facts: list[Fact]) -> None:
    """At once: a report of the kind "hazard" for each, with what the visitor wrote, at the venue."""
    rows = Routine.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("venue__place")
    found = {row.pk: row for row in rows}
    for fact in facts:
        row = found[fact.subject]
        receive_report(
            by=SYSTEM, kind="hazard", what=row.note, area=row.area, place=row.venue.place, where=row.venue.name,
            channel="page", source="venue", now=fact.recorded_at,
        )  # fmt: skip


procedure(
    "hazard_found",
    on="premises.hazard_found",
    meaning=_("Report the hazard that a visit found, so that somebody ends it"),
    at_once=report_hazards,
)
