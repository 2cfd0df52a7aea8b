"""Expected minus sampled: who of a round has neither a sample nor a reason, down to the door. A query, not rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.controls.models import Control
from muster.kernel.people.models import Person

from .models import Expected, HomeNeed, Reason, Registration, Round, RoundCount

BUILDING = LEVELS["building"]

_REASONS = """
    WITH given AS (
        INSERT INTO screening_reason (id, round_id, person_id, area, reason, at, by)
        SELECT id, round, person, area, reason, at, by FROM json_to_recordset(%s::json)
            AS r(id uuid, round uuid, person uuid, area text, reason text, at timestamptz, by uuid)
        ON CONFLICT DO NOTHING RETURNING round_id, area
    )
    UPDATE screening_roundcount c SET excused = c.excused + g.many
    FROM (SELECT round_id, area, count(*) AS many FROM given GROUP BY round_id, area) g
    WHERE c.round_id = g.round_id AND c.area = g.area
"""


def expected(row: Round, area: str) -> QuerySet[Person]:
    """Whom the round expects in an area: at home there (or due), recorded before it opened, merged records once."""
    lo, hi = span(area)
    people = Person.objects.filter(home__gte=lo, home__lt=hi, merged_into=None, created_at__lte=row.opened_at)
    if row.regimes:
        people = people.filter(Exists(Expected.objects.filter(round_id=row.id, person_id=OuterRef("pk"))))
    return people.filter(row.within("home"))


def people(row: Round, area: str) -> QuerySet[Person]:
    """Those of them without a sample that counts and without a reason."""
    sampled = Registration.objects.filter(round_id=row.id, person_id=OuterRef("pk"), counts=True, voided_at=None)
    excused = Reason.objects.filter(round=row, person=OuterRef("pk"), lapsed_at=None)
    return expected(row, area).filter(~Exists(sampled), ~Exists(excused))


def at_home(row: Round, area: str) -> QuerySet[Person]:
    """Those missing to whom samplers go: on the home list, or in home observation."""
    needs = HomeNeed.objects.filter(ended_at=None).values("person__canonical")
    held = Control.objects.open().filter(measure="home").values("person__canonical")
    return people(row, area).filter(Q(pk__in=needs) | Q(pk__in=held))


def open_in(count: RoundCount) -> int:
    """How many of a building are missing, by its counters."""
    return count.expected - count.sampled - count.excused


def gaps(row: Round, areas: Sequence[str] | None = None) -> list[tuple[str, int]]:
    """The buildings, of these or of all, with somebody missing by their counters, and how many."""
    counts = RoundCount.objects.filter(round=row, expected__gt=F("sampled") + F("excused"))
    if areas is not None:
        counts = counts.filter(area__in=areas)
    return list(counts.order_by("area").values_list("area", F("expected") - F("sampled") - F("excused")))


def near(row: Round, area: str, after: str, most: int) -> tuple[Q, int] | None:
    """Where the next `most` of them live, by the counters: a condition on `home`, and how many it holds at least.

    In a district that is nearly done, looking at everybody takes seconds, these buildings milliseconds. None for an
    area so small that everybody can be looked at. Counters stay where people were expected: whoever has moved since is
    not in such a building, so a page with fewer people than the counters say is asked for without the condition.
    """
    if len(area) >= LEVELS["grid"]:
        return None
    lo, hi = span(area)
    counts = RoundCount.objects.filter(round=row, area__gte=max(lo, after[:BUILDING]), area__lt=hi)
    counts = counts.filter(expected__gt=F("sampled") + F("excused")).order_by("area")
    where, held = Q(pk__in=[]), 0
    for code, expected_, sampled, excused in counts.values_list("area", "expected", "sampled", "excused")[:most]:
        where |= Q(home__gte=span(code)[0], home__lt=span(code)[1])
        held += expected_ - sampled - excused
        if held >= most:
            break
    return where, held


def store_reasons(cursor: CursorWrapper, reasons: Sequence[Reason]) -> None:
    """Write reasons and count them."""
    rows: list[dict[str, Any]] = [
        {
            "id": reason.id.hex,
            "round": reason.round_id.hex,
            "person": reason.person_id.hex,
            "area": reason.area,
            "reason": reason.reason,
            "at": reason.at.isoformat(),
            "by": reason.by.hex if reason.by else None,
        }
        for reason in reasons
    ]
    cursor.execute(_REASONS, [json.dumps(rows)])
