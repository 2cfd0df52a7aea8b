"""Bulletins that nobody should send: text at random, lines without end, brackets left open."""

import random

import pytest

from muster.domains.arrivals.rules import divisions
from muster.domains.arrivals.rules.bulletins import read
from muster.domains.arrivals.rules.lines import masked

pytestmark = pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "（",
        "高风险地区：",
        "{'",
        "{'x':",
        "{1}",
        "{'hcount': 'x', 'hlist': 7}",
        "高风险地区（0个）\n无",
        "\x01中\n",
        "：1个" * 50,
    ],
)
def test_hostile_text_is_read_without_error(text):
    assert read(text).areas == []


PIECES = (
    *"（）()、,，;。:： \n\t|19²፩一十百个处市区县乡路省高中低除外东西至以甲乙'{}[]\x01▲【】①😀\ud800\u202e", "9" * 30,
    "风险", "地区", "中风险区", "封控区", "解除", "调整为", "由", "将", "无", "全国", "新增", "其中", "境外",
    "山东省", "青岛市", "李沧区", "九水街道", "开发区", "自治县", "1号楼", "合围区域", "指挥部", "序号",
    "<br>", "&nbsp;", "——", "以上均为", "划为", "和", "全域", "共3个", "区县\t高风险区\n",
    "（1个）", "1个", "\n1\n", "\n2\n", "一、", "（一）",
)  # fmt: skip
STARTS = ("", "全国有1个中风险地区：", "中风险地区（2个）\n山东省青岛市（2个）：", "一、高风险区\n", "{'hlist': [[")


@pytest.mark.parametrize("seed", range(4))
def test_chance_text_is_read_without_error(seed):
    chance = random.Random(seed)
    for _ in range(150):
        text = chance.choice(STARTS) + "".join(chance.choices(PIECES, k=chance.randrange(120)))
        assert all(area.level for area in read(text).areas)


@pytest.mark.parametrize(
    "again",
    [
        "汉",
        "（",
        "（甲",
        "1",
        "十",
        "山东省青岛市",
        "甲路以东、",
        "1号楼、",
        "解除",
        "解除高风险地",
        "一一一一一个",
        "甲▲",
        "<p",
        "甲小区和",
        "甲|",
        "甲村，以上均为高风险。",
        "其中甲市2个：",
    ],
)
def test_a_very_long_line_takes_no_longer_than_many_short_ones(again):
    """Of 60,000 signs. What looks again and again from each sign to the end of the line would take minutes."""
    text = again * (60_000 // len(again))
    assert read(f"全国有1个中风险地区：{text}").declared == {"middle": 1}
    assert not read(f"{text}为高风险").areas


def test_brackets_that_close_are_masked_and_no_others():
    assert masked("（甲（乙）丙）丁（戊（2个）") == "＿＿＿＿＿＿＿丁（戊（2个）"
    assert masked("）甲（（共3个）、乙）（丙") == "）甲（（共3个）、乙）（丙"
