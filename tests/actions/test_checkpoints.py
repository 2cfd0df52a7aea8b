"""At the barrier: the rules decide, a person only makes it stricter; who waits, and who signed the handover."""

from __future__ import annotations

import pytest
from django.utils import translation

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import Arrival, Pass, Passage, Shift
from muster.kernel import ids
from muster.kernel.controls.models import Control
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people import identifiers
from muster.kernel.people.models import Identifier
from muster.kernel.people.queries import having
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.actions.test_arrivals import COMMUNITY, TODAY, edition, owed
from tests.conftest import NIGHT
from tests.town import build_town

LISTED = "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区"


@pytest.fixture
def town(db, clock):
    clock.set(NIGHT)
    with translation.override("en"):
        yield build_town()


@pytest.fixture
def barrier(town):
    edition(town)
    return actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=COMMUNITY)


def comes(town, barrier, origin="陕西省西安市雁塔区", **seen) -> Pass:
    said = {"name": "孙小明", "phone": "13800001111", "to_area": COMMUNITY, "code": "green"}
    said |= {"negative": True, "complaints": False} | seen
    return actions.check_person(by=town.community, checkpoint=barrier, origin=origin, **said)


def test_a_family_from_an_area_that_became_risky(town, barrier, run_jobs):
    family = [
        comes(town, barrier, LISTED, name=name, phone=f"1380000{n}111") for n, name in enumerate(["孙大", "孙二"])
    ]
    run_jobs()
    assert [(row.disposal, row.reasons) for row in family] == [("site", ["middle"])] * 2
    with acting():
        assert Control.objects.filter(measure="site").count() == 2
    assert len(owed("arrivals.call")) == 2


def test_who_only_passes_through_is_sent_back_or_let_on(town, barrier, run_jobs):
    assert comes(town, barrier, LISTED, to_area="", stops_here=False).disposal == "turn_back"
    assert comes(town, barrier, to_area="", stops_here=False, phone="13800002222").disposal == "pass"
    run_jobs()
    with acting():
        assert not Control.objects.exists()


def test_waiting_ends_with_the_result(town, barrier):
    row = comes(town, barrier, complaints=True)
    assert row.disposal == "wait" and [duty.subject for duty in owed("arrivals.end_wait")] == [row.pk]
    with pytest.raises(Invalid, match="list"):
        actions.end_wait(by=town.community, passed=row, result="maybe")
    row = actions.end_wait(by=town.community, passed=row, result="negative")
    assert (row.disposal, row.result) == ("pass", "negative") and not owed("arrivals.end_wait")
    with pytest.raises(Invalid, match="not waiting"):
        actions.end_wait(by=town.community, passed=row, result="positive")


def test_a_positive_result_goes_to_a_site(town, barrier):
    row = actions.end_wait(by=town.community, passed=comes(town, barrier, code="red"), result="positive")
    assert row.disposal == "site"


def test_by_hand_only_stricter_and_the_rules_word_stays(town, barrier):
    row = comes(town, barrier)
    for milder in ("pass", "turn_back", "x"):
        with pytest.raises(Invalid, match="stricter"):
            actions.make_stricter(by=town.community, passed=row, disposal=milder)
    row = actions.make_stricter(by=town.community, passed=row, disposal="wait")
    assert (row.decided, row.disposal, row.reasons[0]) == ("pass", "wait", "by_hand")
    assert owed("arrivals.end_wait")
    with pytest.raises(Invalid, match="stricter"):
        actions.make_stricter(by=town.community, passed=row, disposal="test")


def put_right(town, row, by=None, **seen) -> Pass:
    said = {"code": "green", "negative": True, "complaints": False} | seen
    return actions.correct_pass(by=by or town.community, passed=row, **said)


def test_a_wrong_colour_is_corrected_by_who_entered_it(town, barrier, clock):
    row = comes(town, barrier, code="red")
    assert row.disposal == "wait"
    with pytest.raises(Invalid, match="Only who entered"):
        put_right(town, row, town.street)
    with pytest.raises(Invalid, match="colour"):
        put_right(town, row, code="blue")
    clock.advance(minutes=10)
    row = put_right(town, row)
    assert (row.code, row.decided, row.disposal, row.waits_since) == ("green", "pass", "pass", None)
    assert not owed("arrivals.end_wait")
    with acting():
        kinds = list(Fact.objects.filter(subject=row.pk).order_by("recorded_at", "id").values_list("kind", flat=True))
        kept = Fact.objects.get(kind="arrivals.corrected")
    assert kinds == ["arrivals.checked", "arrivals.wait_began", "arrivals.corrected"]
    assert kept.data["was"] == {"code": "red", "disposal": "wait"}
    clock.advance(minutes=1)
    with pytest.raises(Invalid, match="ten minutes"):
        put_right(town, row, code="red")


