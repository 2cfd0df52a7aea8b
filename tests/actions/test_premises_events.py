"""Gatherings: the level that the thresholds name decides, the site is checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.premises import actions, approval
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from tests.premises_cast import gathering
from tests.town import GRID, build_town


@pytest.fixture
def town(db, clock):
    return build_town()


def owed() -> list[tuple[str, str]]:
    with acting():
        rows = Duty.objects.open().filter(kind__startswith="premises.").order_by("kind", "area")
        return list(rows.values_list("kind", "held_by_area"))


def test_120_people_are_refused_by_the_county_threshold_and_approved_by_the_city(town):
    event = gathering(town)
    assert (event.level, owed()) == ("city", [("premises.decide_event_district", "6104")])
    for below in (town.headquarters, town.street, town.community):
        with pytest.raises(Invalid) as no:
            actions.decide_event(by=below, event=event, approve=True)
        assert no.value.field == "event"
    with pytest.raises(Refused):
        actions.decide_event(by=town.worker, event=event, approve=True)
    with pytest.raises(Refused):
        actions.decide_event(by=town.far_headquarters, event=event, approve=True)
    approved = actions.decide_event(by=town.city, event=event, approve=True)
    assert (approved.state, approved.decided_by) == ("approved", town.city.id)
    assert owed() == [("premises.check_event", "610404001001")]
    with pytest.raises(Invalid):
        actions.decide_event(by=town.city, event=event, approve=False)


@pytest.mark.parametrize(
    ("expected", "level", "decider", "kind", "held"),
    [
        (20, "street", "street", "street", "610404001"),
        (60, "district", "headquarters", "district", "610404"),
        (20, "street", "headquarters", "street", "610404001"),  # a level above may always
    ],
)
def test_smaller_ones_are_decided_below(town, expected, level, decider, kind, held):
    event = gathering(town, expected=expected)
    assert (event.level, owed()) == (level, [(f"premises.decide_event_{kind}", held)])
    refused = actions.decide_event(by=getattr(town, decider), event=event, approve=False)
    assert (refused.state, owed()) == ("refused", [])


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
    assert owed() == []


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
