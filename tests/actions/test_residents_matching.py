"""The queue of repeats: filled by what is new or changed, decided by hand, and every decision can be taken back."""

import pytest
from django.db import connections, transaction

from muster.domains.residents import actions
from muster.domains.residents.jobs import match_all
from muster.domains.residents.matching import shared_area
from muster.domains.residents.models import Candidate, Waiting
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import add_person, load_people
from muster.kernel.people.models import Person, PersonDetails
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.town import FAR_GRID, GRID, NEXT_GRID, build_town

CARD, OTHER_CARD = "11010519491231002X", "610404198003050028"
ONE = {
    "ref": "r1",
    "name": "王芳",
    "phone": "13800138000",
    "born_on": "1980-03-05",
    "area": GRID,
    "address": "3号楼501",
}


@pytest.fixture
def town(db, clock):
    town = build_town()
    match_all()
    return town


def load(*rows):
    report = load_people(by=SYSTEM, rows=list(enumerate(rows, start=2)))
    assert not report["rejected"], report["rejected"]


def queue(**only):
    with acting():
        rows = Candidate.objects.filter(**only).order_by("-bits").select_related("one", "other")
        return {(row.one.ref, row.other.ref): row for row in rows}


def the_pair():
    (row,) = queue().values()
    return row


def twice(**other):
    """王芳 twice, the second time as another office has her."""
    load(ONE)
    load({**ONE, "ref": "r2", **other})
    match_all()


def canonical():
    with acting():
        return dict(Person.objects.filter(ref__in=["r1", "r2", "r3"]).values_list("ref", "canonical__ref"))


def test_new_records_are_compared_and_nothing_waits_for_it(town):
    load(ONE, {"ref": "r3", "name": "李强", "phone": "13900139000", "area": GRID})
    assert queue() == {}
    assert match_all() == 2 and queue() == {}
    load({**ONE, "ref": "r2", "name": "汪芳"})
    assert match_all() == 1 and match_all() == 0
    row = queue()["r1", "r2"]
    assert (row.level, row.area, row.state) == ("likely", GRID, "open")
    assert row.outcomes == {"name": "sound", "born": "same", "phone": "same", "address": "same"}
    with acting():
        assert not Waiting.objects.exists()


def test_one_number_twice_in_one_batch(town):
    load({"ref": "r1", "name": "王芳", "id_number": CARD}, {"ref": "r2", "name": "王芳", "id_number": CARD.lower()})
    match_all()
    assert [row.level for row in queue().values()] == ["certain"]


def test_a_record_made_at_a_door_is_compared_too(town):
    load(ONE)
    add_person(by=town.worker, name="王芳", phone="13800138000", area=GRID)
    match_all()
    assert the_pair().level == "likely"


def test_a_pair_leaves_the_queue_when_a_record_is_corrected(town):
    twice()
    assert the_pair().level == "certain"
    load({**ONE, "ref": "r2", "name": "赵丽", "phone": "13900139000", "address": "8号楼202", "born_on": "1991-10-30"})
    match_all()
    assert queue() == {}


def test_what_touches_nothing_compared_waits_for_nothing(town):
    twice()
    with acting():
        Person.objects.filter(ref="r1").update(team="甲班", present=NEXT_GRID)
    assert match_all() == 0


def test_a_district_that_is_made_up_is_not_compared(town):
    with acting(), transaction.atomic(using=ACT), connections[ACT].cursor() as cursor:
        cursor.execute("SET LOCAL muster.made_up = 'on'")
        PersonDetails.objects.update(name="王芳", name_key="wangfang", initials="wf")
    assert match_all() == 0


def test_two_persons_stay_two_until_a_record_changes(town, clock):
    twice()
    actions.keep_apart(by=town.community, candidate=the_pair())
    row = the_pair()
    assert (row.state, row.decided_by_id, row.decided_at) == ("different", town.community.id, clock.now)
    with acting():
        assert Fact.objects.get(kind="residents.kept_apart").subject == row.pk
        Waiting.objects.create(person=row.one_id)
    match_all()
    assert the_pair().state == "different"
    load({**ONE, "ref": "r2", "id_number": CARD})
    match_all()
    assert the_pair().state == "open" and the_pair().decided_by_id is None


def test_a_merge_points_one_record_to_the_other_and_is_undone_exactly(town):
    twice()
    row = the_pair()
    with acting():
        before = list(Person.objects.order_by("id").values())
    actions.merge_pair(by=town.community, candidate=row, keep=row.other_id)
    assert canonical() == {"r1": "r2", "r2": "r2"}
    assert the_pair().state == "merged"
    match_all()
    assert the_pair().state == "merged"
    actions.undo_decision(by=town.street, candidate=row)
    assert the_pair().state == "open"
    with acting():
        assert list(Person.objects.order_by("id").values()) == before
        kinds = Fact.objects.order_by("id").values_list("kind", "by")
        assert list(kinds) == [("people.merged", town.community.id), ("people.unmerged", town.street.id)]


