"""Standby sites: called up, ready when everything is there, then sampling sites; drills when their day has come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.screening.models import SamplingSite
from muster.domains.teams import actions
from muster.domains.teams.jobs import ask_all
from muster.domains.teams.models import StandbyCheck, StandbySite
from muster.kernel import clock as kernel_clock
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from tests.teams_cast import THINGS, standby_of
from tests.town import GRID, build_town


@pytest.fixture
def town(db, clock):
    return build_town()


def owed(kind: str) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind))


def sampling_sites() -> list[tuple[str, bool]]:
    with acting():
        return [(row.name, row.closed_at is None) for row in SamplingSite.objects.all()]


def test_ready_only_with_everything_and_then_a_sampling_site(town, clock):
    site = standby_of(town)
    assert sampling_sites() == []
    actions.call_up(by=town.street, site=site)
    [duty] = owed("teams.make_ready")
    assert duty.due_at == clock.now + timedelta(minutes=120)
    check = actions.check_standby(by=town.worker, site=site, staff=4, present=THINGS[:2])
    assert (check.good, check.missing) == (False, [THINGS[2]])
    assert not actions.check_standby(by=town.worker, site=site, staff=3, present=THINGS).good
    assert owed("teams.make_ready") and sampling_sites() == []
    actions.check_standby(by=town.worker, site=site, staff=4, present=THINGS)
    assert not owed("teams.make_ready")
    assert sampling_sites() == [("体育馆备用点", True)]
    with acting():
        assert (StandbySite.objects.get().state, StandbyCheck.objects.count()) == ("ready", 3)
    actions.stand_down(by=town.street, site=site)
    assert sampling_sites() == [("体育馆备用点", False)]
    actions.call_up(by=town.street, site=site)
    actions.check_standby(by=town.worker, site=site, staff=4, present=THINGS)
    assert sampling_sites() == [("体育馆备用点", True)]


def test_a_drill_is_owed_the_day_after_and_proven_by_a_good_check(town, clock):
    site = standby_of(town)
    clock.advance(days=30)
    assert ask_all() == 0
    clock.advance(days=1)
    assert (ask_all(), ask_all()) == (1, 0)
    assert [duty.subject for duty in owed("teams.drill")] == [site.pk]
    actions.check_standby(by=town.worker, site=site, staff=1, present=THINGS)
    assert owed("teams.drill")
    actions.check_standby(by=town.worker, site=site, staff=4, present=THINGS)
    assert not owed("teams.drill")
    with acting():
        assert StandbySite.objects.get().drill_due_on == kernel_clock.today() + timedelta(days=30)
    actions.remove_standby(by=town.street, site=site)
    clock.advance(days=60)
    assert ask_all() == 0


def test_refused_and_wrong(town):
    site = standby_of(town)
    with pytest.raises(Refused):
        actions.call_up(by=town.worker, site=site)
    with pytest.raises(Refused):
        actions.check_standby(by=town.neighbour, site=site, staff=4, present=THINGS)
    with pytest.raises(Invalid):
        standby_of(town)
    with pytest.raises(Invalid):
        standby_of(town, name="另一处", equipment=[" "])
    with pytest.raises(Invalid):
        actions.stand_down(by=town.street, site=site)
    actions.call_up(by=town.street, site=site)
    with pytest.raises(Invalid):
        actions.remove_standby(by=town.street, site=site)
    assert site.area == GRID
