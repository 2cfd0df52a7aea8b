"""JSON as rows: an array of objects, or an object that holds some; nested names are joined by dots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from . import texts
from .errors import Unreadable

_DEEP = 8
_WRAPPED = 3  # levels around a list of records


def tables(content: bytes) -> dict[str, list[list[Any]]]:
    """Every list of objects in the document as rows with a header, by its name. Raises Unreadable."""
    try:
        found = _parsed(texts.decode(content)[0])
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is no JSON: %(error)s.") % {"error": str(error)[:200]}) from None
    if isinstance(found, dict) and "outbreakTemplates" in found:
        raise Unreadable(_template(found))
    named = dict(_lists(found))
    if not named and isinstance(found, dict) and found:
        named = {"": [found]}
    if not named:
        raise Unreadable(_("The document holds no list of records."))
    return {name: _rows(rows) for name, rows in named.items()}


def _parsed(text: str) -> Any:
    """A document, or one on each line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
            raise
        return [json.loads(line) for line in lines]


def _lists(found: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of records in the upper levels of a document, by its path."""
    if _objects(found):
        yield name, found
    elif isinstance(found, list) and len(found) > 1 and all(isinstance(row, list) for row in found):
        header = [str(cell) for cell in found[0]]
        yield name, [dict(zip(header, row, strict=False)) for row in found[1:]]
    elif isinstance(found, dict) and depth < _WRAPPED:
        for key, inner in found.items():
            yield from _lists(inner, f"{name}.{key}" if name else str(key), depth + 1)


def _template(found: dict[str, Any]) -> str:
    """What a Go.Data outbreak template holds, what of it is of use here, and what is not."""
    templates = [row for row in found["outbreakTemplates"] or () if isinstance(row, dict)]
    parts = ("caseInvestigationTemplate", "contactFollowUpTemplate", "labResultsTemplate")
    questions = sum(len(row.get(part) or ()) for row in templates for part in parts)
    days = next((row[key] for row in templates for key in ("periodOfFollowup", "periodOfFollowUp") if key in row), "–")
    return _(
        "This is a Go.Data outbreak template (%(name)s), not a list: nobody stands in it. Of use here: contacts are"
        " followed for %(days)s days, which belongs into a plan. Left aside: %(questions)s questions,"
        " %(words)s words of reference."
    ) % {
        "name": ", ".join(str(row.get("name", "")).strip() for row in templates)[:100],
        "days": days,
        "questions": questions,
        "words": len(found.get("referenceData") or ()),
    }


def _objects(rows: Any) -> bool:
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) for row in rows)


def _rows(records: list[dict[str, Any]]) -> list[list[Any]]:
    flat = [dict(_flat(record)) for record in records]
    header = list(dict.fromkeys(name for record in flat for name in record))
    return [header, *([record.get(name) for name in header] for record in flat)]


def _flat(value: Any, path: str = "", depth: int = 0):
    if isinstance(value, dict) and depth < _DEEP:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and depth < _DEEP:
        yield from _flat(value[0], f"{path}[0]", depth + 1)
    elif isinstance(value, list | dict):
        yield path, ";".join(map(str, value))
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    else:
        yield path, value
