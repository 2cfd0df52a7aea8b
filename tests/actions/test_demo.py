"""The demonstration, small: 2,000 people, the same for one seed; the night; the crew; no way to or from a live one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import psycopg
import pytest

from muster.domains.arrivals.models import Arrival, Pass
from muster.domains.goods.models import Batch as GoodsBatch
from muster.domains.goods.models import Staff
from muster.domains.premises.models import Guest, Routine, Venue
from muster.domains.screening.models import Box, Round
from muster.domains.teams.models import Member
from muster.domains.tracing.models import Case, Contact
from muster.kernel import ids
from muster.kernel.areas import installation
from muster.kernel.areas.models import Area, Installation
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import identifiers
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post
from muster.site.demo import clock as demo_clock
from muster.site.demo import identity, index, making
from muster.site.demo.crew import PACES, work_through
from muster.site.demo.geography import QINDU, WEICHENG
from muster.site.demo.movement import make_movement
from muster.site.demo.night import NIGHT
from muster.site.demo.population import make_population
from muster.site.demo.posts import CAST
from muster.site.demo.run import clear
from muster.site.demo.stays import DAY, END, UNKNOWN
from muster.site.demo.town import make_town
from tests.town import build_town

PEOPLE = 2000


def world(seed: int):
    random = np.random.default_rng(seed)
    people = make_population(PEOPLE, random)
    town = make_town(people, random)
    return people, town, make_movement(people, town, random)


@pytest.fixture(scope="module")
def made():
    return world(making.SEED)


def test_the_number_of_people_is_kept(made):
    people, town, stays = made
    assert len(people) == PEOPLE
    assert abs(people.in_district(QINDU).sum() - PEOPLE / 10) <= 5
    assert people.in_district(WEICHENG).sum() > PEOPLE * 0.88
    assert len(people.guests) == 4
    assert 2.3 < PEOPLE / len(people.households) < 2.9
    grid, households = np.unique(people.households.grid, return_counts=True)
    assert len(grid) == len(people.geography.grids) == 3
    assert len(stays.person) > PEOPLE * 20


def test_the_same_seed_gives_the_same_world(made):
    people, town, stays = made
    again, town_again, stays_again = world(making.SEED)
    assert people.names == again.names and town.places == town_again.places
    assert all((one == other).all() for one, other in zip(stays, stays_again, strict=True))
    assert index.choose(people, town, stays).person == index.choose(again, town_again, stays_again).person
    assert world(making.SEED + 1)[0].names != people.names


def test_nobody_is_at_two_places_at_once(made):
    people, town, stays = made
    certain = (stays.left != UNKNOWN) & (stays.person < PEOPLE - len(people.guests))
    person, entered, left = (column[certain] for column in (stays.person, stays.entered, stays.left))
    order = np.lexsort((entered, person))
    person, entered, left = person[order], entered[order], left[order]
    same = person[1:] == person[:-1]
    assert (entered[1:][same] >= left[:-1][same]).all()
    assert stays.entered.min() >= 0 and stays.entered.max() < END and (left <= END).all()


def test_the_index_meets_people_at_home_at_work_and_elsewhere(made):
    people, town, stays = made
    picture = index.choose(people, town, stays)
    assert len(picture.contacts) >= 20
    assert people.in_district(QINDU)[picture.contacts].any()
    assert np.isin(picture.contacts, people.guests).any()
    assert stays.left[stays.person == picture.person].max() > 14 * DAY


def test_numbers_are_valid_in_form_and_nobodys(made):
    people = made[0]
    cards = identity.cards(people.born, people.male)
    assert len(set(cards)) == PEOPLE
    for card, male in zip(cards, people.male, strict=True):
        assert identifiers.read("id_card", card).value == card and card.startswith(identity.AREA)
        assert identifiers.sex(card) == ("male" if male else "female")
    assert {phone[:3] for phone in identity.phones(people.age)} == {identity.PHONE, ""}


def test_boundaries_are_made_for_every_street_and_grid(made):
    areas = made[0].geography.areas
    shown = [row for row in areas.values() if row.code.startswith((WEICHENG, QINDU)) and len(row.code) <= 15]
    assert all(row.polygon and len(row.polygon) >= 3 for row in shown)
    assert len([row for row in areas.values() if row.level == "street" and row.parent == WEICHENG]) == 10


@pytest.fixture
def demo(db, run_jobs):
    """A whole demonstration after the first jobs, its clock standing at the night."""
    from muster.kernel import clock

    said: list[str] = []
    making.make(PEOPLE, said.append)
    assert len(said) == 9
    clock.freeze(NIGHT + timedelta(minutes=1))
    run_jobs()
    yield
    clock.thaw()


def test_a_night_is_played(demo, client, run_jobs):
    """One demonstration for all: it takes a second or two to make."""
    _the_database_holds_it()
    _its_roles_can_be_entered(client)
    before = _open_duties()
    _the_crew_closes_duties_with_proof(run_jobs)
    with acting():
        assert before & set(Duty.objects.open().values_list("pk", flat=True)), "something is always left over"
    _it_cannot_become_live()


def _the_database_holds_it():
    with acting():
        came = Pass.objects.count()  # through the checkpoint: they stay with somebody here
        assert came == 8 and Arrival.objects.filter(category="middle").count() == 1
        assert Round.objects.get().opened_at and Box.objects.exclude(received_at=None).exists()
        assert Person.objects.exclude(home="").count() == PEOPLE - 4 + came
        registered = Guest.objects.count() + Member.objects.count() + Staff.objects.count()  # and others
        assert Person.objects.filter(home="").count() >= 4 + registered
        assert Venue.objects.count() > 10 and Routine.objects.filter(outcome="done").exists()
        assert Identifier.objects.filter(kind="id_card").count() == PEOPLE
        assert Area.objects.get(pk=WEICHENG).population > PEOPLE * 0.88
        assert Post.objects.filter(user__username__startswith="demo-").count() >= len(CAST)
        assert not [post for post in Post.objects.select_related("user") if post.user.has_usable_password()]
        assert set(GoodsBatch.objects.values_list("state", flat=True)) == {"declared", "arrived", "released", "held"}
        case = Case.objects.get()
        contacts = Contact.objects.filter(case=case)
        assert contacts.count() >= 20
        assert contacts.filter(area__startswith=QINDU).exists() and contacts.filter(area="").exists()
        assert Duty.objects.open().filter(kind="tracing.write_letter").exists()
    assert installation.current().kind == "demo" and installation.current().name


def _its_roles_can_be_entered(client):
    assert client.get("/demo/").content.count(b"/demo/enter/") >= len(CAST)
    for name in CAST:
        entered = client.get(f"/demo/enter/{name}/")
        assert entered.status_code == 302 and client.session["post"]
    assert client.get("/demo/enter/nobody/").status_code == 404
    for minutes in ("²", "9" * 5000):
        assert client.post("/demo/advance/", {"minutes": minutes, "op": str(ids.uuid7())}).status_code == 422
    assert client.get("/demo/enter/../").status_code == 404


def _open_duties():
    with acting():
        return set(Duty.objects.open().values_list("pk", flat=True))


def _the_crew_closes_duties_with_proof(run_jobs):
    assert work_through(NIGHT + timedelta(minutes=1), NIGHT + timedelta(hours=6)) > 20
    run_jobs()
    with acting():
        done = (
            Duty.objects.exclude(closed_at=None)
            .filter(withdrawn=False, kind__in=PACES)
            .select_related("closed_by_fact")
        )
        assert {"tracing.notify_contact", "isolation.hand_over", "isolation.receive"} <= {duty.kind for duty in done}
        for duty in done:
            assert duty.closed_by_fact.kind == duty.proof_kind and duty.closed_by_fact.subject == duty.subject
            assert duty.opened_at <= duty.closed_by_fact.recorded_at <= NIGHT + timedelta(hours=6)
        assert Duty.objects.open().filter(late=True).exists()
        assert Fact.objects.filter(kind="duties.escalated").exists()


def _it_cannot_become_live():
    with acting(), pytest.raises(Exception, match="cannot change"):
        Installation.objects.update(kind="live")


def test_the_clock_moves_only_in_steps_and_once_for_one_op(db, run_jobs):
    with acting():
        Installation.objects.create(kind="demo", created_at=NIGHT)
    installation.forget()
    demo_clock.put_to(NIGHT)
    from muster.kernel import clock, ids

    op = ids.uuid7()
    for _again in range(2):
        demo_clock.advance_clock(by=SYSTEM, minutes=60, op=op)
    assert timedelta(minutes=15) <= clock.now() - NIGHT < timedelta(minutes=17)
    demo_clock.advance_clock(by=SYSTEM, minutes=15)
    run_jobs()
    assert timedelta(minutes=75) <= clock.now() - NIGHT < timedelta(minutes=80)
    assert demo_clock.until() is None
    with pytest.raises(Invalid):
        demo_clock.advance_clock(by=SYSTEM, minutes=61)


def test_a_live_installation_has_no_demonstration_in_it(db, client):
    build_town()
    for path in ("/demo/", "/demo/enter/headquarters/"):
        assert client.get(path).status_code == 404
    assert (
        client.post("/demo/advance/", {"minutes": 15, "op": "0192d4f0-0000-7000-8000-000000000000"}).status_code == 404
    )
    with pytest.raises(Invalid):
        demo_clock.advance_clock(by=SYSTEM, minutes=15)
    with pytest.raises(Invalid):
        making.make(PEOPLE, print)
    with pytest.raises(Invalid):
        clear()
    with acting(), pytest.raises(Exception, match="cannot change") as refused:
        Installation.objects.update(kind="demo")
    assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)
