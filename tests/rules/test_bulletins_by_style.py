"""Bulletins written for these tests in the styles of 2020, 2021 and 2022: what is listed at which level, and counts.

Each text in `bulletins/*.txt` stands between `=== name` and `---`; below it the declared numbers and the areas: level,
city, county, street, place (without its street).
"""

import re
from pathlib import Path

import pytest

from muster.domains.arrivals.rules import divisions
from muster.domains.arrivals.rules.bulletins import read
from muster.domains.arrivals.rules.signs import LEVELS

pytestmark = pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")
TEXTS = {
    f"{file.stem} {name.strip()}": (text.strip("\n"), told.split("\n"))
    for file in sorted((Path(__file__).parent / "bulletins").glob("*.txt"))
    for name, text, told in re.findall(r"^=== (.+)\n([\s\S]+?)\n---\n([\s\S]*?)(?=^===|\Z)", file.read_text(), re.M)
}


def told(rows):
    """(declared, whether they disagree, areas) as the rows below a text say them."""
    declared = {}
    areas = []
    for row in rows:
        words = row.split(" ")
        if words[0] == "declared":
            declared = {LEVELS[level]: int(n) for level, n in re.findall(r"([^0-9 ]+)([0-9]+)", row[9:])}
        elif len(words) > 1:
            areas.append((LEVELS[words[0]], *(word.replace("-", "") for word in (words[1:] + ["", "", ""])[:4])))
    return declared, "disagrees" in rows, areas


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read(name):
    text, rows = TEXTS[name]
    declared, disagrees, areas = told(rows)
    reading = read(text)
    listed = reading.areas or [area for area, _ in reading.changes]
    assert [(a.level, a.city, a.county, a.street, a.place.removeprefix(a.street)) for a in listed] == areas
    assert all(area.province for area in listed)
    assert reading.declared == declared
    assert bool(reading.disagreements()) == disagrees


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        (
            "高风险区（1个）\n李沧区九水街道甲小区\n特此通告\n青岛市李沧区浮山路街道乙小区",
            ["青岛市李沧区浮山路街道乙小区"],
        ),
        ("爱辉区高风险区调整情况\n11月1日新增：\n花园街道甲社区\n请居民做好防护", ["花园街道甲社区"]),
    ],
)
def test_what_is_not_read_is_said(text, unread):
    assert read(text).unread == unread


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_of_a_text_is_left(name):
    assert read(TEXTS[name][0]).unread == []
