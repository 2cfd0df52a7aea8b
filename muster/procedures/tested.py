"""A result came: the contacts of that person are tested, whatever it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.screening.models import Result
from muster.domains.tracing.actions.following import mark_tested
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def note(facts: list[Fact]) -> None:
    """At once: note the first test of each person who is a contact."""
    for result in Result.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("person"):
        mark_tested(by=SYSTEM, person=result.person, disease=result.disease, now=facts[0].recorded_at)


for _result in ("positive", "negative"):
    procedure(
        f"tested_{_result}",
        on=f"screening.result_{_result}",
        meaning=_("Note that the person, if a contact, was tested"),
        at_once=note,
    )
