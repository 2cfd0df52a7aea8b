"""What changed between two versions of a form, and how long is needed by hand."""

import pytest

from muster.ledger.forms.changes import Changes, compare, minutes_by_hand

OLD = ["序号", "姓名", "电话", "返回省市", "创建时间"]


@pytest.mark.parametrize(
    "new, added, removed, renamed",
    [
        (OLD, [], [], []),
        (OLD[::-1], [], [], []),
        ([*OLD, "户籍地"], ["户籍地"], [], []),
        (OLD[:-1], [], ["创建时间"], []),
        ([*OLD[:3], "返回市", "创建时间"], [], [], [("返回省市", "返回市")]),
        ([*OLD[:2], "联系电话", *OLD[3:]], [], [], [("电话", "联系电话")]),
        ([*OLD[:2], "籍贯", *OLD[3:]], ["籍贯"], ["电话"], []),
        ([], [], OLD, []),
    ],
)
def test_columns_come_go_and_change_their_names(new, added, removed, renamed):
    found = compare(OLD, new)
    assert (found.added, found.removed, found.renamed) == (added, removed, renamed)
    assert bool(found) == bool(added or removed or renamed)


def test_notes_come_and_go():
    assert compare(OLD, OLD, ["a", "b"], ["b", "c"]) == Changes([], [], [], ["c"], ["a"])


@pytest.mark.parametrize(
    "rows, columns, minutes", [(0, 4, 0), (10, 0, 0), (1, 1, 1), (6, 1, 1), (10, 4, 7), (300, 5, 250)]
)
def test_ten_seconds_a_cell(rows, columns, minutes):
    assert minutes_by_hand(rows, columns) == minutes
