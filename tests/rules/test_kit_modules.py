"""The desk's browser modules that are plain rules, run in Node: what was scanned, tubes in hand, numbers of sheets."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from muster.domains.screening import sheets

FOLDER = Path(__file__).resolve().parents[2] / "muster" / "domains" / "screening" / "static" / "screening" / "kit"


def run(module: str, script: str):
    """What a script returns that has the module's exports as `m`."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no node to run the browser's modules.")
    source = json.dumps((FOLDER / module).read_text("utf-8"))
    program = f"""
        const m = await import("data:text/javascript," + encodeURIComponent({source}));
        const answer = await (async () => {{ {script} }})();
        console.log(JSON.stringify(answer));
    """
    done = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_scanned():
    found = run(
        "reading.js",
        """return [
            m.read(" 61040419900101123０ ", 120), m.read("610404199001011230", 9000), m.read("13912345678", 9000),
            m.read("+86 139-1234-5678"), m.read("01A2019C-a7d5-7b10-9297-e5626fbd2756"), m.read("E12345678", 100),
            m.read("61040419850512004x"),
        ]""",
    )
    assert found == [
        {"how": "card", "number": "610404199001011230"},
        {"how": "typed", "number": "610404199001011230"},
        {"how": "phone", "number": "13912345678"},
        {"how": "phone", "number": "+8613912345678"},
        {"how": "code", "person": "01a2019c-a7d5-7b10-9297-e5626fbd2756"},
        {"how": "card", "number": "E12345678"},
        {"how": "typed", "number": "61040419850512004X"},
    ]


def test_a_slip_in_an_identity_number_is_noticed():
    right = "610404199001011230"
    wrong = [right[:n] + str((int(right[n]) + 1) % 10) + right[n + 1 :] for n in range(17)]
    answers = run("reading.js", f"return {json.dumps([right, *wrong, '13912345678', 'E12345678'])}.map(m.slip)")
    assert answers == [False, *[True] * 17, False, False]


def test_a_tube_in_hand():
    answers = run(
        "tubes.js",
        """
        let tube = m.begin({}, "T1", { capacity: 10, round: "r", served: { members: 2, capacity: 5 } });
        const places = [];
        for (const op of ["a", "b"]) {
          const put = m.put(tube, { op, who: op, key: op, at: 1000, said: "x" });
          places.push([put.base, put.position]);
          tube = put.tube;
        }
        const last = [m.last(tube, 1000 + 59999)?.member.op, m.last(tube, 1000 + 60000)];
        const back = m.takeBack(tube);
        const shut = m.seal(back, 3);
        const told = m.agree({ T1: back }, { T1: { members: 7 } }, new Set());
        const busy = m.agree({ T1: back }, { T1: { members: 7 } }, new Set(["T1"]));
        const home = m.begin({}, "T2", { capacity: 1, household: true, round: "r" });
        const kept = m.begin({ T1: back }, "T1", {}).members.length;
        return { places, last, capacity: tube.capacity, inside: m.inside(back), sealed: m.last(shut, 1000),
          told: m.inside(told.T1), busy: m.inside(busy.T1), home: home.capacity, kept };
        """,
    )
    assert answers == {
        "places": [[2, 3], [3, 4]],
        "last": ["b", None],
        "capacity": 5,
        "inside": 3,
        "sealed": None,
        "told": 7,
        "busy": 3,
        "home": 20,
        "kept": 1,
    }


def test_numbers_of_sheets_agree_with_the_printers():
    numbers = [sheets.fresh_number() for _n in range(50)]
    swapped = [number[1] + number[0] + number[2:] for number in numbers if number[0] != number[1]]
    answers = run("paper.js", f"return [{json.dumps(numbers)}, {json.dumps(swapped)}].map((all) => all.map(m.isSheet))")
    assert set(answers[0]) == {True} and set(answers[1]) == {False}


def test_a_line_of_a_sheet_is_one_operation():
    lines = [
        ("r", "S", 1, "k", 0), ("r", "S", 1, "k", 0), ("r", "S", 1, "k", 1), ("r", "S", 1, "o", 0),
        ("r", "S", 2, "k", 0), ("r", "Q", 1, "k", 0), ("q", "S", 1, "k", 0),
    ]  # fmt: skip
    ops = run("paper.js", f"return Promise.all({json.dumps(lines)}.map((line) => m.lineOp(...line)))")
    assert ops[0] == ops[1] and len(set(ops)) == 6
    assert all(len(op) == 36 and op[14] == "8" and op[19] in "89ab" for op in ops)
