"""Who decides on a gathering, and what a response level forbids: as data, read once."""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from muster.kernel.posts.roles import SECTORS

from . import words
from .rules import Approval, Opinion, Response

PACKAGED = Path(__file__).with_name("approval.toml")


def approval() -> Approval:
    """The thresholds in force: the installation's own file, else ours. Raises ValueError for an unsound file."""
    own = Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser() / "approval.toml"
    return _read(own if own.exists() else PACKAGED)


@lru_cache(maxsize=8)
def _read(path: Path) -> Approval:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = tuple((int(step["from"]), str(step["level"])) for step in raw["steps"])
    response = _response(raw["response"])
    return Approval(
        steps, int(raw["outsiders_raise"]), int(raw["banquet_tables"]), dict(raw["source"]), response,
        _opinion(raw.get("opinion", {})),
    ).checked()  # fmt: skip


def _opinion(raw: dict[str, Any]) -> Opinion:
    """Whose opinion is asked; nobody's, where the file does not say. Raises ValueError."""
    asked = dict(raw.get("sectors", {}))
    if set(asked) - set(words.EVENT_KINDS) or set(asked.values()) - set(SECTORS):
        raise ValueError("approval.toml: opinion: an unknown kind of gathering, or an unknown sector")
    return Opinion(asked, int(raw.get("from", 1)), timedelta(hours=int(raw.get("hours", 24))))


def _response(raw: dict[str, Any]) -> Response:
    """What each response level forbids, every kind by name. Raises ValueError."""
    forbids = {}
    for row in raw["levels"]:
        said = row["forbids"]
        if unknown := set(said) - {"all", *words.EVENT_KINDS}:
            raise ValueError(f"approval.toml: no such kind of gathering: {', '.join(sorted(unknown))}")
        least = {kind: said.get(kind, said.get("all")) for kind in words.EVENT_KINDS}
        forbids[str(row["level"])] = {kind: int(count) for kind, count in least.items() if count is not None}
    if set(forbids) != set(words.RESPONSE_LEVELS) - {""}:
        raise ValueError("approval.toml: each response level stands there once")
    hours = (timedelta(hours=int(raw[f"{name}_hours"])) for name in ("undo", "acknowledge", "inform"))
    return Response(forbids, *hours, dict(raw["source"]))
