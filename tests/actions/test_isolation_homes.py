"""Home observation: a home is assessed first, then checks, tests and papers are owed by grid and community."""

from __future__ import annotations

from datetime import date

import pytest

from muster.domains.isolation import actions
from muster.domains.isolation.jobs import ask_all
from muster.domains.isolation.models import HomePapers, Stay, Transfer
from muster.kernel import ids
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.isolation_cast import (
    FIT,
    UNFIT,
    answer_tests,
    at,
    build,
    control_of,
    facts,
    owed,
    rooms_of,
    serve,
    site_of,
)  # fmt: skip


@pytest.fixture
def town(db, clock):
    return build()


@pytest.fixture
def stay(town):
    """王 at the site since 19:15, contact until 10 December, home from the 7th."""
    return actions.start_stay(by=town.site, control=control_of(town.wang), site=site_of(town.hotel))


@pytest.fixture
def home(town):
    """李 observed at home."""
    control = control_of(town.li, "home", 7, (1, 4, 7))
    actions.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        return Stay.objects.select_related("control").get(control=control)


def test_after_the_site_come_the_days_at_home(town, clock, stay):
    assert stay.home_days == 3
    clock.set(at(7, 8))
    ask_all()
    assert [d.subject for d in owed("isolation.send_home")] == [stay.id]
    with pytest.raises(Invalid, match="release"):
        actions.move_home(by=town.site, stay=stay)
    answer_tests(stay.control, until=date(2021, 12, 7))
    actions.record_check(by=town.site, stay=stay, temperature="36.5")
    with pytest.raises(Invalid, match="assessment"):
        actions.move_home(by=town.site, stay=stay)
    actions.assess_home(by=town.worker, control=stay.control, answers=FIT)
    with pytest.raises(Refused):
        actions.move_home(by=town.far_site, stay=stay)
    op = ids.uuid7()
    at_home = actions.move_home(by=town.site, stay=stay, op=op)
    assert actions.move_home(by=town.site, stay=stay, op=op) == at_home
    assert (at_home.kind, at_home.place_id, owed("isolation.send_home")) == ("home", None, [])
    assert rooms_of(town.hotel)["101"] == "cleaning"
    clock.set(at(7, 14))
    ask_all()
    assert [(d.role, d.area) for d in owed("isolation.home_check")] == [("grid", town.wang.home)]
    serve(clock, at_home, 10)
    answer_tests(stay.control)
    assert [d.role for d in owed("isolation.release_home")] == ["community"]
    with pytest.raises(Refused):
        actions.release(by=town.far_community, stay=at_home)
    assert actions.release(by=town.community, stay=at_home).notice


def test_an_unfit_home_means_a_site(town):
    control = control_of(town.li, "home", 7, (1, 4, 7))
    with pytest.raises(Invalid, match="own_bathroom"):
        actions.assess_home(by=town.worker, control=control, answers={**FIT, "own_bathroom": None})
    op = ids.uuid7()
    found = actions.assess_home(by=town.worker, control=control, answers=UNFIT, op=op)
    assert actions.assess_home(by=town.worker, control=control, answers=UNFIT, op=op) == found
    assert (found.fit, found.reasons) == (False, ["no_own_bathroom"])
    with acting():
        assert Transfer.objects.get().site_id == site_of(town.hotel).id
        assert not Stay.objects.exists()
    with pytest.raises(Invalid, match="assessment"):
        actions.start_home(by=town.worker, control=control)
    for post in (town.neighbour, town.far_community, town.site):
        with pytest.raises(Refused):
            actions.assess_home(by=post, control=control, answers=FIT)
        with pytest.raises(Refused):
            actions.start_home(by=post, control=control)


def test_a_fit_home_begins_the_observation_with_its_papers(town, clock, home):
    with acting():
        papers = HomePapers.objects.get(stay=home)
        assert Message.objects.get().params == {"until": "2021-12-07"}
    assert [(d.role, d.data["slot"]) for d in owed("isolation.home_check")] == [("grid", "pm")]
    assert [d.role for d in owed("isolation.home_sample")] == ["grid"]
    assert [d.role for d in owed("isolation.complete_papers")] == ["community"]
    with pytest.raises(Refused):
        actions.give_papers(by=town.far_community, stay=home, given=["video"])
    with pytest.raises(Invalid):
        actions.give_papers(by=town.community, stay=home, given=["video"], on=date(2021, 12, 1))
    with pytest.raises(Invalid):
        actions.give_papers(by=town.community, stay=home, given=["oath"])
    actions.give_papers(by=town.community, stay=home, given=["person_notice", "family_pledge", "video"])
    assert len(owed("isolation.complete_papers")) == 1
    op = ids.uuid7()
    for _twice in range(2):
        actions.give_papers(by=town.worker, stay=home, given=[], no_employer=True, op=op)
    assert (owed("isolation.complete_papers"), facts("isolation.papers_complete")) == ([], 1)
    with acting():
        papers.refresh_from_db()
    assert papers.complete


def test_asking_for_an_assessment_is_a_duty_of_the_grid(town, clock):
    control = control_of(town.li, "home", 7, ())
    with acting():
        actions.ask_assessments([control], by=SYSTEM, now=clock.now)
    assert [(d.role, d.subject) for d in owed("isolation.assess_home")] == [("grid", control.id)]
    actions.assess_home(by=town.community, control=control, answers=FIT)
    assert owed("isolation.assess_home") == []
