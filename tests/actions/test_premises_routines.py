"""Routines of venues: a period opens what is owed, who is late is chased up the ladder, a check is mended and seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from muster.domains.premises import actions, routines
from muster.domains.premises.jobs import forget, settle
from muster.domains.premises.models import Routine, Venue
from muster.domains.premises.rules import first_of_period
from muster.kernel import clock as program_clock
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import desk, venue_of
from tests.town import build_town


@pytest.fixture
def town(db, clock):
    clock.advance(hours=13)  # to a quarter past eight in the morning
    return build_town()


def owed_by(venue: Venue, **given) -> dict[str, Routine]:
    with acting():
        return {row.code: row for row in Routine.objects.filter(venue=venue, **given)}


def open_duties_of(row: Routine) -> list[str]:
    with acting():
        return list(Duty.objects.open().filter(subject=row.pk).values_list("kind", flat=True))


def test_every_kind_owes_what_the_file_says_and_the_file_is_sound(town):
    venues = {kind: venue_of(town, name=kind, kind=kind) for kind in ("market", "day_rental", "other")}
    settle()
    for name, venue in venues.items():
        assert set(owed_by(venue)) == {code for code, kind in routines.kinds().items() if name in kind.kinds}
    assert owed_by(venues["market"]) and not owed_by(venues["other"])
    of = [kind for kinds in routines.sectors().values() for kind in kinds]
    assert sorted(of) == sorted(set(of)) and {kind for row in routines.kinds().values() for kind in row.kinds} <= set(
        of
    )
    for row in routines.kinds().values():  # a figure that nobody read says so
        assert row.status in ("read", "local", "unverified") and row.sources["en"] and row.sources["zh"]


@pytest.mark.parametrize("every, day, first", [(1, 20, 20), (7, 22, 16), (7, 23, 23), (7, 29, 23)])
def test_periods_begin_for_all_on_one_day(every, day, first):
    assert first_of_period(date(2026, 11, day), every) == date(2026, 11, first)  # the 16th was a Monday


def test_a_period_is_opened_once_and_the_next_day_opens_the_next(town, clock):
    venue = venue_of(town)
    settle()
    before = owed_by(venue)
    settle()
    assert {row.pk for row in owed_by(venue).values()} == {row.pk for row in before.values()}
    clock.advance(days=1)
    settle()
    with acting():
        assert Routine.objects.filter(venue=venue, code="disinfection").count() == 2
        opened = Fact.objects.filter(kind="premises.routines_opened", data__code="disinfection")
        assert [fact.data["count"] for fact in opened] == [1, 1]


def test_a_venue_registered_after_the_hour_owes_nothing_today(town, clock):
    program_clock.freeze(program_clock.midnight(program_clock.today()) + timedelta(hours=23))
    venue = venue_of(town)
    settle()
    assert "disinfection" not in owed_by(venue)


def test_the_venue_records_by_its_link_and_nothing_is_chased(town, clock):
    venue = venue_of(town)
    settle()
    row = owed_by(venue)["temperature"]
    with pytest.raises(Invalid) as no:
        actions.record_routine_at_desk(by=SYSTEM, desk=desk(venue), routine=row.pk)
    assert no.value.field == "figure"
    done = actions.record_routine_at_desk(by=SYSTEM, desk=desk(venue), routine=row.pk, figure=0, note="无人上班")
    assert (done.outcome, done.figure, done.recorded_by) == ("done", 0, None)
    with pytest.raises(Invalid):
        actions.record_routine_at_desk(by=SYSTEM, desk=desk(venue), routine=row.pk, figure=1)
    other = venue_of(town, name="东门市场")
    with pytest.raises(Invalid):  # another venue's link reaches nothing here
        actions.record_routine_at_desk(by=SYSTEM, desk=desk(other), routine=owed_by(venue)["samples"].pk, figure=1)
    clock.advance(days=1)
    settle()
    assert not open_duties_of(row)


def test_who_is_late_is_chased_and_it_climbs_to_the_street(town, clock):
    venue = venue_of(town)
    settle()
    row = owed_by(venue)["disinfection"]
    program_clock.freeze(row.due_at + timedelta(minutes=1))
    settle(), settle()
    assert open_duties_of(row) == ["premises.chase_routine"]
    held = []
    for _step in range(3):
        with acting():
            duty = Duty.objects.open().get(subject=row.pk)
            held.append(duty.holder_role)
            program_clock.freeze(duty.next_at)
            sweep(program_clock.now())
    assert held[0] == "grid" and "street" in held
    actions.record_routine(by=town.worker, routine=row, outcome="not_done", note="停业装修")
    assert not open_duties_of(row)
    with acting():
        fact = Fact.objects.get(kind="premises.routine_recorded", subject=row.pk)
        assert fact.data["late"] and fact.data["outcome"] == "not_done" and "停业" not in str(fact.data)


def test_the_grid_workers_own_rounds_are_duties_at_once(town):
    venue = venue_of(town, kind="day_rental")
    settle()
    row = owed_by(venue)["sweep"]
    assert open_duties_of(row) == ["premises.do_routine"]
    with pytest.raises(Invalid) as no:
        actions.record_routine(by=town.worker, routine=row, outcome="not_done")
    assert no.value.field == "note"
    actions.record_visit_there(by=town.worker, routine=row, found="visited", figure=3, note="无")
    assert not open_duties_of(row)


def test_what_a_check_finds_is_put_right_and_seen(town):
    venue = venue_of(town)
    settle()
    row = owed_by(venue)["disinfection"]
    with pytest.raises(Invalid):  # nothing is recorded yet
        actions.check_routine(by=town.community, routine=row, wanting=[])
    actions.record_routine_at_desk(by=SYSTEM, desk=desk(venue), routine=row.pk)
    with pytest.raises(Refused):
        actions.check_routine(by=town.worker, routine=row, wanting=[])
    with pytest.raises(Invalid):
        actions.remedy_routine(by=SYSTEM, desk=desk(venue), routine=row.pk)
    assert actions.check_routine(by=town.street, routine=row, wanting=["line", "no_record"]).verdict == "faulty"
    assert open_duties_of(row) == ["premises.verify_remedy"]
    assert actions.remedy_routine(by=SYSTEM, desk=desk(venue), routine=row.pk).verdict == "remedied"
    assert open_duties_of(row) == ["premises.verify_remedy"]  # what a venue says of itself closes nothing
    assert actions.check_routine(by=town.community, routine=row, wanting=[]).verdict == "verified"
    assert not open_duties_of(row)


def test_a_venue_that_closes_owes_nothing_more(town, clock):
    venue = venue_of(town, kind="day_rental")
    settle()
    actions.close_venue(by=town.community, venue=venue)
    clock.advance(days=2)
    settle()
    assert all(not open_duties_of(row) for row in owed_by(venue).values())


def test_notes_go_after_their_days_and_a_fact_says_so(town, clock):
    venue = venue_of(town)
    settle()
    row = owed_by(venue)["disinfection"]
    actions.record_routine(by=town.worker, routine=row, note="王某负责")
    clock.advance(days=91)
    forget()
    with acting():
        assert Routine.objects.get(pk=row.pk).note == ""
        assert Fact.objects.get(kind="people.purged", data__table="premises_routine").data["count"] == 1
