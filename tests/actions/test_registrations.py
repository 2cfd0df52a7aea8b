"""Samples registered in batches: each once, in the server's order; what contradicts is kept and reviewed."""

import random
import threading
from datetime import timedelta

import pytest

from muster.domains.premises.models import PersonalCode
from muster.domains.screening import actions, progress, registering
from muster.domains.screening.models import Registration, Tube
from muster.kernel import clock, ids
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import merge_persons
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast
from tests.premises_cast import code_of, paper
from tests.screening_cast import seal, send, swab
from tests.town import make_person

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town):
    return cast.opened(town)


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def verdicts(answer):
    return [(v["verdict"], v.get("review") or v.get("field", "")) for v in answer["verdicts"]]


def sampled(row):
    with acting():
        return progress.total(row).sampled


def live():
    with acting():
        return Registration.objects.filter(voided_at=None).count()


def test_a_tube_fills_in_order_and_is_counted_where_people_live(town, row):
    answer = send(town, row, swab(town, "r0", "T1"), swab(town, "r1", "T1"), swab(town, "wang", "T1"), seal("T1", 3))
    assert verdicts(answer) == [("new", "")] * 4
    assert answer["tubes"] == {"T1": {"members": 3, "sealed": True}}
    with acting():
        tube = Tube.objects.get(code="T1")
        assert (tube.members, tube.counted, tube.capacity) == (3, 3, 10)
        assert list(Registration.objects.order_by("position").values_list("position", "area")) == [
            (1, cast.NEXT_BUILDING), (2, cast.BUILDING), (3, cast.BUILDING),
        ]  # fmt: skip
    assert sampled(row) == 3


def test_a_batch_sent_again_counts_once_whole_or_in_parts(town, row):
    records = [swab(town, "r0", "T1"), swab(town, "r1", "T1"), seal("T1", 2)]
    send(town, row, *records)
    assert verdicts(send(town, row, *records)) == [("known", "")] * 3
    assert verdicts(send(town, row, records[1], swab(town, "r2", "T2"))) == [("known", ""), ("new", "")]
    assert verdicts(send(town, row, (third := swab(town, "r3", "T2")), third)) == [("new", ""), ("known", "")]
    assert live() == sampled(row) == 4


