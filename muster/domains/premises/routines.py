"""What venues owe as routine, by kind: read once from `routines.toml`, or from the installation's own copy."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from muster.kernel.posts.roles import REGULATORS, SECTORS

from . import words
from .rules import checked_period

PACKAGED = Path(__file__).with_name("routines.toml")
BY = tuple(words.DOERS)


@dataclass(frozen=True)
class Kind:
    """One routine: every how many days, due at which hour of the last of them, whose, for which kinds of venue."""

    code: str
    titles: Mapping[str, str]
    figures: Mapping[str, str]
    every: int
    due: int
    by: str
    kinds: tuple[str, ...]
    sources: Mapping[str, str]
    status: str
    count: int = 0
    counts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    visits: bool = False
    named: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return said(self.titles)

    @property
    def figure(self) -> str:
        """What its number means; '' where it has none."""
        return said(self.figures)

    @property
    def counted(self) -> list[tuple[str, str]]:
        """Its further numbers: code and what each means, in the reader's language."""
        return [(code, said(texts)) for code, texts in self.counts.items()]

    @property
    def source(self) -> str:
        """Where it comes from."""
        return said(self.sources)


def said(texts: Mapping[str, str]) -> str:
    """The text in the reader's language."""
    return texts.get("en" if get_language() == "en" else "zh", "")


def kinds() -> dict[str, Kind]:
    """The routines in force by code. Raises ValueError for an unsound file."""
    return _read(_file())[0]


def sectors() -> dict[str, tuple[str, ...]]:
    """Which authority answers for which kinds of venue."""
    return _read(_file())[1]


def sector_of(role: str) -> str:
    """The sector that a role answers for; '' where it is no regulator's."""
    return next((name for name, held in REGULATORS.items() if held == role), "")


def kinds_of(post: Any) -> tuple[str, ...] | None:
    """The kinds of venue that a post answers for; None where all of its area are its business."""
    sector = sector_of(post.role)
    return sectors().get(sector, ()) if sector else None


def mend_within() -> timedelta:
    """How long a venue has to put right what a regulator found, unless the check says otherwise."""
    return _read(_file())[2]


def _file() -> Path:
    own = Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser() / "routines.toml"
    return own if own.exists() else PACKAGED


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[dict[str, Kind], dict[str, tuple[str, ...]], timedelta]:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    found = {row["code"]: _kind(row) for row in raw["routine"]}
    sectors = {str(name): tuple(kinds) for name, kinds in raw["sectors"].items()}
    if unknown := [name for name in sectors if name not in SECTORS]:
        raise ValueError(f"routines.toml: no such sector: {', '.join(unknown)}")
    of = [kind for kinds in sectors.values() for kind in kinds]
    if len(of) != len(set(of)):
        raise ValueError("routines.toml: a kind of venue has two sectors")
    return found, sectors, timedelta(hours=int(raw.get("mend_hours", 72)))


def _kind(row: dict[str, Any]) -> Kind:
    kinds = tuple(row["kinds"])
    if row["by"] not in BY or not set(kinds) <= set(words.VENUE_KINDS):
        raise ValueError(f"routines.toml: {row['code']}: an unknown kind of venue, or it is nobody's")
    if not set(row.get("named", ())) <= set(row.get("counts", {})):
        raise ValueError(f"routines.toml: {row['code']}: what is named is not counted")
    every, due = checked_period(int(row["every"]), int(row["due"]))
    return Kind(
        row["code"], row["title"], row.get("figure", {}), every, due, row["by"], kinds, row["source"], row["status"],
        int(row.get("count", 0)), row.get("counts", {}), bool(row.get("visits")), tuple(row.get("named", ())),
    )  # fmt: skip
