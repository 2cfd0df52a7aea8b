"""The shape of each ledger's file: its columns, and what their headers and words may be called."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

# Traditional characters of headers and of the words in ledgers, each before its simplified form.
_PAIRS = """
    個个案案編编號号報报發发診诊斷断電电話话證证類类聯联絡络時时間间國国籍籍戶户區区離离繫系護护確确認认狀状況况職职業业單单備备註注
    歲岁齡龄別别無无徵征癥症陽阳陰阴檢检測测結结絕绝隔隔觸触親亲屬属關关係系與与輸输後后處处層层圈圈採采樣样種种場场點点進进開开
    來来傳传隔隔數数總总從从預预醫医療疗學学機机構构聽听實实驗验名名稱称級级鄉乡鎮镇縣县門门牌牌現现於于復复刪删擬拟臨临對对應应
    員员樓楼棟栋儀仪貨货車车號号補补復复內内聞闻將将當当體体為为經经紀纪錄录誤误違违
"""
_SIMPLE = str.maketrans(dict(zip(*[iter("".join(_PAIRS.split()))] * 2, strict=True)))
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]0-9]*\]|【[^】]*】|^[\s*#]+|^[0-9]+[.、)]\s*|[:：*]+\s*$")


@dataclass(frozen=True)
class Shape:
    """A ledger's columns in order, those a file must have, and other names: header -> column, word -> code.

    `more` are columns that are read and never written. `about` are those that name a row which is of no person.
    """

    name: str
    columns: tuple[str, ...]
    more: tuple[str, ...]
    required: frozenset[str]
    headers: dict[str, str]
    words: dict[str, dict[str, str]]
    about: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that a file may have."""
        return tuple(dict.fromkeys((*self.columns, *self.more)))

    def column(self, header: Any) -> str | None:
        """The column that a header names, or None: as it stands, else without brackets and numbers."""
        text = str(header or "")
        return self.headers.get(plain(text)) or self.headers.get(plain(_ASIDE.sub("", _folded(text))))

    def match(self, cells: Sequence[Any]) -> list[str | None]:
        """The column that each header cell names, or None; of two equal ones the first counts."""
        found: list[str | None] = []
        for cell in cells:
            column = self.column(cell)
            found.append(None if column in found else column)
        return found

    def word(self, column: str, text: str) -> str:
        """The code that a word stands for in a column, else the word itself."""
        codes = self.words.get(column)
        return codes.get(plain(text), text) if codes else text


@cache
def shapes() -> Mapping[str, Shape]:
    """Every ledger by name, in the order in which they build on one another."""
    raw = tomllib.loads((Path(__file__).parent / "ledgers.toml").read_text(encoding="utf-8"))
    person = raw.pop("person")
    return {name: _shape(name, spec, person if spec.get("person") else {}) for name, spec in raw.items()}


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A header or word as it is compared."""
    return re.sub(r"[\s_()\u200b-\u200f\ufeff-]+", "", _folded(text).casefold().rstrip("* "))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIMPLE)


def _shape(name: str, spec: dict[str, Any], person: dict[str, Any]) -> Shape:
    columns, more = tuple(spec["columns"]), (*spec.get("more", ()), *person.get("more", ()))
    headers = {plain(column): column for column in (*more, *columns)}
    for part in (person, spec):  # the ledger's own names win
        for column, others in part.get("headers", {}).items():
            headers |= {plain(other): column for other in others}
    words = {
        column: {plain(word): code for code, others in codes.items() for word in (code, *others)}
        for column, codes in (person.get("words", {}) | spec.get("words", {})).items()
    }
    about = tuple(spec.get("about", ()))
    return Shape(name, columns, more, frozenset(spec["required"]), headers, words, about)
