"""The queue of repeats on screen: in range only, side by side, decided one after another, taken back."""

import re

import pytest

from muster.domains.residents.jobs import match_all
from muster.domains.residents.models import Candidate
from muster.kernel import ids
from muster.kernel.people.actions import load_people
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from tests.town import GRID, NEXT_GRID, build_town, owe, sign_in

CARD = "11010519491231002X"
PHONE = "13800138000"


@pytest.fixture
def town(db, clock):
    town = build_town()
    rows = [
        {"ref": "r1", "name": "王芳", "id_number": CARD, "phone": PHONE, "area": GRID},
        {"ref": "r2", "name": "王芳", "id_number": CARD, "area": GRID},
        {"ref": "q1", "name": "李强", "phone": "13900139000", "born_on": "1980-03-05", "area": GRID},
        {"ref": "q2", "name": "李强", "phone": "13900139000", "born_on": "1980-05-03", "area": NEXT_GRID},
        {"ref": "p1", "name": "何平", "phone": "13700137000", "area": GRID, "address": "3-501"},
        {"ref": "p2", "name": "何平", "phone": "13700137000", "area": "", "address": "3-501"},
    ]
    assert not load_people(by=SYSTEM, rows=list(enumerate(rows, 2)))["rejected"]
    match_all()
    return town


@pytest.fixture
def read(client):
    """`read(post, url)`: the page as text in English, after checking its status; or where a form leads."""

    def fetch(post, url, status=200, **data):
        sign_in(client, post)
        headers = {"accept-language": "en"}
        if not data:
            response = client.get(url, headers=headers)
        else:
            response = client.post(url, {"op": str(ids.uuid7()), **data}, headers=headers)
        assert response.status_code == status, response.content.decode()[:3000]
        return response.headers["Location"] if status == 302 else response.content.decode()

    return fetch


def pair(one):
    with acting():
        return Candidate.objects.get(one__ref=one)


def address(row, act=""):
    return f"/residents/repeats/{row.pk}/{act}"


def state(one):
    return pair(one).state


def test_the_queue_shows_the_surest_first_and_only_in_range(town, read):
    page = read(town.community, "/residents/repeats/")
    assert re.findall("王\\* · 王\\*|李\\* · 李\\*|何\\* · 何\\*", page) == ["王* · 王*", "李* · 李*", "何* · 何*"]
    assert "one number" in page and "day and month of birth exchanged" in page
    assert "王芳" not in page and CARD not in page and PHONE not in page
    assert "No record here looks like another" in read(town.far_community, "/residents/repeats/")
    read(town.worker, "/residents/repeats/", 403)
    read(town.far_community, address(pair("r1")), 404)
    assert "李*" not in read(town.community, "/residents/repeats/?level=certain")
    assert "李*" not in read(town.headquarters, f"/residents/repeats/?area={GRID}")


def test_side_by_side_marks_what_differs_and_masks_numbers(town, read):
    row = pair("q1")
    page = read(town.community, address(row))
    assert "1980-03-05" in page and "1980-05-03" in page and "****9000" in page
    assert "李强" not in page and "13900139000" not in page
    assert "other phones" not in page and 'class="differs"' not in page
    with acting():
        Candidate.objects.filter(pk=row.pk).update(outcomes={"name": "same", "phone": "different"})
        looked = set(
            AccessLog.objects.filter(event="compared", post_id=town.community.id).values_list("subject", flat=True)
        )
    assert looked == {row.one_id, row.other_id}
    assert 'class="differs"' in read(town.community, address(row))


def test_numbers_are_revealed_only_with_a_duty(town, read, clock):
    row = pair("r1")
    reveal = f'action="/people/{row.one_id}/reveal/"'
    masked = read(town.community, address(row))
    assert "stay masked" in masked and reveal not in masked
    with acting():
        town.people["r1"] = Person.objects.get(ref="r1")
    owe(town, clock.now, who="r1")
    assert reveal in read(town.community, address(row))
    assert CARD in read(town.community, f"/people/{row.one_id}/reveal/", field="id_card", purpose="identify")


def test_decisions_lead_to_the_next_pair_and_can_be_taken_back(town, read):
    first, second, third = pair("r1"), pair("q1"), pair("p1")
    assert read(town.community, address(first, "merge/"), 302, keep=str(first.one_id)) == address(second)
    assert state("r1") == "merged"
    page = read(town.community, address(second))
    assert "Decided last:" in page and address(first, "undo/") in page
    assert read(town.community, address(first, "undo/"), 302, x="") == address(first)
    assert state("r1") == "open"
    assert read(town.community, address(second, "apart/"), 302, x="") == address(third)
    assert state("q1") == "different"
    assert read(town.community, address(third, "apart/"), 302, x="") == address(first)
    assert read(town.community, address(first, "apart/"), 302, x="") == "/residents/repeats/"


def test_errors_stand_on_the_page(town, read):
    row = pair("r1")
    assert "Choose which of the two records stands" in read(town.community, address(row, "merge/"), 422, keep="x")
    read(town.community, address(row, "merge/"), 302, keep=str(row.other_id))
    assert "Somebody decided" in read(town.community, address(row, "apart/"), 422, x="")
    assert "Nothing was decided" in read(town.community, address(pair("q1"), "undo/"), 422, x="")
    read(town.worker, address(row, "undo/"), 403, x="")


def test_a_record_without_a_home_is_shown_beside_the_other(town, read):
    assert "何*" in read(town.community, address(pair("p1")))


def test_certain_pairs_are_shown_before_they_are_merged(town, read):
    page = read(town.community, "/residents/repeats/certain/")
    assert "王* · 王*" in page and "李*" not in page
    chosen = str(pair("r1").pk)
    assert "1 pair merged." in read(town.community, "/residents/repeats/certain/", candidates=[chosen, "x"])
    assert state("r1") == "merged"
    assert "No pair is certain" in read(town.community, "/residents/repeats/certain/")
    read(town.community, "/residents/repeats/certain/", 422, candidates="x")


def test_a_pair_that_is_one_person_already_leaves_the_queue(town, read):
    load_people(by=SYSTEM, rows=[(2, {"ref": "r3", "name": "王芳", "id_number": CARD, "area": GRID, "phone": PHONE})])
    match_all()
    with acting():
        rows = {(r.one.ref, r.other.ref): r for r in Candidate.objects.select_related("one", "other")}
    read(town.community, address(rows["r1", "r2"], "merge/"), 302, keep=str(rows["r1", "r2"].one_id))
    read(town.community, address(rows["r1", "r3"], "merge/"), 302, keep=str(rows["r1", "r3"].one_id))
    assert "王*" not in read(town.community, "/residents/repeats/")
