"""`muster read-bulletins`."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.command("read-bulletins")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, one to a line.")
def command(file: Path, as_json: bool) -> None:
    """Read the risk areas out of the bulletins in FILE: one JSON object a line with source, file, publish_date, text.

    Needs no database and writes nothing. Each bulletin's areas are compared with the number that it declares itself.
    A place whose county its own bulletin leaves out has the county that the file's other bulletins tell; `county_by` is
    then "lists", and "guess" where only a name that it bears tells a probable one. `unread` are pieces that may name a
    place and were read as none. A line that is no JSON object is named and left out; the others are printed, and the
    command ends with 1.
    """
    bad: list[int] = []
    rows = [row(record) for record in _records(file, bad)]
    complete(rows)
    if as_json:
        click.echo(_sound("[" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows) + "]"))
    else:
        _summary(rows)
    for number in bad:
        click.echo(f"Line {number} is not a JSON object; it was left out.", err=True)
    if bad:
        raise SystemExit(1)


def _summary(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        if each["agrees"] is not True:
            said = "declares nothing" if each["agrees"] is None else "; ".join(each["why"])
            click.echo(_sound(f"{each['file']}: {each['found']} areas, {said}"))
        for piece in each["unread"]:
            click.echo(_sound(f"{each['file']}: not read: {piece}"))
    counted = [each for each in rows if each["agrees"] is not None]
    agreeing = sum(each["agrees"] for each in counted)
    click.echo(f"{len(rows)} bulletins; {agreeing} of {len(counted)} agree with the number they declare.")


def row(record: dict[str, Any]) -> dict[str, Any]:
    """A record's reading as it is printed; `declared` is null where the text declares no number."""
    from muster.domains.arrivals.rules.bulletins import read

    text = record.get("text")
    reading = read(text if isinstance(text, str) else "")
    return {
        **{name: record.get(name, "") for name in ("source", "file", "publish_date")},
        "declared": sum(reading.declared.values()) if reading.declared else None,
        "found": len(reading.areas),
        "agrees": reading.agrees,
        "why": reading.disagreements(),
        "declared_by_level": reading.declared,
        "areas": [{**_area(area), "code": area.code} for area in reading.areas],
        "unread": reading.unread,
        "changes": [{**_area(area), "from": before} for area, before in reading.changes],
    }


def complete(rows: list[dict[str, Any]]) -> None:
    """Fill the counties that a bulletin left out, from the other bulletins, else by what is probable; says which."""
    from types import SimpleNamespace

    from muster.domains.arrivals.rules import divisions, known, places

    learned = known.learn(SimpleNamespace(**area) for each in rows for area in each["areas"])
    for area in (area for each in rows for area in each["areas"]):
        code = area.pop("code")
        if len(code) != 4 and code not in divisions.MUNICIPALITIES:
            continue
        found, by = known.recall(learned, code, area["place"]), "lists"
        if not found:
            found, by = places.likely(area["place"], code), "guess"
        if found:
            area |= {"county": divisions.title(found)[2], "county_by": by}


def _area(area: Any) -> dict[str, str]:
    return {name: getattr(area, name) for name in ("province", "city", "county", "street", "place", "level")}


def _sound(text: str) -> str:
    """Half a surrogate, which JSON may hold and no output can, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _records(file: Path, bad: list[int]) -> Iterator[dict[str, Any]]:
    """The records; numbers of lines that hold none go to `bad`."""
    for number, line in enumerate(_lines(file.read_bytes()), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            yield record
        else:
            bad.append(number)


def _lines(data: bytes) -> Iterator[str]:
    """Lines end with a line feed alone: JSON may hold other ends of lines. UTF-8, UTF-16 with its mark, or GB 18030."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            yield line.decode("gb18030", "replace")
