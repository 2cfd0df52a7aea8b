"""The limits of what leaves a ledger at once: those of `limits.toml`, and over them those of the installation."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def _limits() -> dict[str, dict[str, int]]:
    known: dict[str, dict[str, int]] = tomllib.loads(Path(__file__).with_name("limits.toml").read_text())
    own = settings.HOME / "limits.toml"
    for table, values in tomllib.loads(own.read_text()).items() if own.exists() else ():
        known[table] |= values
    return known


def limit(key: str) -> int:
    """A limit by its dotted name, `export.rows`."""
    table, _dot, name = key.partition(".")
    return _limits()[table][name]
