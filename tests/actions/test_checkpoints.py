"""At the barrier: the rules decide, a person only makes it stricter; who waits, and who signed the handover."""

from __future__ import annotations

import pytest
from django.utils import translation

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import Pass, Shift
from muster.kernel.controls.models import Control
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from tests.actions.test_arrivals import COMMUNITY, edition, owed
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
