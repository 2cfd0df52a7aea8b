"""A delineated area is tested and reported within the plan's hours, counted from its delineation; late, it rises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.screening import actions, missing
from muster.domains.screening.delineated import KIND, report_by
from muster.domains.screening.jobs import finish_all
from muster.kernel import plans
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.posts.logins import acting
from tests import screening_cast as cast
from tests.town import GRID


@pytest.fixture
def town(db, clock):
    return cast.build(people=2)


def owed() -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=KIND))


def excuse_the_rest(town, row) -> None:
    with acting():
        people = list(missing.people(row, "").values_list("pk", flat=True))
    actions.excuse(by=town.street, round=row, people=people, reason="away")


def test_proven_only_when_nobody_is_missing_and_no_result(town, clock):
    row = cast.opened(town, areas=[GRID])
    allowed = timedelta(minutes=plans.edition(row.plan).rounds.area_minutes)
    assert [(duty.subject, duty.due_at) for duty in owed()] == [(row.pk, clock.now + allowed)]
    cast.send(town, row, cast.swab(town, "r1", "N1"), cast.seal("N1", 1))
    finish_all()
    assert owed(), "people are missing"
    excuse_the_rest(town, row)
    finish_all()
    assert owed(), "a result is missing"
    cast.brought(town, cast.packed(town, row, "B1", 1))
    cast.reported(town, N1="negative")
    finish_all()
    assert not owed()


def test_late_it_rises_to_the_city(town, clock):
    cast.opened(town, areas=[GRID])
    clock.advance(hours=25)
    with acting():
        sweep(clock.now)
    assert [(duty.late, duty.held_by_area) for duty in owed()] == [(True, "6104")]


def test_counted_from_delineation_but_of_a_later_round_from_its_beginning(town, clock):
    now = clock.now
    row = cast.plan(town, areas=[GRID])
    row.starts_at = now + timedelta(hours=3)
    assert report_by(row) == now + timedelta(hours=24)
    row.starts_at = now + timedelta(days=3)
    assert report_by(row) == row.starts_at + timedelta(hours=24)
