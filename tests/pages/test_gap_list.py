"""The list of who is missing: by the counters where an area is large, and complete all the same."""

import pytest
from django.test import RequestFactory

from muster.domains.screening import actions, missing, progress
from muster.domains.screening.pages import gaps
from muster.kernel.duties.models import Duty
from muster.kernel.people.models import Household, Person
from muster.kernel.posts.logins import acting, viewing
from tests import screening_cast as cast
from tests.screening_cast import send, swab
from tests.town import sign_in

pytestmark = pytest.mark.usefixtures("db", "clock")
STREET = "610404001"


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town):
    return cast.opened(town)


def listed(town, row, area=STREET, query="", size=3):
    """The ids on each page of the list, as headquarters turns them."""
    pages, seen = [], set()
    with pytest.MonkeyPatch.context() as patch, viewing(town.headquarters.id):
        patch.setattr(gaps, "SIZE", size)
        while query not in seen:
            seen.add(query)
            page = gaps.first_missing(RequestFactory().get(f"/{query}"), row, area, progress.by_area(row, area))
            pages.append([person.id for person in page.rows])
            query = page.next_url or query
    return pages


def everybody(row, area=STREET):
    with acting():
        return list(missing.people(row, area).order_by("home", "id").values_list("id", flat=True))


def test_every_page_shows_the_next_and_all_of_them_everybody(town, row):
    for done in (0, 3, 5, 7):
        if done:
            send(town, row, *(swab(town, f"r{n}", "T1", capacity=20) for n in range(done)))
        pages = listed(town, row)
        assert sum(pages, []) == everybody(row)
        assert all(len(page) == 3 for page in pages[:-1])


def test_only_buildings_with_a_gap_are_looked_at(town, row):
    send(town, row, *(swab(town, f"r{n}", "T1", capacity=20) for n in range(0, 12, 2)))  # one building is done
    with acting():
        where, held = missing.near(row, STREET, "", 51)
        open_now = missing.gaps(row)
        assert cast.NEXT_BUILDING not in [area for area, _left in open_now]
        assert held == sum(left for _area, left in open_now) == progress.total(row).missing
        assert set(Person.objects.filter(where).values_list("home", flat=True)) == {area for area, _left in open_now}
    assert missing.near(row, cast.BUILDING, "", 51) is None


def test_who_has_moved_since_the_round_began_is_not_missed(town, row):
    with acting():
        Person.objects.filter(pk=town.r0.pk).update(home=cast.BUILDING)  # counted in the one, at home in the other
        rest = [name for name in town.people if name != "r0"]
        ids = set(everybody(row))
    known = [name for name in rest if town.people[name].id in ids]
    send(town, row, *(swab(town, name, "T1", capacity=20) for name in known))
    assert everybody(row) == [town.r0.id]
    assert listed(town, row) == [[town.r0.id]]


def test_each_is_listed_with_the_door(town, row, client):
    with acting():
        home = Household.objects.create(ref="h", area=town.r1.home, door="2-301")
        Person.objects.filter(pk=town.r1.pk).update(household=home)
    with viewing(town.headquarters.id):
        page = gaps.first_missing(RequestFactory().get("/"), row, STREET, progress.by_area(row, STREET))
    assert {person.id: person.door for person in page.rows}[town.r1.id] == "2-301"
    sign_in(client, town.headquarters)
    assert "<td>2-301</td>" in client.get(f"/screening/rounds/{row.id}/missing/").content.decode()


def test_duties_of_buildings_open_and_close_with_the_counters(town, row):
    with acting():
        gaps_now = missing.gaps(row)
    assert actions.seek_missing(by=town.headquarters, round=row) == len(gaps_now)
    assert actions.seek_missing(by=town.headquarters, round=row) == 0
    with acting():
        there = everybody(row, cast.BUILDING)
    actions.excuse(by=town.street, round=row, people=there, reason="away")
    with acting():
        assert [area for area, _left in missing.gaps(row)] == [a for a, _l in gaps_now if a != cast.BUILDING]
        owed = Duty.objects.open().filter(kind="screening.find_missing").values_list("area", flat=True)
        assert sorted(owed) == [area for area, _left in missing.gaps(row)]
