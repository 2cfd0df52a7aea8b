"""One-time links to a person's own results: made with a result, told by message, opened once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import clock, ids, plans
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import tell_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import require

from ..links import digest, secret_of
from ..models import Registration, Result, ResultLink, Tube

SHOWN_FOR = timedelta(minutes=15)


def tell_results(facts: Iterable[Fact]) -> int:
    """A link and a message for everybody whose sample lies in these tubes; in the caller's transaction.

    Told is that a result is there, never which one. Returns how many are told.
    """
    tubes = Tube.objects.select_related("round").in_bulk([fact.subject for fact in facts])
    known = {fact.subject: fact for fact in facts}
    people: dict[tuple[UUID, UUID], Tube] = {}
    for tube, person in Registration.objects.filter(tube_id__in=tubes, voided_at=None).values_list(
        "tube_id", "person_id"
    ):
        people[tube, person] = tubes[tube]
    areas = dict(Person.objects.filter(pk__in={person for _tube, person in people}).values_list("pk", "home"))
    rows = [
        (known[tube], person, areas.get(person) or row.area, row.round.plan) for (tube, person), row in people.items()
    ]
    return _tell(rows, "screening.result_ready")


def tell_corrected(facts: Iterable[Fact]) -> int:
    """The same for the persons whose result became another one that is neither positive nor suspect.

    Whoever was alone in a tube is told by the tube's own fact. Returns how many are told.
    """
    flips = {fact.data["result_id"]: fact for fact in facts if fact.data["was"] != fact.data["result"]}
    results = list(Result.objects.filter(pk__in=flips).exclude(result__in=("positive", "pool_suspect")))
    codes = {result.pk: result.ref.partition("~")[0] for result in results}
    tubes = set(Tube.objects.filter(code__in=codes.values()).values_list("code", flat=True))
    told = [(flips[str(row.pk)], row) for row in results if codes[row.pk] not in tubes]
    rows = [(fact, row.person_id, row.area, fact.data["plan"]) for fact, row in told]
    return _tell(rows, "screening.result_corrected")


def _tell(told: list[tuple[Fact, UUID, str, str]], kind: str) -> int:
    """A link and a message for each (fact, person, area, plan) whose plan has links."""
    links, rows = [], []
    for fact, person, area, plan in told:
        figures = plans.edition(plan).samples
        if figures is None:
            continue
        link, ends = ids.uuid7(), fact.recorded_at + timedelta(days=figures.link_days)
        links.append(
            ResultLink(
                id=link, person_id=person, area=area, hash=digest(secret_of(link)), plan=plan,
                made_at=fact.recorded_at, expires_at=ends,
            )
        )  # fmt: skip
        params = {"link": str(link), "until": clock.local_day(ends).isoformat()}
        rows.append({"person": person, "area": area, "because": fact, "params": params})
    ResultLink.objects.bulk_create(links, batch_size=1000)
    if rows:
        tell_many(rows, kind, max(fact.recorded_at for fact, *_rest in told))
    return len(rows)


@action("screening.open_link")
def open_link(*, by: Any, secret: str, now: datetime, op: UUID | None = None) -> ResultLink:
    """Spend a link: its results are shown for a short while. Raises Invalid, the same whatever is wrong with it."""
    require(by, "screening.open_link", "")
    row = ResultLink.objects.select_for_update().filter(hash=digest(secret), opened_at=None, expires_at__gt=now).first()
    if row is None:
        raise Invalid("link", _("This link was used already, or its time is over."))
    row.opened_at, row.shown_until = now, now + SHOWN_FOR
    row.save(update_fields=["opened_at", "shown_until"])
    return row


def forget_links(before: datetime) -> int:
    """Delete the links whose time was over before a moment; returns how many."""
    return ResultLink.objects.filter(expires_at__lt=before).delete()[0]
