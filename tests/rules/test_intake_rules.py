"""Finding the place that somebody means, when to call again, and the reference."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from muster.domains.intake.rules import Spot, find_spot, next_try, reference
from muster.kernel.people.names import keys

NOW = datetime(2021, 1, 9, 12, 40, tzinfo=UTC)
NAMES = [
    ("610404", "渭城区"), ("610404001", "中山街道"), ("610404001001", "中山社区"), ("610404001001001001", "1号楼"),
    ("610404002", "文汇路街道"), ("610404002001", "文汇社区"), ("610404002001001001", "1号楼"),
]  # fmt: skip
INN = UUID(int=7)
SPOTS = [Spot(code, name, *keys(name)) for code, name in NAMES]
SPOTS.append(Spot("610404002001", "如意旅馆", *keys("如意旅馆"), INN))


@pytest.mark.parametrize(
    ("text", "code", "sure"),
    [
        ("中山社区", "610404001001", True),
        ("中山社区1号楼302", "610404001001001001", True),
        ("文汇社区 1 号楼", "610404002001001001", True),
        ("如意旅馆302房", "610404002001", True),
        ("文汇社区如意旅馆", "610404002001", True),
        ("1号楼", "610404001001001001", False),
        ("zhongshanjie", "610404001", True),
        ("ryl", "610404002001", True),
        ("WHL", "610404002", True),
        ("ruyilvguan", "610404002001", True),
        ("中山", "610404001", False),
        ("火星基地", None, False),
        ("号", None, False),
        ("", None, False),
    ],
)
def test_the_place_that_somebody_means(text, code, sure):
    found = find_spot(text, SPOTS)
    assert (found.spots[0].code if found.spots else None, found.sure) == (code, sure)


def test_a_venue_comes_before_the_community_around_it():
    assert find_spot("文汇社区如意旅馆", SPOTS).spots[0].place == INN


@pytest.mark.parametrize(("unanswered", "minutes"), [(1, 10), (2, 30), (3, 60), (4, None), (0, None)])
def test_when_to_call_again(unanswered, minutes):
    assert next_try(unanswered, NOW) == (minutes and NOW + timedelta(minutes=minutes))


def test_the_reference_can_be_spoken():
    made = reference(NOW, UUID("01a20073-42c7-7aea-84a9-e0a1cd5dafc3"))
    assert made.startswith("0109-")
    assert len(made) == 11
    assert not set(made[5:]) & set("01IO")
    assert made != reference(NOW, UUID("01a20073-42c7-7aea-84a9-e0a1cd5dafc4"))
