"""What changed in a form from one version to the next, and how much of it is left to do by hand. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import ceil

ALIKE = 0.6  # of two names of a column, from which on it is the same column with another name
SECONDS_A_CELL = 10  # for one cell filled in by hand; our own assumption, said on the page


@dataclass(frozen=True)
class Changes:
    """Columns added, removed, and renamed (old, new); notes that are new and that are gone."""

    added: list[str]
    removed: list[str]
    renamed: list[tuple[str, str]]
    notes_added: list[str]
    notes_removed: list[str]

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.renamed, self.notes_added, self.notes_removed))


def compare(
    old: Sequence[str], new: Sequence[str], old_notes: Sequence[str] = (), new_notes: Sequence[str] = ()
) -> Changes:
    """The difference of two headers. A column that moved is the same; a like name in place of another is a new name."""
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    likeness = sorted(
        ((SequenceMatcher(None, a, b, autojunk=False).ratio(), a, b) for a in gone for b in come), reverse=True
    )
    renamed: dict[str, str] = {}
    for ratio, a, b in likeness:
        if ratio >= ALIKE and a not in renamed and b not in renamed.values():
            renamed[a] = b
    return Changes(
        [name for name in come if name not in renamed.values()],
        [name for name in gone if name not in renamed],
        [(name, renamed[name]) for name in gone if name in renamed],
        [note for note in new_notes if note not in old_notes],
        [note for note in old_notes if note not in new_notes],
    )


def minutes_by_hand(rows: int, columns: int) -> int:
    """How long somebody needs for what is filled in by hand: whole minutes, at least one where there is anything."""
    return ceil(rows * columns * SECONDS_A_CELL / 60)