def test_a_correction_may_make_somebody_wait(town, barrier):
    row = put_right(town, comes(town, barrier), code="red")
    assert row.disposal == "wait" and [duty.subject for duty in owed("arrivals.end_wait")] == [row.pk]


def test_a_wrong_result_or_choice_at_the_barrier_is_taken_back(town, barrier):
    row = actions.end_wait(by=town.community, passed=comes(town, barrier, code="red"), result="positive")
    row = put_right(town, row, code="red")
    assert (row.disposal, row.result, row.left_at) == ("wait", "", None)
    assert [duty.subject for duty in owed("arrivals.end_wait")] == [row.pk]
    assert actions.end_wait(by=town.community, passed=row, result="negative").disposal == "pass"
    other = comes(town, barrier, phone="13800002222")
    other = put_right(town, actions.make_stricter(by=town.community, passed=other, disposal="site"))
    assert (other.disposal, other.reasons) == ("pass", ["nothing_against"])


def test_who_only_passes_through_still_does_when_corrected(town, barrier):
    row = comes(town, barrier, LISTED, to_area="", stops_here=False)
    assert put_right(town, row, negative=False).disposal == "turn_back"


def test_of_one_in_a_vehicle_the_vehicle_follows(town, barrier):
    passage = actions.take_passage(by=town.community, checkpoint=barrier, given=given(person={"code": "red"}))
    with acting():
        row = passage.passes.get()
    assert passage.disposal == "wait" and put_right(town, row).disposal == "pass"
    with acting():
        assert Passage.objects.get().disposal == "pass"


def test_what_was_done_without_a_network_is_looked_at_not_corrected(town, barrier):
    sent(town, barrier, given(chosen="pass"))
    with acting():
        row = Pass.objects.get()
    with pytest.raises(Invalid, match="Only who entered"):
        put_right(town, row)


def test_the_handover_is_signed_by_two(town, barrier, clock):
    comes(town, barrier)
    comes(town, barrier, complaints=True, phone="13800002222")
    row = actions.hand_shift(by=town.community, checkpoint=barrier)
    assert (row.passed, row.waiting) == (2, 1)
    with pytest.raises(Invalid, match="who comes"):
        actions.hand_shift(by=town.community, checkpoint=barrier)
    with pytest.raises(Invalid, match="cannot sign"):
        actions.take_shift(by=town.community, checkpoint=barrier)
    row = actions.take_shift(by=town.street, checkpoint=barrier)
    assert row.taken_by == town.street.id
    clock.advance(hours=8)
    assert actions.hand_shift(by=town.street, checkpoint=barrier).passed == 0
    with acting():
        assert Shift.objects.count() == 2


def test_who_may(town, barrier):
    with pytest.raises(Refused):
        actions.check_person(
            by=town.far_community, checkpoint=barrier, name="x", phone="13800001111", origin="x", to_area=COMMUNITY,
            code="green", negative=True, complaints=False,
        )  # fmt: skip
    with pytest.raises(Refused):
        actions.add_checkpoint(by=town.community, name="x", kind="road", area=COMMUNITY)
    with pytest.raises(Invalid, match="of this name"):
        actions.add_checkpoint(by=town.street, name="南站出口", kind="road", area=COMMUNITY)
    with pytest.raises(Invalid, match="colour"):
        comes(town, barrier, code="blue")


def given(**more):
    """A record as a device makes it: one person on foot, nothing against them."""
    person = {"name": "孙小明", "phone": "13800001111", "code": "green", "negative": True, "complaints": False}
    whole = {"op": str(ids.uuid7()), "at": NIGHT.isoformat(), "origin": "陕西省西安市雁塔区", "to_area": COMMUNITY}
    people = more.pop("people", None) or [{**person, **more.pop("person", {})}]
    return {**whole, "people": people, **more}


def sent(town, barrier, *records):
    verdicts = actions.take_records(by=town.community, checkpoint=barrier, records=list(records))["verdicts"]
    return [each["verdict"] for each in verdicts]


def test_a_family_in_a_car_is_one_record(town, barrier):
    row = actions.take_passage(
        by=town.community,
        checkpoint=barrier,
        given=given(
            vehicle="car", plate="陕D·12345", origin=LISTED,
            people=[
                {"name": name, "phone": f"1380000{n}111", "code": "green", "negative": True}
                for n, name in enumerate(["孙大", "孙二", "孙三"])
            ],
        ),
    )  # fmt: skip
    assert (row.plate, row.vehicle, row.disposal) == ("陕D***45", "car", "site")
    with acting():
        passes = list(row.passes.select_related("person"))
        plate = Identifier.objects.get(kind="plate")
        found = having(identifiers.read("plate", "陕D12345")).get()
    assert [each.disposal for each in passes] == ["site"] * 3
    assert found.pk == plate.person_id and plate.person_id in {each.person_id for each in passes}
    assert b"12345" not in bytes(plate.value_enc)