def test_what_is_sent_again_beside_something_new_takes_no_place(town, row):
    first = [swab(town, "r0", "T1", base=0), swab(town, "r1", "T1", base=1)]
    send(town, row, *first)
    assert verdicts(send(town, row, *first, swab(town, "r2", "T1", base=2)))[2] == ("new", "")
    with acting():
        assert list(Registration.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_an_operation_used_for_another_tube_is_refused(town, row):
    record = swab(town, "r0", "T1")
    send(town, row, record, swab(town, "r1", "T2"))
    assert verdicts(send(town, row, record | {"tube": "T2"})) == [("rejected", "op")]


def test_a_second_swab_is_kept_in_its_tube_but_counts_once(town, row):
    send(town, row, swab(town, "r0", "T1"))
    assert verdicts(send(town, row, swab(town, "r0", "T2"))) == [("new", "again")]
    assert (live(), sampled(row)) == (2, 1)
    assert verdicts(send(town, row, swab(town, "r1", "T2"), swab(town, "r1", "T2"))) == [("new", ""), ("new", "again")]
    assert sampled(row) == 2


def test_taking_the_first_back_lets_the_second_count(town, row):
    first = swab(town, "r0", "T1")
    send(town, row, first)
    send(town, row, swab(town, "r0", "T2"))
    undo = {"op": str(ids.uuid7()), "do": "undo", "tube": "T1", "target": first["op"], "at": clock.now().isoformat()}
    assert verdicts(send(town, row, undo)) == [("new", "")]
    assert verdicts(send(town, row, undo)) == [("known", "")]
    assert (live(), sampled(row)) == (1, 1)


def test_undo_lasts_a_minute_of_the_devices_clock_and_until_the_seal(town, row):
    at = clock.now() - timedelta(hours=5)
    one, two, three = (swab(town, f"r{n}", tube, at=at.isoformat()) for n, tube in ((0, "T1"), (1, "T1"), (2, "T2")))

    def undo(record, seconds):
        late = (at + timedelta(seconds=seconds)).isoformat()
        return {"op": str(ids.uuid7()), "do": "undo", "tube": record["tube"], "target": record["op"], "at": late}

    send(town, row, one, two, three, seal("T2", 1))
    answer = send(town, row, undo(one, 61), undo(two, 60), undo(three, 10))
    assert [v["verdict"] for v in answer["verdicts"]] == ["rejected", "new", "rejected"]
    assert (live(), sampled(row)) == (2, 2)


def test_what_comes_after_the_seal_or_over_the_brim_or_from_two_devices_is_reviewed(town, row):
    send(town, row, swab(town, "r0", "T1"), seal("T1", 1))
    assert verdicts(send(town, row, swab(town, "r1", "T1"))) == [("new", "after_seal")]
    five = [swab(town, f"r{n}", "T2", capacity=5) for n in range(2, 8)]
    assert verdicts(send(town, row, *five)) == [("new", "")] * 5 + [("new", "overfull")]
    assert verdicts(send(town, row, swab(town, "r8", "T3", base=0), swab(town, "r9", "T3", base=0))) == [
        ("new", ""), ("new", "shared"),
    ]  # fmt: skip
    early = (clock.now() - timedelta(hours=49)).isoformat()
    assert verdicts(send(town, row, swab(town, "r10", "T3", at=early))) == [("new", "clock")]
    assert live() == sampled(row) == 11


def test_a_review_keeps_the_sample_or_takes_it_out(town, row):
    send(town, row, swab(town, "r0", "T1"), seal("T1", 1), by="street")
    send(town, row, swab(town, "r1", "T1"), swab(town, "r2", "T1"))
    with acting():
        one, two = Registration.objects.filter(review="after_seal").order_by("position")
    actions.settle_review(by=town.street, registration=one, keep=True)
    actions.settle_review(by=town.street, registration=two, keep=False)
    assert (live(), sampled(row)) == (2, 2)
    with pytest.raises(Invalid):
        actions.settle_review(by=town.street, registration=one, keep=False)
    with pytest.raises(Refused):
        actions.settle_review(by=town.far_community, registration=one, keep=False)


def test_people_are_found_by_number_and_made_where_nobody_knows_them(town, row):
    with acting():
        known = make_person("k", "高强", cast.BUILDING, phone="13900001111")
        for ref in ("s1", "s2"):
            make_person(ref, "孙一", cast.BUILDING, phone="13900002222")
    one, nobody, new, shared = (
        swab(town, "r0", "T1", person=None, number=number, name=name)
        for number, name in (
            ("13900001111", ""), ("13900003333", ""), ("11010519491231002X", "王新"), ("13900002222", "孙一"),
        )
    )  # fmt: skip
    answer = send(town, row, one, nobody, new, shared)
    assert verdicts(answer) == [("new", ""), ("rejected", "name"), ("new", ""), ("new", "several")]
    with acting():
        assert Registration.objects.get(op=one["op"]).person_id == known.id
        made = Person.objects.get(pk=Registration.objects.get(op=new["op"]).person_id)
        assert Identifier.objects.filter(person=made, kind="id_card").count() == 1
        people = Person.objects.count()
    assert verdicts(send(town, row, new, shared)) == [("known", ""), ("known", "several")]
    with acting():
        assert Person.objects.count() == people


def test_the_code_on_a_paper_says_who_it_is(town, row):
    mine = code_of(town.people["r0"])
    revoked = code_of(town.people["r1"], "202112010014")
    with acting():
        PersonalCode.objects.filter(pk=revoked.pk).update(revoked_at=clock.now())
    texts = [paper(mine), f"https://muster.example/p/{paper(mine)}/", mine.number, paper(mine)[:-2] + "AA"]
    texts += [paper(revoked), revoked.number]
    answer = send(town, row, *(swab(town, "r0", "T1", person=None, number=text, how="code") for text in texts))
    assert verdicts(answer) == [("new", ""), *[("new", "again")] * 2, *[("rejected", "name")] * 3]
    with acting():
        assert set(Registration.objects.values_list("person_id", flat=True)) == {town.people["r0"].id}


def test_an_identity_number_alone_is_somebody_to_be_named_later(town, row):
    one, other, again = (
        swab(town, "r0", tube, person=None, number=number, name="")
        for tube, number in (("T1", "11010519491231002X"), ("T1", "E12345678"), ("T2", "11010519491231002X"))
    )
    wrong = swab(town, "r0", "T1", person=None, number="110105194912310021", name="")
    answer = send(town, row, one, other, again, wrong)
    assert verdicts(answer) == [("new", "unnamed"), ("new", "unnamed"), ("new", "again"), ("rejected", "name")]
    with acting():
        first, second = Registration.objects.get(op=one["op"]), Registration.objects.get(op=other["op"])
        assert Registration.objects.get(op=again["op"]).person_id == first.person_id
        made = Person.objects.get(pk=first.person_id)
        assert (made.home, made.sex, made.label[0]) == (Tube.objects.get(code="T1").area, "female", "#")
    with pytest.raises(Invalid) as no:
        actions.settle_review(by=town.street, registration=first, keep=True)
    assert no.value.field == "name"
    actions.settle_review(by=town.street, registration=first, keep=True, name="王新")
    actions.settle_review(by=town.street, registration=second, keep=False)  # taken out: nobody needs to be named
    with acting():
        assert Person.objects.get(pk=first.person_id).label == "王*"
    assert live() == 2


def test_a_batch_is_taken_in_its_order_where_its_records_depend_on_one_another(town, row):
    """An undo after its sample and the sample after the undo, a seal after its samples and one that comes after it."""
    wrong, right = swab(town, "r0", "T1"), swab(town, "r0", "T2")
    back = {"op": str(ids.uuid7()), "do": "undo", "tube": "T1", "target": wrong["op"], "at": wrong["at"]}
    kept, late = swab(town, "r1", "T1"), swab(town, "r2", "T1")
    batch = [wrong, back, right, kept, seal("T1", 1), late]
    told = [("new", ""), ("new", ""), ("new", ""), ("new", ""), ("new", ""), ("new", "after_seal")]
    assert verdicts(send(town, row, *batch)) == told
    with acting():
        assert Registration.objects.get(op=right["op"]).counts
        assert Tube.objects.get(code="T1").counted == 1
    assert live() == sampled(row) == 3
    assert [verdict for verdict, _review in verdicts(send(town, row, *batch))] == ["known"] * 6


def test_merged_records_are_one_person(town, row):
    merge_persons(by=SYSTEM, person=town.r0.id, into=town.r2.id)
    assert verdicts(send(town, row, swab(town, "r0", "T1"), swab(town, "r2", "T1"))) == [("new", ""), ("new", "again")]


def test_who_is_not_expected_lies_in_a_tube_and_in_no_gap(town, row):
    assert verdicts(send(town, row, swab(town, "zhao", "T1"))) == [("new", "")]
    assert (live(), sampled(row)) == (1, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"op": "x"}, "op"),
        ({"do": "burn"}, "do"),
        ({"tube": ""}, "tube"),
        ({"site": None}, "site"),
        ({"capacity": 7}, "capacity"),
        ({"position": "two"}, "position"),
        ({"at": "yesterday"}, "at"),
        ({"how": "guess"}, "how"),
        ({"proxy_who": "family"}, "proxy_why"),
        ({"person": None}, "number"),
        ({"person": str(ids.uuid7())}, "person"),
    ],
)
def test_a_bad_record_says_why_and_stops_no_other(town, row, change, field):
    answer = send(town, row, swab(town, "r0", "T1") | change, swab(town, "r1", "T1"))
    assert verdicts(answer) == [("rejected", field), ("new", "")]


