"""Regulators of sectors: venues chosen each week, checks with a deadline, a second look; nobody else's sector."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.premises import actions, routines
from muster.domains.premises.actions.sectors import CHECK
from muster.domains.premises.jobs import settle
from muster.domains.premises.models import Routine, Venue
from muster.domains.premises.routine_ledgers import by_sector
from muster.kernel import clock as program_clock
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import desk, venue_of
from tests.town import FAR_GRID, build_town, make_post


@pytest.fixture
def town(db, clock):
    clock.advance(hours=13)
    made = build_town()
    with acting():
        for name in ("culture", "commerce", "market_supervision"):
            made.posts[name] = make_post(name, roles.REGULATORS[name], "610404")
    return made


def cinemas(town, count: int) -> list[Venue]:
    return [venue_of(town, name=f"影院{number}", kind="entertainment") for number in range(count)]


def chosen(**given) -> list[Routine]:
    with acting():
        return list(Routine.objects.filter(code=CHECK, **given).select_related("venue").order_by("id"))


def duties(kind: str) -> list[tuple[str, str]]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind).values_list("holder_role", "held_by_area"))


def seen(post) -> list[dict]:
    with viewing(post.id):
        return by_sector(post)


def test_every_kind_has_one_sector_at_most_and_each_sector_a_regulator():
    assert set(routines.sectors()) == set(roles.REGULATORS) and len(set(roles.REGULATORS.values())) == 10
    kinds = routines.kinds()[CHECK].kinds
    assert all(set(kinds) & set(of) for of in routines.sectors().values())


def test_five_of_a_sector_and_county_are_chosen_each_week_longest_unchecked_first(town, clock):
    seven = cinemas(town, 7)
    venue_of(town, name="百货", kind="mall")
    far = actions.add_venue(by=town.far_worker, area=FAR_GRID, name="远影院", kind="entertainment")
    settle(), settle()
    first = [row.venue for row in chosen(venue__kind="entertainment", area__startswith="610404")]
    assert len(first) == 5 and set(first) < set(seven)
    assert [row.venue for row in chosen(venue__kind="entertainment", area__startswith="610402")] == [far]
    assert duties("premises.check_venue").count(("sector_culture", "610404")) == 5
    assert duties("premises.check_venue").count(("sector_commerce", "610404")) == 1
    clock.advance(days=7)
    settle()
    week = chosen(area__startswith="610404", venue__kind="entertainment")[5:]
    assert len(week) == 5 and {row.venue for row in week} > set(seven) - set(first)


def test_a_check_has_a_deadline_and_a_second_look(town, clock):
    cinema = cinemas(town, 1)[0]
    settle()
    row = chosen()[0]
    with pytest.raises(Invalid):  # another sector's
        actions.check_routine(by=town.commerce, routine=row, wanting=[])
    for other in (town.community, town.headquarters):  # nor is it theirs
        with pytest.raises(Invalid):
            actions.check_routine(by=other, routine=row, wanting=[])
    with pytest.raises(Invalid) as no:
        actions.check_routine(by=town.culture, routine=row, wanting=["code"], mend_by=clock.now)
    assert no.value.field == "mend_by"
    until = clock.now + timedelta(days=2)
    found = actions.check_routine(by=town.culture, routine=row, wanting=["code"], mend_by=until, note="入口无码")
    assert (found.outcome, found.verdict, found.mend_by, found.note) == ("done", "faulty", until, "入口无码")
    assert not duties("premises.check_venue") and duties("premises.verify_venue")
    with acting():
        assert Duty.objects.open().get(kind="premises.verify_venue").due_at == until + timedelta(days=1)
    actions.remedy_routine(by=SYSTEM, desk=desk(cinema), routine=row.pk)
    assert duties("premises.verify_venue")  # what a venue says of itself closes nothing
    assert actions.check_routine(by=town.culture, routine=row, wanting=[]).verdict == "verified"
    assert not duties("premises.verify_venue")


def test_without_a_deadline_it_is_the_files_hours(town, clock):
    cinemas(town, 1)
    settle()
    found = actions.check_routine(by=town.culture, routine=chosen()[0], wanting=["masks"])
    assert found.mend_by == clock.now + routines.mend_within()


def test_a_venue_not_chosen_may_be_checked_too_and_counts_this_week(town):
    seven = cinemas(town, 7)
    settle()
    other = next(venue for venue in seven if venue not in {row.venue for row in chosen()})
    check = actions.begin_check(by=town.culture, venue=other)
    assert actions.begin_check(by=town.culture, venue=other) == check and len(chosen()) == 6
    settle()
    assert len(chosen()) == 6
    with pytest.raises(Invalid):
        actions.begin_check(by=town.commerce, venue=other)
    with pytest.raises(Refused):
        actions.begin_check(by=town.headquarters, venue=other)


def test_it_checks_what_its_venues_recorded_and_records_nothing_for_them(town):
    market = venue_of(town)
    settle()
    with acting():
        row = Routine.objects.get(venue=market, code="disinfection")
    with pytest.raises(Invalid):
        actions.record_routine(by=town.market_supervision, routine=row)
    actions.record_routine_at_desk(by=SYSTEM, desk=desk(market), routine=row.pk)
    with pytest.raises(Invalid):
        actions.check_routine(by=town.culture, routine=row, wanting=[])
    assert actions.check_routine(by=town.market_supervision, routine=row, wanting=[]).verdict == "sound"


def test_headquarters_sees_which_sector_is_behind(town, clock):
    cinemas(town, 2)
    settle()
    one, two = chosen()
    actions.check_routine(by=town.culture, routine=one, wanting=[])
    now = {row["code"]: row for row in seen(town.headquarters)}["culture"]
    assert (now["checks"], now["checked"], now["behind"]) == (2, 1, 0)
    program_clock.freeze(two.due_at + timedelta(minutes=1))
    settle()
    with acting():
        sweep(program_clock.now())
    assert {row["code"]: row["behind"] for row in seen(town.headquarters)} == {"culture": 1}
    assert [row["code"] for row in seen(town.culture)] == ["culture"] and seen(town.commerce) == []
    assert duties("premises.check_venue") == [("headquarters", "610404")]
    actions.record_routine(by=town.culture, routine=two, outcome="not_done", note="停业")
    assert not duties("premises.check_venue") and not seen(town.headquarters)[0]["behind"]
