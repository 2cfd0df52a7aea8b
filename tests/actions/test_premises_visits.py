"""Venues and visits: codes that cannot be forged, one effect, the log that tracing reads, paper codes and PINs."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from muster.domains.premises import actions, codes
from muster.domains.premises.models import Device, EnteredFor, PersonalCode, Venue
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.kernel.people import crypto
from muster.kernel.people.models import Person, PersonDetails
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import PHONE, card, desk, log_of, paper, screen, sheet, venue_of
from tests.town import FAR_GRID, GRID, build_town, make_person

COMMUNITY = GRID[:12]


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def venue(town):
    return venue_of(town)


def scan(code: str, **given):
    return actions.check_in(by=SYSTEM, code=code, **({"name": "钱多", "phone": PHONE} | given))


def person(device: str) -> Person:
    with acting():
        return Device.objects.select_related("person").get(pk=device).person


def test_a_venue_is_a_place_with_a_responsible_person_and_a_fact(town, venue):
    with acting():
        row = Venue.objects.select_related("place", "responsible").get(pk=venue.pk)
        assert (row.place.kind, row.place.area, row.responsible.label) == ("market", GRID, "马*")
        assert Fact.objects.get(kind="premises.venue_opened").subject == venue.id
    with pytest.raises(Refused):
        venue_of(town, area=FAR_GRID)
    for field, wrong in [("name", " "), ("kind", "palace"), ("phone", "12"), ("responsible", ""), ("place", None)]:
        given = {field: row.place} if field == "place" else {field: wrong}
        with pytest.raises(Invalid) as no:
            venue_of(town, **given)
        assert no.value.field == field


def test_a_scan_needs_name_and_phone_once(town, venue):
    first = scan(sheet(venue))
    program_clock.freeze(program_clock.now() + timedelta(hours=1))
    again = actions.check_in(by=SYSTEM, code=sheet(venue), device=first["device"])
    assert again["device"] == first["device"]
    who = person(first["device"])
    assert (who.label, who.home, who.present) == ("钱*", "", GRID)
    rows = log_of(venue)
    assert [row[0] for row in rows] == [who.key, who.key]
    assert {row[2:] for row in rows} == {(None, 1)}
    assert all(row[1].second == 0 for row in rows)


def test_somebody_known_by_name_and_phone_is_not_made_again_and_not_changed(town, venue):
    with acting():
        known = make_person("qian", "钱多", GRID + "001", phone=PHONE)
    assert person(scan(sheet(venue))["device"]).pk == known.pk
    other = person(scan(sheet(venue), name="钱少")["device"])
    assert other.pk != known.pk
    with acting():
        assert Person.objects.get(pk=known.pk).present == known.present


def test_a_replay_has_one_effect(town, venue):
    op = ids.uuid7()
    answers = {scan(sheet(venue), op=op)["device"] for _ in range(3)}
    assert len(answers) == len(log_of(venue)) == 1
    with pytest.raises(OpConflict):
        scan(sheet(venue), op=op, name="别人")
    scan(sheet(venue))  # another form in the same minute: the same visit
    assert len(log_of(venue)) == 1


def test_a_screens_code_counts_once_for_each_person_and_ends(town, clock):
    shown = venue_of(town, screen=True)
    code = screen(shown)
    first = scan(code)
    clock.advance(seconds=40)
    actions.check_in(by=SYSTEM, code=code, device=first["device"])
    assert len(log_of(shown)) == 1
    scan(code, name="孙二")
    assert len(log_of(shown)) == 2
    clock.advance(seconds=60)
    with pytest.raises(Invalid):
        scan(code)
    with pytest.raises(Invalid):
        scan(sheet(shown))  # a photograph of a sheet is nothing where there is a screen
    early = codes.make_screen(shown.id, 1, clock.now + timedelta(hours=1))
    with pytest.raises(Invalid):
        scan(early)


def test_every_flipped_bit_and_every_changed_letter_is_refused(town, venue, clock):
    for code, kind in ((sheet(venue), codes.SHEET), (screen(venue), codes.SCREEN)):
        assert codes.read(code, kind, now=clock.now).about == venue.id
        raw = base64.urlsafe_b64decode(code + "==")
        flipped = [
            base64.urlsafe_b64encode(raw[:i] + bytes([raw[i] ^ 1 << bit]) + raw[i + 1 :]).decode().rstrip("=")
            for i in range(len(raw)) for bit in range(8)
        ]  # fmt: skip
        letters = [code[:i] + other + code[i + 1 :] for i in range(len(code)) for other in "Ag-9" if other != code[i]]
        longer = [code + "A", code + "=", code[:-1], "", code * 2, code + "\n", code.lower(), "é" + code]
        accepted = [text for text in (*flipped, *letters, *longer) if _taken(text, clock.now)]
        assert accepted == []
        assert len(flipped) == len(raw) * 8


def _taken(text: str, now) -> bool:
    try:
        codes.read(text, codes.SHEET, codes.SCREEN, codes.DESK, codes.PERSON, codes.DEVICE, now=now)
    except codes.BadCode:
        return False
    return True


def test_a_code_is_only_what_it_is(town, venue):
    for code in (desk(venue), codes.make(codes.SHEET, ids.uuid7(), 1), codes.make(codes.SHEET, venue.id, 2)):
        with pytest.raises(Invalid):
            scan(code)
    with pytest.raises(Invalid):
        actions.record_at_desk(by=SYSTEM, desk=sheet(venue), name="钱多", phone=PHONE, why="group")
    assert log_of(venue) == []


def test_what_another_installation_signed_is_refused(town, venue, settings_keys):
    settings_keys()
    forged = sheet(venue)
    settings_keys.back()
    with pytest.raises(Invalid):
        scan(forged)


@pytest.fixture
def settings_keys(db):
    from django.conf import settings

    ours = settings.MUSTER_KEYS

    def other():
        settings.MUSTER_KEYS = crypto.new_keys()

    def back():
        settings.MUSTER_KEYS = ours

    other.back = back
    yield other
    back()


def test_after_a_rotation_old_sheets_are_still_taken(town, venue, settings_keys):
    from django.conf import settings

    old = sheet(venue)
    settings.MUSTER_KEYS = crypto.new_keys(settings.MUSTER_KEYS)
    assert sheet(venue) != old
    scan(old)
    assert sorted(codes.public_keys()) == [int(name[1:]) for name in sorted(settings.MUSTER_KEYS["aes"])]


def test_a_withdrawn_sheet_or_link_is_void_and_a_closed_venue_takes_nothing(town, venue):
    old_sheet, old_desk = sheet(venue), desk(venue)
    actions.renew_code(by=town.community, venue=venue, which="sheet")
    renewed = actions.renew_code(by=town.community, venue=venue, which="desk")
    for attempt in (
        lambda: scan(old_sheet),
        lambda: actions.record_at_desk(by=SYSTEM, desk=old_desk, name="钱多", phone=PHONE, why="group"),
        lambda: actions.renew_code(by=town.community, venue=venue, which="door"),
    ):
        with pytest.raises(Invalid):
            attempt()
    scan(sheet(renewed))
    with pytest.raises(Refused):
        actions.renew_code(by=town.far_community, venue=venue, which="sheet")
    actions.close_venue(by=town.community, venue=venue)
    with pytest.raises(Invalid):
        scan(sheet(renewed))
    with pytest.raises(Invalid):
        actions.record_visit(by=town.worker, venue=Venue(pk=renewed.pk, closed_at=clock_now(), area=GRID), name="钱多")


def clock_now():
    return program_clock.now()


def test_a_group_and_somebody_who_is_not_there_themselves(town, venue):
    made = scan(sheet(venue), others=[("钱小多", ""), ("周奶奶", "13700137000")], why="child", absent=True)
    with acting():
        rows = list(EnteredFor.objects.select_related("person", "by_person"))
        assert {row.person.label for row in rows} == {"钱*", "周*"}
        assert {(row.why, row.by_person_id, row.by_post) for row in rows} == {
            ("child", person(made["device"]).pk, None)
        }
    assert person(made["device"]).key not in [row[0] for row in log_of(venue)]
    assert len(log_of(venue)) == 2
    for wrong in (
        {"absent": True},
        {"others": [("钱小多", "")], "why": "because"},
        {"others": [("", "")], "why": "group"},
        {"others": [("钱小多", "12")], "why": "group"},
        {"others": [(f"人{n}", "") for n in range(21)], "why": "group"},
        {"name": ""},
        {"phone": "123"},
        {"name": "名" * 101},
    ):
        with pytest.raises(Invalid):
            scan(sheet(venue), **wrong)


def test_paper_code_by_scan_by_address_and_by_digits_reach_the_same_person(town, venue):
    issued = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    for given in (
        paper(issued),
        f"https://muster.test/p/{paper(issued)}/",
        issued.number,
        f" {issued.number[:6]} {issued.number[6:]}",
    ):
        answered = actions.record_at_desk(by=SYSTEM, desk=desk(venue), code=given)
        assert answered["person"] == str(issued.person_id)
    by_worker = actions.record_visit(by=town.worker, venue=venue, code=issued.number)
    assert by_worker["person"] == str(issued.person_id)
    assert len(log_of(venue)) == 1
    with acting():
        assert set(EnteredFor.objects.values_list("why", flat=True)) == {"no_phone"}
    with pytest.raises(Refused):
        actions.record_visit(by=town.far_worker, venue=venue, code=issued.number)
    for wrong in ("", "123456789012", sheet(venue)):
        with pytest.raises(Invalid):
            actions.record_visit(by=town.worker, venue=venue, code=wrong)


def test_who_has_neither_phone_nor_paper_is_entered_by_name_and_home(town, venue):
    elder = {"name": "周奶奶", "why": "no_phone"}
    home = elder | {"lives": COMMUNITY, "address": "3号楼201"}
    first = actions.record_at_desk(by=SYSTEM, desk=desk(venue), **home)["person"]
    assert actions.record_visit(by=town.worker, venue=venue, **home)["person"] == first  # known again by all three
    bare = actions.record_at_desk(by=SYSTEM, desk=desk(venue), **elder)["person"]  # told nothing more
    vague = actions.record_at_desk(by=SYSTEM, desk=desk(venue), **elder, lives=COMMUNITY)["person"]
    assert len({first, bare, vague}) == 3 and len(log_of(venue)) == 3
    with acting():
        people = {str(row.pk): row for row in Person.objects.filter(pk__in=[first, bare, vague])}
        assert {row.home for row in people.values()} == {""}
        assert (people[first].present, people[bare].present, people[vague].present) == (COMMUNITY, GRID, COMMUNITY)
        known = make_person("yin", "银发", GRID + "001")
        PersonDetails.objects.filter(person=known).update(address="3号楼201")
    answered = actions.record_at_desk(by=SYSTEM, desk=desk(venue), **home | {"name": "银发"})
    assert answered["person"] == str(known.pk)
    for wrong in ({"lives": "61"}, {"lives": "999999999"}, {"name": " "}, {"phone": "12"}, {"address": "1" * 501}):
        with pytest.raises(Invalid) as no:
            actions.record_at_desk(by=SYSTEM, desk=desk(venue), **home | wrong)
        assert no.value.field == next(iter(wrong))
    with pytest.raises(Invalid):  # a visitor's own page asks for a phone
        scan(sheet(venue), phone="")


def test_a_new_paper_code_voids_the_old_one_and_the_phones_opened_with_it(town, venue):
    old = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    opened = actions.open_device(by=SYSTEM, code=old.number, pin=actions.pin_of(old))["device"]
    new = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    assert new.person_id == old.person_id
    with pytest.raises(Invalid):
        actions.record_visit(by=town.worker, venue=venue, code=old.number)
    with acting():
        assert Device.objects.get(pk=opened).revoked_at is not None
    program_clock.freeze(program_clock.now() + timedelta(days=366))
    with pytest.raises(Invalid):
        actions.record_visit(by=town.worker, venue=venue, code=new.number)
    with pytest.raises(Invalid):
        actions.issue_code(by=town.worker, area=GRID, name="周奶奶")


def test_a_pin_is_tried_five_times(town, clock):
    row = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    right = actions.pin_of(row)
    wrong = f"{(int(right) + 1) % 10**6:06}"

    def opens(pin: str, code: str = row.number) -> bool:
        return bool(actions.open_device(by=SYSTEM, code=code, pin=pin)["device"])

    assert not opens(wrong, "079927398713") and not opens(right, "nothing")
    assert not opens("一２³") and opens(right)  # what is not even digits is only wrong
    assert not any(opens(wrong) for _ in range(5))
    assert not opens(right)  # at rest
    clock.advance(minutes=16)
    assert opens(right)
    assert not any(opens(wrong) for _ in range(4)) and opens(right)
    with acting():
        assert PersonalCode.objects.get(pk=row.pk).tries == 0
        assert Device.objects.filter(verified=True, person_id=row.person_id).count() == 3