@pytest.mark.parametrize(
    ("person", "disposal", "reasons"),
    [
        ({}, "pass", ["goods"]),
        ({"negative": False}, "test", ["no_negative_test", "goods"]),
        ({"complaints": True}, "site", ["complaints", "middle"]),
        ({"code": "red"}, "site", ["red_code", "middle"]),
    ],
)
def test_goods_are_not_held_up_unless_the_driver_is_ill(town, barrier, person, disposal, reasons):
    record = given(vehicle="lorry", plate="冀A88888", goods=True, origin=LISTED, to_area="", person=person)
    row = actions.take_passage(by=town.community, checkpoint=barrier, given=record)
    with acting():
        one = row.passes.select_related("arrival").get()
    assert (row.disposal, row.goods, one.arrival.cohort) == (disposal, True, "driver")
    assert set(reasons) <= set(one.reasons)


def test_who_booked_is_read_in_by_reference_or_by_identity_card(town, barrier):
    card = "610404199003070007"
    first = declare_ahead()
    row = actions.take_passage(
        by=town.community, checkpoint=barrier,
        given={"people": [{"booking": first.ref.lower(), "code": "green", "negative": True}]},
    )  # fmt: skip
    assert row.booked and row.disposal == "pass"
    with acting():
        assert row.passes.get().arrival_id == first.pk
        assert Arrival.objects.get(pk=first.pk).state == "here"
    second = declare_ahead(phone="13800002222", id_number=card)
    row = actions.take_passage(
        by=town.community, checkpoint=barrier, given={"people": [{"number": card, "code": "green", "negative": True}]}
    )
    with acting():
        assert row.passes.get().arrival_id == second.pk
    for booking in (first.ref, "NOBODY22", "\x00", "' OR 1=1"):
        with pytest.raises(Invalid) as no:
            actions.take_passage(
                by=town.community, checkpoint=barrier, given={"people": [{"booking": booking, "code": "green"}]}
            )
        assert no.value.field in ("booking", "name")


def declare_ahead(**more):
    said = {"name": "孙小明", "phone": "13800001111", "area": COMMUNITY, "arrives_on": TODAY, **more}
    return actions.declare(by=SYSTEM, origin="陕西省西安市雁塔区", **said)


def test_a_record_counts_once_however_it_is_sent(town, barrier):
    one, other = given(), given(person={"phone": "13800003333"})
    assert sent(town, barrier, one, other, one) == ["new", "new", "known"]
    assert sent(town, barrier, other) == ["known"]
    elsewhere = actions.add_checkpoint(by=town.street, name="国道", kind="road", area=COMMUNITY)
    assert sent(town, elsewhere, one) == ["rejected"]
    with acting():
        assert Pass.objects.count() == Passage.objects.count() == 2


def test_a_bad_record_does_not_hold_the_others(town, barrier):
    bad = [
        {}, {"op": "x"}, given(people=["x"]), given(at="gestern"), given(vehicle="car", plate="?"), given(chosen="x"),
        given(person={"code": "blue"}), given(person={"name": ""}), given(to_area="x"),
        given(person={"number": "610404199003070001"}),
        given(vehicle="ufo"), given(people=[{}] * 61),
    ]  # fmt: skip
    assert sent(town, barrier, *bad, given()) == ["rejected"] * len(bad) + ["new"]
    with pytest.raises(Invalid, match="At most 100"):
        sent(town, barrier, *[given()] * 101)
    with pytest.raises(Refused):
        actions.take_records(by=town.far_community, checkpoint=barrier, records=[given()])


def test_what_was_done_without_the_rules_is_compared_with_them(town, barrier):
    sent(
        town, barrier,
        given(origin=LISTED, chosen="pass"),
        given(chosen="wait", person={"phone": "13800004444"}),
        given(at="2021-11-20T08:00:00+08:00", person={"phone": "13800005555"}),
    )  # fmt: skip
    with acting():
        rows = list(Passage.objects.order_by("received_at", "pk"))
        passes = [row.passes.get() for row in rows]
    assert [(row.disposal, row.review) for row in rows] == [("site", "milder"), ("pass", ""), ("pass", "clock")]
    assert [(each.decided, each.disposal) for each in passes] == [("site", "pass"), ("pass", "wait"), ("pass", "pass")]
    assert len(owed("arrivals.settle_difference")) == 2 and len(owed("arrivals.end_wait")) == 1
    actions.settle_passage(by=town.community, passage=rows[0])
    assert [duty.subject for duty in owed("arrivals.settle_difference")] == [rows[2].pk]
    with pytest.raises(Invalid, match="nothing to look at"):
        actions.settle_passage(by=town.community, passage=rows[0])