def test_three_records_of_one_person_merge_one_after_another(town):
    load(ONE, {**ONE, "ref": "r2"}, {**ONE, "ref": "r3"})
    match_all()
    pairs = queue()
    assert len(pairs) == 3
    actions.merge_pair(by=town.community, candidate=pairs["r1", "r2"], keep=pairs["r1", "r2"].other_id)
    actions.merge_pair(by=town.community, candidate=pairs["r1", "r3"], keep=pairs["r1", "r3"].one_id)
    assert set(canonical().values()) == {"r2"}
    with acting():
        assert not Candidate.objects.open().exists()
    with pytest.raises(Invalid):
        actions.merge_pair(by=town.community, candidate=pairs["r2", "r3"], keep=pairs["r2", "r3"].one_id)
    actions.undo_decision(by=town.community, candidate=pairs["r1", "r3"])
    assert canonical() == {"r1": "r2", "r2": "r2", "r3": "r3"}


def test_only_whose_range_holds_both_homes_decides(town):
    twice(area=NEXT_GRID)
    row = the_pair()
    assert row.area == GRID[:12]
    for post in (town.worker, town.far_community, town.lab):
        with pytest.raises(Refused):
            actions.merge_pair(by=post, candidate=row, keep=row.one_id)
        with pytest.raises(Refused):
            actions.keep_apart(by=post, candidate=row)
    load({**ONE, "ref": "r3", "area": FAR_GRID})
    match_all()
    far = queue()["r1", "r3"]
    assert far.area == "6104"
    with pytest.raises(Refused):
        actions.merge_pair(by=town.headquarters, candidate=far, keep=far.one_id)
    actions.merge_pair(by=town.city, candidate=far, keep=far.one_id)


def test_a_record_without_a_home_is_decided_where_the_other_lives(town):
    twice(area="")
    actions.merge_pair(by=town.community, candidate=the_pair(), keep=the_pair().one_id)
    assert canonical() == {"r1": "r1", "r2": "r1"}


@pytest.mark.parametrize(
    ("one", "other", "area"),
    [
        (GRID, GRID, GRID),
        (GRID, NEXT_GRID, GRID[:12]),
        (GRID + "001", GRID + "002", GRID),
        (GRID, FAR_GRID, "6104"),
        (GRID, "", GRID),
        ("", "", ""),
        ("6104", "3301", ""),
    ],
)
def test_the_area_of_a_pair_holds_both_homes(one, other, area):
    assert shared_area(one, other) == shared_area(other, one) == area


def test_nothing_is_decided_twice(town):
    twice()
    row = the_pair()
    with pytest.raises(Invalid):
        actions.undo_decision(by=town.community, candidate=row)
    with pytest.raises(Invalid):
        actions.merge_pair(by=town.community, candidate=row, keep=town.wang.pk)
    actions.keep_apart(by=town.community, candidate=row)
    with pytest.raises(Invalid):
        actions.keep_apart(by=town.community, candidate=row)
    with pytest.raises(Invalid):
        actions.merge_pair(by=town.community, candidate=row, keep=row.one_id)
    actions.undo_decision(by=town.community, candidate=row)
    assert the_pair().state == "open"
    with acting():
        assert Fact.objects.filter(kind="residents.reopened", subject=row.pk).exists()


def test_certain_pairs_are_merged_together_and_others_passed_over(town):
    twice(name="汪芳")
    load(*({"ref": ref, "name": "李强", "id_number": OTHER_CARD, "area": GRID} for ref in ("q1", "q2")))
    load(*({"ref": ref, "name": "何平", "id_number": CARD, "area": GRID} for ref in ("h1", "h2")))
    match_all()
    pairs = queue()
    assert [row.level for row in pairs.values()].count("certain") == 2
    chosen = [row.pk for row in pairs.values()]
    assert actions.merge_certain(by=town.community, candidates=chosen) == {"merged": 2, "passed": 1}
    assert pairs.keys() - queue(state="merged").keys() == {("r1", "r2")}
    assert actions.merge_certain(by=town.community, candidates=chosen) == {"merged": 0, "passed": 3}
    with pytest.raises(Refused):
        actions.merge_certain(by=town.far_community, candidates=chosen)
    with pytest.raises(Invalid):
        actions.merge_certain(by=town.community, candidates=[])
