"""The two shares of reading risk areas: bulletins whose count agrees with themselves, addresses that find their county.

    python -m benchmarks.bulletins

The data is public and not part of the project; it is read from ../shared/data. Addresses are looked up three times:
from the division table alone; then with the names of the bulletins' lists; then, as in a list, after the one before.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

from muster.domains.arrivals.rules import divisions, known, places
from muster.domains.arrivals.rules.bulletins import Area, read

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "2_linelists" / "cn_riskareas"


def main() -> None:
    """Print the shares and what is behind them."""
    if not DATA.exists():
        sys.exit(f"{DATA} is not here; nothing to measure.")
    areas = _bulletins()
    _addresses(areas)


def _bulletins() -> list[Area]:
    records = [json.loads(line) for line in (DATA / "riskarea_bulletins_dev.jsonl").read_text().splitlines()]
    began = time.perf_counter()
    readings = [(record["file"], read(record["text"])) for record in records]
    took = time.perf_counter() - began
    counted = [(file, reading) for file, reading in readings if reading.agrees is not None]
    agreeing = sum(bool(reading.agrees) for _, reading in counted)
    areas = [area for _, reading in readings for area in reading.areas]
    print(
        f"bulletins: {agreeing} of {len(counted)} agree ({agreeing / len(counted):.1%}); {len(readings)} read, ", end=""
    )
    print(
        f"{len(areas)} areas, {sum(bool(area.county) for area in areas) / len(areas):.1%} with a county; {took:.1f} s"
    )
    for file, reading in counted:
        if not reading.agrees:
            print(f"  {file}: {'; '.join(reading.disagreements())}")
    return areas


def _addresses(areas: list[Area]) -> None:
    rows = list(csv.DictReader((DATA / "addr_pairs_dev.csv").open(encoding="utf-8")))
    learned = known.learn(areas)
    right = {"table": 0, "lists": 0, "order": 0}
    city_before = county_before = ""
    for row in rows:
        city, _ = places.descend(row["in_prov"] + ("" if row["in_city"] == row["in_prov"] else row["in_city"]))
        table = places.find(row["in_detail"], city).code
        lists = table if len(table) > 4 else known.recall(learned, table, row["in_detail"])
        order = lists or (county_before if city == city_before else "")
        city_before, county_before = city, order
        for how, code in (("table", table), ("lists", lists), ("order", order)):
            right[how] += _is(code, row["out_county"])
    print(f"addresses: of {len(rows)}, " + ", ".join(f"{how} {n} ({n / len(rows):.1%})" for how, n in right.items()))


def _is(code: str, county: str) -> bool:
    """A city without counties is filled with its town."""
    towns = divisions.streets(code[:4]) if len(code) == 9 else {}
    return bool(county) and (divisions.title(code)[2] == county or code in towns.get(county, ()))


if __name__ == "__main__":
    main()
