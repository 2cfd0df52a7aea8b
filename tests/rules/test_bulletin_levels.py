"""What a bulletin says of one place's level, and where a place lies that a bulletin names in its own way."""

import pytest

from muster.domains.arrivals.rules import divisions
from muster.domains.arrivals.rules.bulletins import read

pytestmark = pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")
ONE, TWO, THREE = "北京市朝阳区垡头街道", "北京市丰台区马家堡街道", "上海市浦东新区周浦镇"
LEVELS_SAID = {
    "after a colon": f"1.{ONE}：高风险\n2.{TWO}：中风险\n3.{THREE}：中风险",
    "in brackets": f"{ONE}（高风险）、{TWO}（中风险）、{THREE}（中风险）",
    "as a heading without a noun": f"高风险：{ONE}。中风险：{TWO}、{THREE}。",
    "as a numbered heading without a noun": f"（一）高风险\n{ONE}\n（二）中风险\n{TWO}\n{THREE}",
    "in a sentence": f"截至10日9时，{ONE}为高风险地区，{TWO}、{THREE}均为中风险地区，其他地区均为低风险。",
    "by a change": f"即日起，{ONE}风险等级由中风险调整为高风险，{TWO}和{THREE}调整为中风险地区。",
    "in a table": "省份\t城市\t区县\t街道\t风险等级\n北京市\t北京市\t朝阳区\t垡头街道\t高风险\n"
    "北京市\t市辖区\t丰台区\t马家堡街道\t中风险\n上海市\t上海市\t浦东新区\t周浦镇\t中风险",
    "by days": f"高风险区：\n2022年8月9日起：{ONE}\n中风险区\n8月10日0时起，{TWO}\n{THREE}",
}


@pytest.mark.parametrize("name", LEVELS_SAID)
def test_the_level_of_a_place(name):
    areas = read(LEVELS_SAID[name]).areas
    assert [(area.county, area.level) for area in areas] == [
        ("朝阳区", "high"), ("丰台区", "middle"), ("浦东新区", "middle"),
    ]  # fmt: skip


def test_the_only_city_that_has_all_counties_is_the_bulletins_own():
    areas = read(
        "高风险区（3个）\n1 朝阳区 潘家园街道 甲里10号楼\n2 朝阳区 劲松街道 乙小区\n3 海淀区 学院路街道 丙庄"
    ).areas
    assert {area.city for area in areas} == {"北京市"}


def test_a_street_called_after_another_province_is_no_province():
    (area,) = read("高风险地区（1个）\n上海市（1个）\n黄浦区（1个）\n贵州西里弄").areas
    assert (area.county, area.place) == ("黄浦区", "贵州西里弄")
