"""A tube has a result: everybody whose sample lies in it is told that it is there, with a link that opens once.

What was found is never in the message. Who is positive is told by a person, and who is in a suspect pool by
`pooled_positive`: neither gets a link.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.screening.actions.links import tell_corrected, tell_results
from muster.kernel.facts.models import Fact
from muster.kernel.procedures import procedure


def tell(facts: list[Fact]) -> None:
    """In the job: a round has hundreds of thousands of members."""
    tell_results(facts)


def tell_anew(facts: list[Fact]) -> None:
    """In the job: whoever was told something else is told that it was corrected."""
    tell_corrected(facts)


for _word in ("negative", "invalid"):
    procedure(
        f"result_told_{_word}",
        on=f"screening.tube_{_word}",
        meaning=_("Tell everybody in the tube that there is a result, with a link that opens once"),
        fan_out=tell,
    )

procedure(
    "result_told_anew",
    on="screening.result_corrected",
    meaning=_("Where the result is another one now: tell the person, with a link that opens once"),
    fan_out=tell_anew,
)
