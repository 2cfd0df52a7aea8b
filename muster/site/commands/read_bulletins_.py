"""`muster read-bulletins`."""

from __future__ import annotations

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
    then "lists", and "guess" where only a name that it bears tells a probable one.
    """
    rows = [row(record) for record in _records(file)]
    complete(rows)
    if as_json:
        click.echo("[" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows) + "]")
        return
    for each in rows:
        if each["agrees"] is not True:
            said = "declares nothing" if each["agrees"] is None else "; ".join(each["why"])
            click.echo(f"{each['file']}: {each['found']} areas, {said}")
    counted = [each for each in rows if each["agrees"] is not None]
    agreeing = sum(each["agrees"] for each in counted)
    click.echo(f"{len(rows)} bulletins; {agreeing} of {len(counted)} agree with the number they declare.")


def row(record: dict[str, Any]) -> dict[str, Any]:
    """A record's reading as it is printed; `declared` is null where the text declares no number."""
    from muster.domains.arrivals.rules.bulletins import read

    reading = read(record.get("text") or "")
    return {
        **{name: record.get(name, "") for name in ("source", "file", "publish_date")},
        "declared": sum(reading.declared.values()) if reading.declared else None,
        "found": len(reading.areas),
        "agrees": reading.agrees,
        "why": reading.disagreements(),
        "declared_by_level": reading.declared,
        "areas": [{**_area(area), "code": area.code} for area in reading.areas],
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


def _records(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise click.ClickException(f"Line {number} is not a JSON object.")
        yield record
