"""Sites, transfers and stays: each side confirms, a room goes to one person, and everything owed is a duty."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from muster.domains.isolation import actions, queries
from muster.domains.isolation.actions import handover
from muster.domains.isolation.models import Room, Site, SiteCheck, Stay, Transfer
from muster.kernel import ids
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.isolation_cast import build, control_of, facts, owed, rooms_of, site_of
from tests.town import GRID


@pytest.fixture
def town(db, clock):
    return build()


def stay_of(person) -> Stay:
    with acting():
        return Stay.objects.select_related("site", "room", "control").get(person=person, ended_at=None)


def on_the_way(town, person="wang", **where) -> Transfer:
    control = control_of(getattr(town, person))
    return actions.request_transfer(by=town.community, control=control, **where)


def test_a_site_has_rooms_once(town):
    site = site_of(town.hotel)
    assert actions.add_rooms(by=town.headquarters, site=site, labels=["101", "201", " 201 ", ""]) == 1
    assert rooms_of(town.hotel) == {"101": "ready", "102": "ready", "103": "ready", "201": "ready"}
    with pytest.raises(Invalid, match="labels"):
        actions.add_rooms(by=town.headquarters, site=site, labels=[" "])
    with pytest.raises(Invalid, match="place"):
        actions.add_site(by=town.headquarters, area="610404001001", name="again", place=town.hotel)
    with pytest.raises(Refused):
        actions.add_site(by=town.far_headquarters, area="610404001001", name="elsewhere")
    with pytest.raises(Refused):
        actions.add_rooms(by=town.community, site=site, labels=["301"])


def test_a_requested_transfer_keeps_a_room_and_is_owed_by_both_sides(town):
    transfer = on_the_way(town)
    assert transfer.state == "requested"
    assert transfer.site_id == site_of(town.hotel).id
    assert rooms_of(town.hotel)["101"] == "reserved"
    assert [(d.area, d.person_id) for d in owed("isolation.hand_over")] == [(town.wang.home, town.wang.id)]
    receive = owed("isolation.receive")[0]
    assert (receive.place_id, receive.subject) == (town.hotel.id, transfer.id)
    assert (receive.due_at - transfer.requested_at).total_seconds() == 480 * 60
    with acting():
        assert Message.objects.get().kind == "isolation.transfer"


def test_asking_twice_gives_the_transfer_that_is_open(town):
    transfer = on_the_way(town)
    with acting():
        control = Control.objects.get(person=town.wang)
    assert actions.request_transfer(by=town.headquarters, control=control).id == transfer.id
    assert facts("isolation.transfer_requested") == 1


def test_the_nearest_site_with_a_room_is_chosen(town):
    assert on_the_way(town, "zhao_far" if "zhao_far" in town.people else "wang").site_id == site_of(town.hotel).id
    far = actions.request_transfer(by=town.far_community, control=control_of(town.zhao))
    assert far.site_id == site_of(town.far_hotel).id


def test_without_a_room_headquarters_must_find_one(town):
    with acting():
        Room.objects.update(state="closed")
    transfer = on_the_way(town)
    assert transfer.site_id is None
    assert [d.subject for d in owed("isolation.find_site")] == [transfer.id]
    assert not owed("isolation.receive")
    site = site_of(town.hotel)
    with pytest.raises(Invalid, match="site"):
        actions.place_transfer(by=town.headquarters, transfer=transfer, site=site)
    with acting():
        room = Room.objects.get(place_id=town.hotel.id, label="102")
    actions.set_room(by=town.site, room=room, state="ready")
    placed = actions.place_transfer(by=town.headquarters, transfer=transfer, site=site)
    assert placed.room_id == room.id
    assert not owed("isolation.find_site")
    assert len(owed("isolation.receive")) == 1


def test_a_transfer_can_be_given_another_site(town):
    transfer = on_the_way(town)
    moved = actions.place_transfer(by=town.headquarters, transfer=transfer, site=site_of(town.far_hotel))
    assert moved.place_id == town.far_hotel.id
    assert rooms_of(town.hotel)["101"] == "ready"
    assert [d.place_id for d in owed("isolation.receive")] == [town.far_hotel.id]
    with pytest.raises(Refused):
        actions.place_transfer(by=town.far_headquarters, transfer=transfer, site=site_of(town.hotel))


def test_many_at_once_get_rooms_while_there_are_some(town):
    controls = [control_of(person) for person in (town.wang, town.li, town.zhang)]
    with acting():
        Room.objects.filter(label="103").update(state="closed")
    with acting(), transaction.atomic(using=ACT):
        from muster.kernel import clock

        made = actions.request_transfers(controls, by=SYSTEM, now=clock.now())
    assert [t.person_id for t in made] == [town.wang.id, town.li.id, town.zhang.id]
    assert len({t.room_id for t in made}) == 3  # the third goes to the other site
    assert made[2].place_id == town.far_hotel.id


def test_each_side_confirms_in_its_own_session(town):
    transfer = on_the_way(town)
    transfer = actions.confirm_handover(by=town.worker, transfer=transfer, side="sender")
    assert (transfer.state, facts("isolation.handed_over")) == ("departed", 1)
    assert not owed("isolation.hand_over")
    transfer = actions.confirm_handover(by=town.site, transfer=transfer, side="receiver")
    assert (transfer.state, transfer.sender_post, transfer.receiver_post) == ("arrived", town.worker.id, town.site.id)
    assert not owed("isolation.receive")
    assert facts("isolation.arrived") == 1
    stay = stay_of(town.wang)
    assert (stay.room.label, stay.place_id, stay.area) == ("101", town.hotel.id, town.wang.home)
    assert rooms_of(town.hotel)["101"] == "occupied"
    with acting():
        assert Person.objects.get(pk=town.wang.pk).present == town.hotel.area


def test_who_receives_may_confirm_first(town):
    transfer = on_the_way(town)
    transfer = actions.confirm_handover(by=town.site, transfer=transfer, side="receiver")
    assert transfer.state == "requested"
    assert stay_of(town.wang).room.label == "101"
    assert len(owed("isolation.hand_over")) == 1
    with pytest.raises(Invalid):
        actions.cancel_transfer(by=town.headquarters, transfer=transfer)
    assert actions.confirm_handover(by=town.community, transfer=transfer, side="sender").state == "arrived"


def test_the_code_from_the_other_screen_confirms_both_sides(town):
    transfer = actions.show_code(by=town.worker, transfer=on_the_way(town), side="sender")
    code = actions.shown_code(transfer)
    assert len(code) == 6
    assert code.isdigit()
    transfer = actions.confirm_handover(by=town.site, transfer=transfer, side="receiver", code=f"{code[:3]} {code[3:]}")
    assert (transfer.state, transfer.sender_post) == ("arrived", town.worker.id)
    assert stay_of(town.wang).place_id == town.hotel.id


def test_a_code_works_the_other_way_round_too(town):
    transfer = actions.show_code(by=town.site, transfer=on_the_way(town), side="receiver")
    transfer = actions.confirm_handover(
        by=town.worker, transfer=transfer, side="sender", code=actions.shown_code(transfer)
    )
    assert (transfer.state, transfer.receiver_post) == ("arrived", town.site.id)


def test_a_code_is_not_guessed_not_old_and_not_of_the_own_side(town, clock):
    transfer = actions.show_code(by=town.worker, transfer=on_the_way(town), side="sender")
    right = actions.shown_code(transfer)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    with pytest.raises(Invalid, match="code"):
        actions.confirm_handover(by=town.worker, transfer=transfer, side="sender", code=right)
    for number in range(1, handover.MOST_TRIES + 1):
        tried = actions.confirm_handover(
            by=town.site, transfer=transfer, side="receiver", code=wrong if number > 1 else "２²"
        )
        assert (tried.receiver_at, tried.code_tries) == (None, number)
    with pytest.raises(Invalid, match="code"):
        actions.confirm_handover(by=town.site, transfer=transfer, side="receiver", code=right)
    transfer = actions.show_code(by=town.worker, transfer=transfer, side="sender")
    assert actions.shown_code(transfer) != right
    clock.advance(minutes=15)
    with pytest.raises(Invalid, match="code"):
        actions.confirm_handover(by=town.site, transfer=transfer, side="receiver", code=actions.shown_code(transfer))
    with acting():
        assert not Stay.objects.exists()


def test_nobody_confirms_for_another_side_or_another_place(town):
    transfer = on_the_way(town)
    for post, side in [
        (town.neighbour, "sender"), (town.far_worker, "sender"), (town.site, "sender"), (town.worker, "receiver"),
        (town.community, "receiver"), (town.far_site, "receiver"), (town.headquarters, "receiver"),
    ]:  # fmt: skip
        with pytest.raises(Refused):
            actions.confirm_handover(by=post, transfer=transfer, side=side)
        with pytest.raises(Refused):
            actions.show_code(by=post, transfer=transfer, side=side)
    with pytest.raises(Refused):
        actions.request_transfer(by=town.far_community, control=control_of(town.li))


def test_a_cancelled_transfer_frees_its_room_and_its_duties(town):
    transfer = on_the_way(town)
    with pytest.raises(Refused):
        actions.cancel_transfer(by=town.far_headquarters, transfer=transfer)
    actions.cancel_transfer(by=town.investigator, transfer=transfer)
    assert rooms_of(town.hotel)["101"] == "ready"
    assert not owed("isolation.hand_over")
    assert not owed("isolation.receive")
    with pytest.raises(Invalid):
        actions.confirm_handover(by=town.worker, transfer=transfer, side="sender")


def test_from_a_site_to_hospital(town):
    control = control_of(town.wang)
    stay = actions.start_stay(by=town.site, control=control, site=site_of(town.hotel))
    with acting():
        hospital = actions.add_site(by=SYSTEM, area="610404002", name="定点医院", kind="hospital")
    transfer = actions.request_transfer(by=town.site, control=control, wanted="hospital")
    assert (transfer.site_id, transfer.room_id, transfer.from_place) == (hospital.id, None, town.hotel.id)
    assert [d.place_id for d in owed("isolation.send_off")] == [town.hotel.id]
    with pytest.raises(Refused):
        actions.confirm_handover(by=town.worker, transfer=transfer, side="sender")
    actions.confirm_handover(by=town.site, transfer=transfer, side="sender")
    actions.confirm_handover(by=SYSTEM, transfer=transfer, side="receiver")
    with acting():
        stay.refresh_from_db()
    assert stay.ended_how == "moved"
    assert rooms_of(town.hotel)["101"] == "cleaning"
    assert stay_of(town.wang).site_id == hospital.id


def test_a_stay_begins_in_the_first_ready_room_or_the_one_wanted(town):
    site = site_of(town.hotel)
    first = actions.start_stay(by=town.site, control=control_of(town.wang), site=site)
    with acting():
        wanted = Room.objects.get(label="103")
    second = actions.start_stay(by=town.site, control=control_of(town.li), site=site, room=wanted)
    assert (first.room.label, second.room_id) == ("101", wanted.id)
    with pytest.raises(Invalid, match="room"):
        actions.start_stay(by=town.site, control=control_of(town.zhang), site=site, room=wanted)
    with pytest.raises(Refused):
        actions.start_stay(by=town.far_site, control=control_of(town.zhang), site=site)
    again = actions.start_stay(by=town.site, control=first.control, site=site)
    assert again.id == first.id
    assert facts("isolation.stay_began") == 2


def test_no_room_is_said_so(town):
    with acting():
        Room.objects.update(state="closed")
    with pytest.raises(Invalid, match="room"):
        actions.start_stay(by=town.site, control=control_of(town.wang), site=site_of(town.hotel))


def test_a_carer_shares_the_room_and_it_is_cleaned_after_the_last(town):
    site = site_of(town.hotel)
    child = actions.start_stay(by=town.site, control=control_of(town.wang), site=site)
    carer = actions.start_stay(by=town.site, control=control_of(town.li), site=site, accompanies=child)
    assert carer.room_id == child.room_id
    with acting():
        found = queries.roommates([town.wang.id], child.began_at, child.began_at.replace(year=2022))
    assert [(one.person, one.other) for one in found] == [(town.wang.id, town.li.id)]
    actions.assign_room(by=town.site, stay=carer)
    assert rooms_of(town.hotel) == {"101": "occupied", "102": "occupied", "103": "ready"}
    actions.assign_room(by=town.site, stay=child)
    assert rooms_of(town.hotel) == {"101": "cleaning", "102": "occupied", "103": "occupied"}


def test_the_room_left_is_cleaned_as_a_duty(town, clock):
    stay = actions.start_stay(by=town.site, control=control_of(town.wang), site=site_of(town.hotel))
    clock.advance(hours=1)
    moved = actions.assign_room(by=town.site, stay=stay)
    assert (moved.room.label, rooms_of(town.hotel)["101"]) == ("102", "cleaning")
    assert [d.subject for d in owed("isolation.clean_room")] == [stay.room_id]
    with pytest.raises(Refused):
        actions.set_room(by=town.far_site, room=stay.room, state="ready")
    with pytest.raises(Invalid):
        actions.set_room(by=town.site, room=moved.room, state="ready")
    actions.set_room(by=town.site, room=stay.room, state="ready")
    assert not owed("isolation.clean_room")
    clock.advance(hours=1)
    assert actions.assign_room(by=town.site, stay=moved, room=stay.room).room.label == "101"


def test_the_database_refuses_two_in_a_room_and_two_stays_of_a_person(town):
    site = site_of(town.hotel)
    first = actions.start_stay(by=town.site, control=control_of(town.wang), site=site)
    other = control_of(town.li)
    for changes in ({"room_id": first.room_id, "person_id": town.li.id}, {"person_id": town.wang.id}):
        with pytest.raises(IntegrityError), acting(), transaction.atomic(using=ACT):
            Stay.objects.create(
                control=other, plan="covid19-cn-9", kind="site", site=site, place_id=site.place_id,
                began_at=first.began_at, began_fact_id=first.began_fact_id, **changes,
            )  # fmt: skip


def test_first_begun_stay_not_ended_before_a_moment(town, clock):
    site = site_of(town.hotel)
    stay = actions.start_stay(by=town.site, control=control_of(town.wang), site=site)
    clock.advance(hours=2)
    actions.assign_room(by=town.site, stay=stay)
    with acting():
        assert queries.isolated_at([town.wang.id, town.li.id], stay.began_at) == {town.wang.id: stay.began_at}
        assert queries.isolated_at([town.wang.id], clock.now)[town.wang.id] == clock.now
        Person.objects.filter(pk=town.wang.pk).update(merged_into=town.li.id, canonical=town.li.id)
        assert queries.isolated_at([town.li.id], stay.began_at) == {town.li.id: stay.began_at}


def test_a_round_through_the_site_finds_faults_to_mend(town):
    site = site_of(town.hotel)
    clean = actions.check_site(by=town.site, site=site, faults=[])
    assert not owed("isolation.mend_site")
    check = actions.check_site(by=town.headquarters, site=site, faults=["waste_sealed"])
    assert [d.subject for d in owed("isolation.mend_site")] == [check.id]
    for post in (town.far_site, town.far_headquarters):
        with pytest.raises(Refused):
            actions.check_site(by=post, site=site, faults=[])
    with pytest.raises(Invalid):
        actions.check_site(by=town.site, site=site, faults=["wallpaper"])
    actions.mend_site(by=town.site, check=check)
    assert not owed("isolation.mend_site")
    assert actions.mend_site(by=town.site, check=clean).mended_at is None


def test_every_operation_has_one_effect(town):
    """Each action sent twice under one operation id: the same answer, the same number of rows."""
    site = site_of(town.hotel)
    control = control_of(town.wang)

    def counts():
        with acting():
            rows = [m.objects.count() for m in (Site, Room, Stay, Transfer, SiteCheck, Duty)]
            return [*rows, facts("isolation.received"), facts("isolation.handed_over"), facts("isolation.room_ready")]

    def twice(call, **arguments):
        op = ids.uuid7()
        first = call(op=op, **arguments)
        before = counts()
        assert call(op=op, **arguments) == first
        assert counts() == before
        return first

    twice(actions.add_site, by=town.headquarters, area=GRID, name="新隔离点")
    twice(actions.add_rooms, by=town.headquarters, site=site, labels=["401"])
    transfer = twice(actions.request_transfer, by=town.community, control=control)
    twice(actions.place_transfer, by=town.headquarters, transfer=transfer, site=site_of(town.far_hotel))
    twice(actions.place_transfer, by=town.headquarters, transfer=transfer, site=site)
    twice(actions.show_code, by=town.site, transfer=transfer, side="receiver")
    twice(actions.confirm_handover, by=town.worker, transfer=transfer, side="sender")
    twice(actions.confirm_handover, by=town.site, transfer=transfer, side="receiver")
    stay = stay_of(town.wang)
    twice(actions.assign_room, by=town.site, stay=stay)
    twice(actions.set_room, by=town.site, room=stay.room, state="ready")
    check = twice(actions.check_site, by=town.site, site=site, faults=["disinfected"])
    twice(actions.mend_site, by=town.site, check=check)
    other = twice(actions.request_transfer, by=town.community, control=control_of(town.li))
    twice(actions.cancel_transfer, by=town.headquarters, transfer=other)
    twice(actions.start_stay, by=town.site, control=control_of(town.zhang), site=site)
