"""The shape of each ledger's file: its columns, and what their headers and words may be called."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Shape:
    """A ledger's columns in order, those a file must have, and other names: header -> column, word -> code."""

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]
    headers: dict[str, str]
    words: dict[str, dict[str, str]]

    def match(self, cells: Sequence[Any]) -> list[str | None]:
        """The column that each header cell names, or None; of two equal ones the first counts."""
        found: list[str | None] = []
        for cell in cells:
            column = self.headers.get(plain(cell))
            found.append(None if column in found else column)
        return found


@cache
def shapes() -> dict[str, Shape]:
    """Every ledger by name, in the order in which they build on one another."""
    raw = tomllib.loads((Path(__file__).parent / "ledgers.toml").read_text(encoding="utf-8"))
    return {name: _shape(name, spec) for name, spec in raw.items()}


def plain(text: Any) -> str:
    """A header as it is compared: without case, spaces, underscores, brackets, width of characters and a trailing *."""
    folded = unicodedata.normalize("NFKC", str(text or "")).casefold().rstrip("* ")
    return re.sub(r"[\s_()-]+", "", folded)


def _shape(name: str, spec: dict[str, Any]) -> Shape:
    headers = {plain(column): column for column in spec["columns"]}
    for column, others in spec["headers"].items():
        headers |= {plain(other): column for other in others}
    words = {
        column: {other: code for code, others in codes.items() for other in others}
        for column, codes in spec.get("words", {}).items()
    }
    return Shape(name, tuple(spec["columns"]), frozenset(spec["required"]), headers, words)
