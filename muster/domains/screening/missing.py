"""Expected minus sampled: who of a round has neither a sample nor a reason, down to the door. A query, not rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q, QuerySet

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
