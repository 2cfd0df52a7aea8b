"""Hostile and broken files: whatever the bytes, an answer and never a crash. Seeded, so that a failure comes back."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import UTC, datetime

import pytest

from muster.kernel.posts.logins import acting
from muster.ledger.imports.drafts import TARGETS, VERDICTS, Options, draft
from muster.ledger.imports.plain import plain_workbook
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.table import Wishes

NOW = datetime(2021, 11, 30, 11, 15, tzinfo=UTC)
HOSTILE = [
    "=1+1", "\0", "\ud7ff", "'" * 40, "1e309", "-0", "١٢٣", "\u202e姓名", "9" * 400, "2021-02-31", "99/99/9999", "NaN",
    float("1e300"), -1.5, 2**60, "a" * 5000, "\r\n", "姓名", "🦠", True,
]  # fmt: skip
HEADS = [
    "编号",
    "姓名",
    "电话",
    "身份证号",
    "出生日期",
    "病种",
    "发病日期",
    "病例编号",
    "末次接触时间",
    "区域",
    "x",
    "",
]


def rows_of(chance):
    width = chance.randrange(1, len(HEADS))
    head = chance.sample(HEADS, width)
    rows = [[chance.choice([*HOSTILE, "王", "7", "13800138000", ""]) for _cell in range(width)] for _row in range(6)]
    return [*([["标题"]] * chance.randrange(3)), head, *rows]


def broken(chance, content):
    """A few bytes changed, a piece cut out, or a part of the package swapped."""
    data = bytearray(content)
    for _number in range(chance.randrange(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    at = chance.randrange(len(data))
    return bytes(data[:at] + data[at + chance.randrange(200) :]) if chance.random() < 0.5 else bytes(data)


def mended(chance, content):
    """A whole package whose sheet was changed: the reader gets past the checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, broken(chance, text) if name.endswith("sheet1.xml") else text)
    return out.getvalue()


def judged(ledger, name, content):
    with acting():
        try:
            found = draft(TARGETS[ledger], name, content, Wishes(), Options(), NOW)
        except Unreadable as no:
            assert str(no)
            return
    assert all(verdict.verdict in VERDICTS for verdict in found.verdicts)
    assert sum(found.totals.values()) == len(found.verdicts) == len(found.table.numbers)
    assert all(verdict.reason for verdict in found.verdicts if verdict.verdict == "error")
    assert len(found.about()) == len(found.verdicts)


@pytest.mark.parametrize("seed", range(12))
def test_no_file_is_a_crash(db, seed):
    chance = random.Random(seed)
    for _round in range(6):
        rows, ledger = rows_of(chance), chance.choice(list(TARGETS))
        book = plain_workbook(rows, "s")
        text = "\n".join(chance.choice(",;\t").join(map(str, row)) for row in rows)
        encoding = chance.choice(["utf-8", "utf-16", "gb18030", "iso-8859-1"])
        judged(ledger, "x.xlsx", book)
        judged(ledger, "x.xlsx", broken(chance, book))
        judged(ledger, "x.xlsx", mended(chance, book))
        judged(ledger, chance.choice(["x.csv", "x.xls", "x.ods", "x.json"]), text.encode(encoding, "replace"))
        judged(ledger, "x", chance.randbytes(chance.randrange(3000)))
