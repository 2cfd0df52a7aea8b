"""A result came: whoever handled goods that are held has been tested, whatever it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.goods.actions import note_tested
from muster.domains.screening.models import Result
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def note(facts: list[Fact]) -> None:
    """At once: note that these people were tested, where they handle imported goods."""
    rows = Result.objects.filter(pk__in=[fact.subject for fact in facts]).values_list("person_id", "sampled_at")
    note_tested(by=SYSTEM, sampled=list(rows), now=facts[0].recorded_at)


for _result in ("positive", "negative"):
    procedure(
        f"handler_tested_{_result}",
        on=f"screening.result_{_result}",
        meaning=_("Note that the person, if they handled goods that are held, was tested"),
        at_once=note,
    )
