"""The queue as a post sees it, and both records of a pair side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from muster.kernel.areas.codes import span
from muster.kernel.controls.models import Control
from muster.kernel.duties.access import may_open_file
from muster.kernel.people import identifiers
from muster.kernel.people.actions import plain
from muster.kernel.people.models import IDENTIFIER_KINDS, Identifier, Person, PersonDetails
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, visible_to

from . import words
from .models import OPEN, Candidate

AHEAD = 20  # pairs looked at for the next one: some of them are one person by now


def queue(post: Any, query: Any) -> QuerySet[Candidate]:
    """The open pairs of the post's range. Filters: `area` (a code and all below) and `level`."""
    rows = visible_to(Candidate.objects.filter(state=OPEN), post)
    if area := query.get("area"):
        lo, hi = span(area)
        rows = rows.filter(area__gte=lo, area__lt=hi)
    if query.get("level") in words.LEVELS:
        rows = rows.filter(level=query["level"])
    return rows


def lines(rows: list[Candidate]) -> list[dict[str, Any]]:
    """Pairs with their masked names and reasons; without those that are one person by way of other pairs."""
    people = records_of(rows)
    return [
        {
            "pair": row,
            "one": people[row.one_id],
            "other": people[row.other_id],
            "level": words.LEVELS[row.level],
            "tone": words.TONES[row.level],
            "reasons": words.reasons(row.outcomes),
        }
        for row in rows
        if people[row.one_id].canonical_id != people[row.other_id].canonical_id
    ]


def records_of(rows: list[Candidate]) -> dict[UUID, Person]:
    """The records of pairs. The pair's wall has let them through; a record without a home stands behind its own."""
    with acting():
        return Person.objects.in_bulk({person for row in rows for person in (row.one_id, row.other_id)})


def next_pair(post: Any, query: Any, after: Candidate | None = None) -> Candidate | None:
    """The best open pair, or the best one after this."""
    rows = queue(post, query)
    if after is not None:
        rows = rows.filter(Q(bits__lt=after.bits) | Q(bits=after.bits, pk__lt=after.pk))
    found = list(rows.order_by("-bits", "-id")[:AHEAD])
    shown = lines(found)
    return shown[0]["pair"] if shown else None


def last_decided(post: Any) -> Candidate | None:
    """What this post decided last: the one that a key takes back."""
    return visible_to(Candidate.objects.filter(decided_by=post.pk), post).order_by("-decided_at", "-id").first()


def sides(post: Any, pair: Candidate, now: Any) -> list[dict[str, Any]]:
    """Both records, numbers masked; the look is logged for each before it is answered."""
    with acting():
        counted = Person.objects.select_related("household").annotate(
            owed=Count("duties", filter=Q(duties__closed_at=None)),
            controlled=Exists(Control.objects.open().filter(person=OuterRef("pk"))),
        )
        people = counted.in_bulk([pair.one_id, pair.other_id])
        for person in people.values():
            log_access(by=post, event="compared", subject=person.pk, area=person.home)
        details = PersonDetails.objects.in_bulk(people)
        numbers: dict[UUID, dict[str, Any]] = {pk: {"number": [], "phone": [], "titles": {}} for pk in people}
        for row in Identifier.objects.filter(person__in=people).order_by("kind", "id"):
            own = numbers[row.person_id]
            own["phone" if row.kind == "phone" else "number"].append(identifiers.masked(row.kind, plain(row)))
            own["titles"][row.kind] = IDENTIFIER_KINDS[row.kind]
        return [
            {
                "person": people[pk],
                "address": _("on record") if pk in details and details[pk].address else "",
                "controlled": _("Yes") if people[pk].controlled else _("No"),
                "may_open": may(post, "people.reveal") and may_open_file(post, people[pk], now),
                **numbers[pk],
            }
            for pk in (pair.one_id, pair.other_id)
        ]
