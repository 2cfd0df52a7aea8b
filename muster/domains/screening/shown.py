"""What the owner of a link sees: their results of the last days, in words that are never more than what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import plans
from muster.kernel.people.queries import records_of

from . import certificates, doubting
from .models import Registration, Resample, Result, ResultLink, Tube

WORDS = {
    "negative": (_("Negative"), "enter", _("Nothing was found.")),
    "positive": (_("Positive"), "stay", _("Stay where you are. Somebody calls you.")),
    "held": (
        _("Needs a second look"), "test",
        _("It was mixed with those of others. Stay at home: somebody comes to sample you alone. This is not positive."),
    ),
    "checked": (_("The second look is done"), "enter", _("Your own sample says more: see above.")),
    "invalid": (_("No valid result"), "test", _("The sample could not be read. Please come again.")),
    "pending": (_("Not there yet"), "test", _("The sample is on its way or being tested.")),
    "voided": (_("The sample was lost"), "test", _("Please come again.")),
}  # fmt: skip

DOUBTED = _("The laboratory looks at this result once more. Until that is done there is no certificate: please wait.")


@dataclass
class Shown:
    """One sample: what was found, when it was taken, came to the laboratory and had its result; its certificate."""

    word: str
    sampled_at: datetime
    received_at: datetime | None
    reported_at: datetime | None
    code: str = ""
    doubted: bool = False

    @property
    def title(self) -> Any:
        """The result in words."""
        return WORDS[self.word][0]

    @property
    def tone(self) -> str:
        """Its class on the page."""
        tone = WORDS[self.word][1]
        return "test" if self.doubted and tone == "enter" else tone

    @property
    def advice(self) -> Any:
        """What it means for the person. Of what is doubted: which way is never said, nobody knows it yet."""
        if self.doubted and WORDS[self.word][1] != "stay":
            return DOUBTED
        return WORDS[self.word][2]


def results_of(link: ResultLink, now: datetime) -> list[Shown]:
    """The samples of the days before the link ends, the last first; under the login of actions."""
    figures = plans.edition(link.plan).samples
    days = timedelta(days=figures.certificate_days if figures else 0)
    label = link.person.canonical.label
    records, since = records_of(link.person_id), link.made_at - days
    swabs = list(Registration.objects.filter(person_id__in=records, received_at__gte=since, voided_at=None))
    tubes = Tube.objects.select_related("round").in_bulk([swab.tube_id for swab in swabs])
    settled = dict(Resample.objects.filter(person_id__in=records, tube__in=tubes).values_list("tube_id", "result"))
    own = list(Result.objects.live().filter(person_id__in=records, sampled_at__gte=since))
    held = set(doubting.waiting().filter(result__in=own).values_list("result_id", flat=True))
    doubted = {result.ref.partition("~")[0] for result in own if result.pk in held}
    found = []
    for swab in swabs:
        tube = tubes[swab.tube_id]
        sampled = min(swab.device_at, swab.received_at)
        shown = Shown(_word(tube, settled), sampled, tube.received_at, tube.resulted_at)
        shown.doubted = bool(tube.result) and (bool(tube.claimed) or tube.code in doubted)
        _sign(shown, tube.round.disease, label, days, now)
        found.append(shown)
    codes = {tube.code for tube in tubes.values()}
    for result in own:
        if result.ref.partition("~")[0] not in codes and result.result in ("negative", "positive", "invalid"):
            shown = Shown(result.result, result.sampled_at, None, result.received_at, doubted=result.pk in held)
            _sign(shown, result.disease, label, days, now)
            found.append(shown)
    return sorted(found, key=lambda each: each.sampled_at, reverse=True)


def _word(tube: Tube, settled: dict[Any, str]) -> str:
    """A suspect pool is never called positive: its members wait for their own sample, or have it."""
    if tube.voided_at:
        return "voided"
    if tube.result == "pool_suspect":
        return "checked" if settled.get(tube.id) else "held"
    return tube.result or "pending"


def _sign(shown: Shown, disease: str, label: str, days: timedelta, now: datetime) -> None:
    """A certificate for a negative or positive result, while it is valid and nobody doubts it."""
    ends = shown.sampled_at + days
    if shown.doubted:
        return
    if shown.word in ("negative", "positive") and shown.reported_at and now < ends:
        said = certificates.Certificate(shown.word, disease, label, shown.sampled_at, shown.reported_at, ends)
        shown.code = certificates.make(said)
