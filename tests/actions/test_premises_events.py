"""Gatherings: the level that the thresholds name decides, the site is checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.premises import actions, approval, organisers
from muster.domains.premises.forgetting import forget_old
from muster.domains.premises.gates import gates
from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.messages.kinds import text_of
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from tests.premises_cast import agreed, gathering
from tests.town import GRID, build_town, make_post


@pytest.fixture
def town(db, clock):
    return build_town()


def owed() -> list[tuple[str, str]]:
    with acting():
        rows = Duty.objects.open().filter(kind__startswith="premises.").order_by("kind", "area")
        return list(rows.values_list("kind", "held_by_area"))


def test_120_people_are_refused_by_the_county_threshold_and_approved_by_the_city(town):
    event = gathering(town)
    assert (event.level, event.sector, owed()) == (
        "city", "commerce", [("premises.decide_event", "6104"), ("premises.give_opinion", "610404")]
    )  # fmt: skip
    for below in (town.headquarters, town.street, town.community):
        with pytest.raises(Invalid) as no:
            actions.decide_event(by=below, event=event, approve=True)
        assert no.value.field == "event"
    with pytest.raises(Refused):
        actions.decide_event(by=town.worker, event=event, approve=True)
    with pytest.raises(Refused):
        actions.decide_event(by=town.far_headquarters, event=event, approve=True)
    agreed(town, event)
    approved = actions.decide_event(by=town.city, event=event, approve=True)
    assert (approved.state, approved.decided_by) == ("approved", town.city.id)
    assert owed() == [("premises.check_event", "610404001001")]
    with pytest.raises(Invalid):
        actions.decide_event(by=town.city, event=event, approve=False)


@pytest.mark.parametrize(
    ("expected", "level", "decider", "held"),
    [
        (20, "street", "street", "610404001"),
        (60, "district", "headquarters", "610404"),
        (20, "street", "headquarters", "610404001"),  # a level above may always
    ],
)
def test_smaller_ones_are_decided_below(town, expected, level, decider, held):
    event = gathering(town, expected=expected)
    assert (event.level, owed()[:1]) == (level, [("premises.decide_event", held)])
    refused = actions.decide_event(by=getattr(town, decider), event=event, approve=False, refusal="situation")
    assert (refused.state, refused.opinion) == ("refused", "")


def test_a_refusal_has_a_reason_and_the_organiser_is_told_it(town, client):
    event = gathering(town, expected=20)
    for given, field in (
        ({}, "refusal"), ({"refusal": "mood"}, "refusal"), ({"refusal": "other"}, "note"),
        ({"refusal": "size", "note": "x" * 301}, "note"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as no:
            actions.decide_event(by=town.street, event=event, approve=False, **given)
        assert no.value.field == field
    said = {"refusal": "place", "note": "礼堂只有一个出口"}
    row = actions.decide_event(by=town.street, event=event, approve=False, **said)
    with acting():
        message = Message.objects.get(kind="premises.event_refused")
    text = text_of(message.kind, message.params, "en")
    assert "The place does not allow" in text and "/g/" in text and said["note"] not in text
    shown = client.get(organisers.link_of({"event": str(row.pk)})["link"], headers={"accept-language": "en"})
    assert "The place does not allow" in shown.content.decode() and said["note"] in shown.content.decode()
    forget_old(clock.now() + timedelta(days=3650))
    with acting():
        row.refresh_from_db()
    assert (row.refusal, row.refusal_note) == ("place", "")


def test_the_site_is_checked_before_it_may_be_held(town):
    event = gathering(town, expected=20)
    with pytest.raises(Invalid):
        actions.check_event(by=town.community, event=event, faults=[])
    actions.decide_event(by=town.street, event=event, approve=True)
    with pytest.raises(Invalid):
        actions.check_event(by=town.community, event=event, faults=["roof"])
    with pytest.raises(Refused):
        actions.check_event(by=town.far_community, event=event, faults=[])
    faulty = actions.check_event(by=town.community, event=event, faults=["line", "code"])
    assert (faulty.state, faulty.faults) == ("approved", ["code", "line"])
    assert owed() == [("premises.check_event", "610404001001")]
    assert actions.check_event(by=town.community, event=event, faults=[]).state == "ready"
    assert owed() == [("premises.supervise_event", "610404001")]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", " "), ("name", "名" * 101), ("place_name", ""), ("kind", "party"), ("expected", 0),
        ("expected", 10**9), ("tables", -1), ("area", "610404"), ("area", "610404001999"),
        ("organiser", " "), ("phone", "12"), ("unit", "名" * 101), ("starts_at", -1), ("ends_at", -1),
    ],
)  # fmt: skip
def test_what_is_not_taken(town, clock, field, wrong):
    given = {field: clock.now + timedelta(days=wrong) if field.endswith("_at") else wrong}
    by = town.headquarters
    with pytest.raises(Invalid) as no:
        gathering(town, by=by, **given)
    assert no.value.field == field


def test_an_installation_has_its_own_thresholds(town, monkeypatch, tmp_path):
    own = tmp_path / "approval.toml"
    text = approval.PACKAGED.read_text(encoding="utf-8").replace("from = 100", "from = 200")
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path))
    assert gathering(town).level == "district"
    own.write_text(text.replace("from = 0", "from = 1"), encoding="utf-8")
    approval._read.cache_clear()
    with pytest.raises(ValueError, match="steps"):
        approval.approval()
    approval._read.cache_clear()
    assert GRID.startswith("610404")


def test_four_gates_each_with_who_and_when(town, clock):
    with acting():
        culture, commerce = (make_post(name, roles.REGULATORS[name], "610404") for name in ("culture", "commerce"))
        far = make_post("far", roles.REGULATORS["commerce"], "610402")
    event = gathering(town)
    with pytest.raises(Invalid) as no:  # nobody has heard the sector
        actions.decide_event(by=town.city, event=event, approve=True)
    assert no.value.field == "event"
    with pytest.raises(Invalid):
        actions.give_opinion(by=culture, event=event, agrees=True)
    for refused in (far, town.headquarters):
        with pytest.raises(Refused):
            actions.give_opinion(by=refused, event=event, agrees=True)
    for wrong in ([], ["roof"]):
        with pytest.raises(Invalid) as no:
            actions.give_opinion(by=commerce, event=event, agrees=False, faults=wrong)
        assert no.value.field == "faults"
    against = actions.give_opinion(by=commerce, event=event, agrees=False, faults=["isolation_room"])
    assert (against.opinion, against.opinion_faults) == ("objects", ["isolation_room"])
    with pytest.raises(Invalid):  # not against its objection
        actions.decide_event(by=town.city, event=event, approve=True)
    clock.advance(hours=1)
    actions.give_opinion(by=commerce, event=event, agrees=True)
    actions.decide_event(by=town.city, event=event, approve=True)
    with pytest.raises(Invalid):
        actions.give_opinion(by=commerce, event=event, agrees=True)
    with pytest.raises(Invalid):  # not before the site is in order
        actions.supervise_event(by=town.street, event=event, faults=[])
    actions.check_event(by=town.community, event=event, faults=[])
    with pytest.raises(Invalid):
        actions.supervise_event(by=culture, event=event, faults=[])
    with pytest.raises(Refused):
        actions.supervise_event(by=town.community, event=event, faults=[])
    seen = actions.supervise_event(by=commerce, event=event, faults=["line"])
    assert (seen.state, owed()) == ("approved", [("premises.check_event", "610404001001")])
    actions.check_event(by=town.community, event=event, faults=[])
    assert owed() == [("premises.supervise_event", "610404001")]
    last = actions.supervise_event(by=town.street, event=event, faults=[])
    assert (last.state, owed()) == ("ready", [])
    passed = [(gate["tone"], gate["post"].pk, bool(gate["at"])) for gate in gates(last)]
    assert passed == [("ok", post.id, True) for post in (town.city, commerce, town.community, town.street)]


def test_who_is_not_asked_does_not_hold_it_up_and_a_file_without_opinions_is_sound(town, monkeypatch, tmp_path):
    assert gathering(town, kind="meeting", expected=60).sector == "" and gathering(town, expected=20).sector == ""
    own = tmp_path / "approval.toml"
    text = approval.PACKAGED.read_text(encoding="utf-8")
    head, _mark, tail = text.partition("[opinion]")
    own.write_text(head + tail[tail.index("[response]") :], encoding="utf-8")
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path))
    assert gathering(town).sector == ""
    own.write_text(text.replace('show = "culture"', 'show = "stage"'), encoding="utf-8")
    approval._read.cache_clear()
    with pytest.raises(ValueError, match="sector"):
        approval.approval()
    approval._read.cache_clear()
