"""Who decides on a gathering: the thresholds as data, read once."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache
from pathlib import Path

from .rules import Approval

PACKAGED = Path(__file__).with_name("approval.toml")


def approval() -> Approval:
    """The thresholds in force: the installation's own file, else ours. Raises ValueError for an unsound file."""
    own = Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser() / "approval.toml"
    return _read(own if own.exists() else PACKAGED)


@lru_cache(maxsize=8)
def _read(path: Path) -> Approval:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = tuple((int(step["from"]), str(step["level"])) for step in raw["steps"])
    return Approval(steps, int(raw["outsiders_raise"]), int(raw["banquet_tables"]), dict(raw["source"])).checked()
