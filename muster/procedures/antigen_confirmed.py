"""A laboratory's result came: who was positive by antigen has been tested, whatever it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.antigen.actions import confirm
from muster.domains.screening.models import Result
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def note(facts: list[Fact]) -> None:
    """At once, for all the results of a batch together."""
    by_subject = {fact.subject: fact for fact in facts}
    results = Result.objects.filter(pk__in=by_subject).order_by("sampled_at", "id")
    persons = {row.person_id: (row.sampled_at, by_subject[row.pk]) for row in results}
    confirm(by=SYSTEM, persons=persons, now=facts[0].recorded_at)


for _result in ("positive", "negative"):
    procedure(
        f"antigen_confirmed_{_result}",
        on=f"screening.result_{_result}",
        meaning=_("Note that who was positive by antigen was tested by a laboratory"),
        at_once=note,
    )
