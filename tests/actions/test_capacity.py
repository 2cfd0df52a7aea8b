"""What each laboratory has ahead of it, when it is done, and boxes sent to the one that is done first."""

from __future__ import annotations

import pytest

from muster.domains.screening import actions, capacity, rules
from muster.domains.screening.models import Handover
from muster.kernel import ids
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.actions import issue_key
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, reported, seal, send, swab
from tests.town import make_post, sign_in


@pytest.fixture
def town(db, clock):
    return cast.build(people=4)


@pytest.fixture
def row(town):
    return cast.opened(town)


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def filled(town, row, *codes):
    for code in codes:
        send(town, row, swab(town, "r0", code), seal(code, 1))


def loads(clock):
    with acting():
        return capacity.loads(clock.now)


def test_when_a_laboratory_is_done():
    assert rules.hours_until_done(0, 100) == 0
    assert rules.hours_until_done(100, 100) == 24
    assert rules.hours_until_done(1, 1000) == 0.1
    assert rules.done_first([], 5) is None
    assert rules.done_first([(100, 1000), (10, 50)], 5) == 0
    assert rules.done_first([(0, 100), (40, 5000)], 100) == 1  # the larger one, though it has more to do


def test_the_load_of_each_laboratory_and_late_results(town, row, clock):
    third = cast.third_party(town, 48)
    with acting():
        issue_key(by=SYSTEM, post=cast.machine_post(cast.other_laboratory()), name="analyser")
    filled(town, row, "T1", "T2", "T3")
    brought(town, packed(town, row, "B1", 3))
    reported(town, T1="negative")
    filled(town, row, "T4", "T5")
    box = packed(town, row, "B2", 2)
    own, other = (
        next(load for load in loads(clock) if load.laboratory.pk == pk) for pk in (town.laboratory.id, third.pk)
    )
    assert (own.on_way, own.waiting, own.reported, own.late, own.keys) == (2, 2, 1, 0, 0)
    assert own.oldest is not None and own.hours == rules.hours_until_done(4, 5000)
    assert (other.ahead, other.oldest, other.keys) == (0, None, 1)
    assert loads(clock)[0].laboratory.pk == third.pk
    clock.advance(days=1, minutes=1)
    late = next(load for load in loads(clock) if load.laboratory.pk == town.laboratory.id)
    assert (late.late, late.reported) == (4, 0)
    moved = actions.assign_box(by=town.street, box=box, laboratory=third)
    assert moved.laboratory_id == third.pk
    with acting():
        assert set(Handover.objects.filter(box=box).values_list("laboratory_id", flat=True)) == {third.pk}


def test_a_box_goes_to_another_laboratory_until_one_has_signed(town, row):
    third = cast.third_party(town)
    filled(town, row, "T1")
    box = packed(town, row, "B1", 1)
    with pytest.raises(Refused):
        actions.assign_box(by=town.far_community, box=box, laboratory=third)
    actions.assign_box(by=town.street, box=box, laboratory=third)
    with pytest.raises(Invalid):
        actions.assign_box(by=town.street, box=box, laboratory=third)
    for who, side in (("community", "giver"), ("street", "taker"), ("street", "giver")):
        actions.hand_over_box(by=town.posts[who], box=box, side=side, count=1)
    with pytest.raises(Refused):
        actions.hand_over_box(by=town.lab, box=box, side="taker", count=1)  # no longer theirs
    with acting():
        theirs = make_post("third_lab", "laboratory", organisation_id=third.pk)
    actions.hand_over_box(by=theirs, box=box, side="taker", count=1)
    assert reported(town, T1="negative") == ["rejected"]
    with pytest.raises(Invalid):
        actions.assign_box(by=town.street, box=box, laboratory=cast.laboratory(town))
    done = actions.load_tubes(by=theirs, rows=[{"tube": "T1", "result": "negative"}])
    assert done["new"] == 1


def test_the_page_suggests_who_is_done_first_and_says_why(client, town, row):
    cast.third_party(town, 10)
    filled(town, row, "T1", "T2")
    box = packed(town, row, "B1", 2)
    sign_in(client, town.headquarters)
    text = client.get("/screening/laboratories/load/", headers={"Accept-Language": "en"}).content.decode()
    assert "For the next box: 第三方检验所" in text
    address = f"/screening/boxes/{box.id}/laboratory/"
    shown = client.get(address)
    best = [load.laboratory.name for load, _hours, best in shown.context["rows"] if best]
    assert best == [cast.laboratory(town).name]  # with the box itself the larger one is done first
    sign_in(client, town.street)
    wrong = client.post(address, {"laboratory": "x", "op": str(ids.uuid7())})
    assert wrong.status_code == 422
    with acting():
        third = str(cast.other_laboratory().pk)
    assert client.post(address, {"laboratory": third, "op": str(ids.uuid7())}).status_code == 302