def test_a_tube_of_another_round_or_a_site_elsewhere_is_refused(town, row):
    send(town, row, swab(town, "r0", "T1"))
    other = cast.opened(town, areas=[cast.BUILDING])
    assert verdicts(send(town, other, swab(town, "r1", "T1"))) == [("rejected", "tube")]
    assert verdicts(send(town, row, swab(town, "r1", "T2"), by="neighbour")) == [("rejected", "site")]
    with pytest.raises(Refused):
        send(town, row, swab(town, "r1", "T2"), by="far_community")


def test_only_an_open_round_takes_samples_and_only_from_who_registers(town, row):
    planned = cast.plan(town)
    with pytest.raises(Invalid):
        send(town, planned, swab(town, "r0", "T1"))
    with pytest.raises(Refused):
        send(town, row, swab(town, "r0", "T1"), by="auditor")


def raced(town, row, batches):
    """The answers to batches that are sent at once; none may fail."""
    answers, failures = [], []

    def device(records):
        from django.db import connections

        try:
            answers.append(send(town, row, *records))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=device, args=(records,)) for records in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return [v["verdict"] for answer in answers for v in answer["verdicts"]]


def test_devices_that_race_for_one_person_and_one_tube_lose_nothing(town, row):
    """Eight devices at once, each with a swab of the same person and one of its own, in the same two tubes."""
    batches = [[swab(town, "wang", "T1"), swab(town, f"r{n}", "T2", capacity=20)] for n in range(8)]
    assert set(raced(town, row, batches)) == {"new"}
    assert (live(), sampled(row)) == (16, 9)


def test_devices_that_race_for_new_tubes_in_any_order_all_get_their_answer(town, row):
    """Six devices with the same people and new tubes, each in its own order; two of them send twice at once."""
    chance = random.Random(3)
    for turn in range(3):
        batches = [
            [swab(town, f"r{chance.randrange(12)}", f"T{turn}-{chance.randrange(4)}") for _ in range(5)]
            for _ in range(6)
        ]
        told = raced(town, row, [*batches, *batches[:2]])
        assert sorted({*told}) == ["known", "new"] and told.count("new") == 30


def test_one_odd_id_in_a_batch_is_read_by_itself():
    good = [{"op": str(ids.uuid7()), "person": str(ids.uuid7()), "tube": "T1", "site": str(ids.uuid7())} for _ in "ab"]
    plain = str(ids.uuid7())
    for odd in (plain.upper(), plain.replace("-", ""), f"{{{plain}}}"):
        read, wrong = registering.read_all([*good, {**good[0], "op": odd}], clock.now())
        assert ([record.op for _n, record in read][2], wrong) == (plain, {})
    for bad in (None, 5, "", plain[:-1] + "g", plain.replace("-", "_"), "é" * 36, [plain]):
        read, wrong = registering.read_all([*good, {**good[0], "op": bad}, {**good[0], "person": bad}], clock.now())
        assert [record.op for _n, record in read][:2] == [each["op"] for each in good]
        assert wrong[2].field == "op"
        assert [no.field for no in wrong.values()][1:] == (["person"] if bad else ["number"])
