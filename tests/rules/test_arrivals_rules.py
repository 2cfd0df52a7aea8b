"""What an arrival owes by date, what makes two addresses one, and what a checkpoint decides."""

from datetime import date

import pytest

from muster.domains.arrivals.rules import checkpoints, divisions
from muster.domains.arrivals.rules.arriving import comparable, origin, owed
from muster.domains.arrivals.rules.checkpoints import Seen, decide, stricter
from muster.kernel import plans

LEFT = date(2021, 11, 20)


@pytest.mark.parametrize(
    ("code", "category", "today", "site_until", "kind", "ends_on", "tests"),
    [
        ("covid19-cn-8", "high", LEFT, None, "site", date(2021, 12, 4), 4),
        ("covid19-cn-8", "high", date(2021, 12, 3), None, "site", date(2021, 12, 4), 1),
        ("covid19-cn-8", "high", date(2021, 12, 4), None, None, None, 0),
        ("covid19-cn-8", "county", LEFT, None, "monitoring", date(2021, 12, 4), 0),
        ("covid19-cn-8", "entrant", LEFT, None, "site", date(2021, 12, 11), 6),
        ("covid19-cn-8", "entrant", LEFT, LEFT, "home", date(2021, 11, 27), 2),
        ("covid19-cn-9", "middle", LEFT, None, "home", date(2021, 11, 27), 3),
        ("covid19-cn-20", "high", LEFT, None, "home", date(2021, 11, 27), 4),
        ("covid19-cn-20", "middle", LEFT, None, None, None, 0),
        ("covid19-cn-9", "elsewhere", LEFT, None, None, None, 0),
    ],
)
def test_what_is_owed(code, category, today, site_until, kind, ends_on, tests):
    found = owed(plans.edition(code), category, LEFT, today, site_until)
    if kind is None:
        assert found is None
    else:
        assert (found.kind, found.ends_on, len(found.tests)) == (kind, ends_on, tests)


@pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")
@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("黑龙江省黑河市爱辉区博文社区 昌辉雅典城小区（3号楼）", "231102", "博文社区昌辉雅典城小区3号楼"),
        ("河北省石家庄市藁城区增村镇", "130109110", ""),
        ("黑河市爱辉区", "231102", ""),
        ("庄河市全域", "210283", ""),
        ("境外", "", ""),
        ("某个地方", "", "某个地方"),
    ],
)
def test_an_origin_is_comparable(text, code, key):
    found = origin(text)
    assert found == (code, key)


def test_signs_do_not_matter():
    assert comparable("231102", "A 座，3-5 号") == comparable("231102", "A座3-5号")


@pytest.mark.parametrize(
    ("listed", "key"),
    [
        ("永康家园（除8号楼外）", "永康家园"),
        ("永康家园（8号楼除外）", "永康家园"),
        ("全域除高风险区外的其他区域", ""),
        ("全市范围内除高、中风险区以外的其他区域", ""),
        ("永康家园其他楼栋", "永康家园"),
        ("外滩新村3号楼", "外滩新村3号楼"),
    ],
)
def test_what_is_excepted_does_not_keep_the_rest_from_being_found(listed, key):
    assert comparable("640104", listed) == key


GREEN = Seen("green", True, False)
DECISIONS = [
    (GREEN, "elsewhere", "", True, "pass", "nothing_against"),
    (Seen("green", False, False), "elsewhere", "", True, "test", "no_negative_test"),
    (Seen("none", True, False), "elsewhere", "", True, "test", "no_code"),
    (Seen("yellow", False, False), "elsewhere", "", True, "wait", "yellow_code"),
    (Seen("green", True, True), "elsewhere", "", True, "wait", "complaints"),
    (GREEN, "county", "monitoring", True, "test", "county"),
    (GREEN, "high", "site", True, "site", "high"),
    (GREEN, "middle", "home", True, "home", "middle"),
    (GREEN, "middle", "", True, "pass", "nothing_against"),  # its days are over
    (Seen("red", True, False), "elsewhere", "", True, "wait", "red_code"),  # a colour is no evidence
    (Seen("red", True, False), "middle", "home", True, "home", "middle"),
    (GREEN, "high", "site", False, "turn_back", "high"),
    (Seen("green", True, True), "high", "site", False, "site", "high"),  # ill: not sent on
    (GREEN, "elsewhere", "", False, "pass", "nothing_against"),
]


@pytest.mark.parametrize(("seen", "category", "measure", "stops", "disposal", "reason"), DECISIONS)
def test_decisions(seen, category, measure, stops, disposal, reason):
    found = decide(seen, category, measure, stops_here=stops)
    assert (found.disposal, found.reasons[0]) == (disposal, reason)


def test_by_hand_only_stricter():
    allowed = {(a, b) for a in checkpoints.DISPOSALS for b in checkpoints.DISPOSALS if stricter(a, b)}
    assert ("pass", "wait") in allowed and ("wait", "pass") not in allowed and ("site", "site") not in allowed
    assert len(allowed) == 10
    assert not stricter("pass", "turn_back") and not stricter("turn_back", "site")
