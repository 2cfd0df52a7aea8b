"""Scans are kept for the plan's days, then gone from the log and from who entered whom; a fact says so."""

from __future__ import annotations

import pytest

from muster.domains.premises import actions
from muster.domains.premises.jobs import forget as forget_entered
from muster.domains.premises.models import EnteredFor
from muster.kernel import plans
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site.forgetting import forget
from tests.premises_cast import PHONE, log_of, sheet, venue_of
from tests.town import build_town


@pytest.fixture
def town(db, clock):
    return build_town()


def scan(venue, name: str) -> None:
    actions.check_in(by=SYSTEM, code=sheet(venue), name=name, phone=PHONE, others=[["钱小多", ""]], why="child")


def left(venue) -> tuple[int, int]:
    with acting():
        return len(log_of(venue)), EnteredFor.objects.count()


def test_scans_are_deleted_after_the_plans_days_and_the_deletion_is_a_fact(town, clock):
    venue = venue_of(town)
    days = max(
        int(plan.value("retention.presence_days")) for plan in plans.editions() if plan.in_force(clock.now.date())
    )
    scan(venue, "钱多")
    clock.advance(days=days)
    scan(venue, "孙少")
    assert left(venue) == (4, 2)
    forget(), forget_entered()
    assert left(venue) == (4, 2)  # the last day that is kept
    clock.advance(days=1)
    forget(), forget_entered()
    assert left(venue) == (2, 1)
    with acting():
        purged = Fact.objects.filter(kind="people.purged").values_list("data__table", "data__count", "data__rule")
        counts = {table: (count, rule) for table, count, rule in purged if count}
    assert counts["presence"][0] == 2 and counts["premises_enteredfor"][0] == 1
    assert all(rule in {plan.edition for plan in plans.editions()} for _count, rule in counts.values())
