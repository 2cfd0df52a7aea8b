"""The ladder of every declared duty, from its first holder to the top, over all levels at which it can arise."""

from __future__ import annotations

import pytest

from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.declare import DUTIES
from muster.kernel.duties.ladder import BODIES, first_holder, next_holder, passed, roles_above, staffed
from muster.kernel.posts.roles import HEADQUARTERS, ROLES

UNIT = "610404001001001001001"
CODES = [UNIT[:digits] for digits in LEVELS.values() if digits >= LEVELS["district"]]
ALL = [(UNIT[:digits], role) for digits, role in BODIES]


def posts(*bodies):
    held = {}
    for area, role in bodies:
        held.setdefault(role, []).append(span(area))
    return held


def climbed(role, area, held):
    found = [first_holder(role, area)]
    while up := next_holder(*found[-1], area, held):
        assert up not in found, "it never returns to one who missed it"
        found.append(up)
    return found


@pytest.mark.parametrize("area", CODES)
@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_body_of_its_own_area_and_above_holds_it_in_turn(role, area):
    found = climbed(role, area, posts(*ALL))
    digits = len(found[0][0])
    assert found[1:] == [body for body in ALL if len(body[0]) <= digits and body != found[0]]
    assert found[-1] == ("6104", HEADQUARTERS) and (area[:6], HEADQUARTERS) in found
    assert {role for _area, role in found[1:]} - {role} == roles_above(role) - {role} or area != UNIT


def test_every_kind_of_duty_has_a_role_with_such_a_ladder():
    for kind in DUTIES.values():
        for role in kind.roles:
            found = climbed(role, UNIT, posts(*ALL))
            assert found[-2:] == [(UNIT[:6], HEADQUARTERS), (UNIT[:4], HEADQUARTERS)], kind.name


@pytest.mark.parametrize("empty", range(len(ALL)))
def test_a_body_without_a_post_is_passed(empty):
    found = climbed("grid", UNIT, posts(*(body for body in ALL if body != ALL[empty])))
    assert found == [ALL[0], *(body for body in ALL[1:] if body != ALL[empty])]
    assert [body for one, to in zip(found, found[1:], strict=False) for body in passed(one, to)] == (
        [ALL[empty]] if 0 < empty < len(ALL) - 1 else []
    )


def test_it_stays_where_nobody_is_above():
    assert climbed("investigator", UNIT, posts(ALL[0], ALL[1])) == [(UNIT[:6], "investigator")]


def test_an_officer_of_a_part_or_of_more_than_the_area_is_somebody_but_a_city_is_not_its_district():
    assert staffed(UNIT[:12], "community", UNIT, posts((UNIT[:15], "community")))
    assert staffed(UNIT[:12], "community", UNIT, posts((UNIT[:9], "community")))
    assert not staffed(UNIT[:12], "community", UNIT, posts(("610404001002", "community")))
    for area, district, city in ((UNIT[:6], True, False), (UNIT[:4], False, True), ("", False, True)):
        held = posts((area, HEADQUARTERS))
        assert (staffed(UNIT[:6], HEADQUARTERS, UNIT, held), staffed(UNIT[:4], HEADQUARTERS, UNIT, held)) == (
            district, city,
        )  # fmt: skip
