"""What whoever copies a phone finds in it: in every file of the profile, in every storage that a page can read."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

PART = 9  # digits: so many of an identity number or phone, wherever in it, count as the number
RUNS = {1: re.compile(rb"\d{9,}"), 2: re.compile(rb"(?:\d\0){9,}")}
EVERYTHING = (Path(__file__).with_name("storage.js")).read_text(encoding="utf-8")


def found_in(profile: Path, texts: Iterable[str], page: Page | None = None) -> dict[str, list[str]]:
    """Which of these texts stand in a file of a profile, or in a storage that `page` can read, and where."""
    wanted = {text: spellings(text) for text in texts}
    parts = {part: text for text in wanted if text.isascii() for part in parts_of(text)}
    hits: dict[str, list[str]] = {}
    for place, held in [*_files(profile), *(dump(page) if page else ())]:
        for text in (text for text, ways in wanted.items() if any(way in held for way in ways)):
            hits.setdefault(text, []).append(place)
        for run in (run for width, pattern in RUNS.items() for run in (hit[::width] for hit in pattern.findall(held))):
            for start in range(len(run) - PART + 1):
                if text := parts.get(run[start : start + PART]):
                    hits.setdefault(text, []).append(f"{place}, in part")
    return hits


def spellings(text: str) -> set[bytes]:
    """A text as bytes: UTF-8, UTF-16, GB18030, hexadecimal, escaped as in addresses and JSON, base64 at any offset."""
    plain = [text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    more = [
        plain[0].hex().encode(),
        plain[0].hex().upper().encode(),
        quote(text).encode(),
        json.dumps(text)[1:-1].encode(),
    ]
    for raw in plain[:2]:
        for before in range(3):
            coded = base64.b64encode(bytes(before) + raw)
            whole = coded[(8 * before + 5) // 6 : (8 * (before + len(raw))) // 6]
            more += [whole, whole.replace(b"+", b"-").replace(b"/", b"_")]
    return {*plain, *more}


def parts_of(text: str) -> Iterator[bytes]:
    """Every run of nine digits in a number."""
    for run in RUNS[1].findall(text.encode()):
        yield from (run[start : start + PART] for start in range(len(run) - PART + 1))


def dump(page: Page) -> list[tuple[str, bytes]]:
    """Every storage of the page's origin as its scripts read it, so that nothing hides in a compressed block."""
    return [(place, base64.b64decode(held)) for place, held in page.evaluate(EVERYTHING)]


def _files(profile: Path) -> Iterator[tuple[str, bytes]]:
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(profile)), path.read_bytes()
