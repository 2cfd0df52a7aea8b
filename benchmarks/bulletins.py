"""The two shares of reading risk areas: bulletins whose count agrees with themselves, addresses that find their county.

    python -m benchmarks.bulletins

The data is public and not part of the project; it is read from ../shared/data. Addresses are looked up four times:
from the division table alone; then with the names of the bulletins' lists; then, as in a list, after the one before;
then with what is only probable. Nothing was learned from the pairs' answers. With --all each miss is printed.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path

from muster.domains.arrivals.rules import divisions, known, places, telling
from muster.domains.arrivals.rules.bulletins import Area, Reading, read

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "2_linelists" / "cn_riskareas"


def main() -> None:
    """Print the shares and what is behind them."""
    if not DATA.exists():
        sys.exit(f"{DATA} is not here; nothing to measure.")
    records, readings = _bulletins()
    _addresses([area for reading in readings for area in reading.areas])
    _by_date(records, readings)


def _bulletins() -> tuple[list[dict[str, str]], list[Reading]]:
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
    return records, [reading for _, reading in readings]


def _addresses(areas: list[Area]) -> None:
    rows = list(csv.DictReader((DATA / "addr_pairs_dev.csv").open(encoding="utf-8")))
    learned = known.learn(areas)
    recalled = partial(known.recall, learned)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: list[tuple[dict[str, str], str, str]] = []
    city_before = county_before = ""
    for row in rows:
        city, _ = places.descend(row["in_prov"] + ("" if row["in_city"] == row["in_prov"] else row["in_city"]))
        table = places.find(row["in_detail"], city).code
        lists = places.find(row["in_detail"], city, recalled=recalled).code
        order = lists if len(lists) > 4 else county_before if city == city_before else lists
        city_before, county_before = city, order
        guess = order if len(order) > 4 else places.likely(row["in_detail"], city)
        for how, code in (("table", table), ("lists", lists), ("order", order), ("guess", guess)):
            right[how] += _is(code, row["out_county"])
            wrong[how] += len(code) > 4 and not _is(code, row["out_county"])
        if not _is(guess, row["out_county"]):
            missed.append((row, city, guess))
    print(f"addresses: {len(rows)}")
    for how, n in right.items():
        answered = n + wrong[how]
        print(f"  {how}: {answered} answered, {n} right ({n / len(rows):.1%}, {n / answered:.1%} of these), ", end="")
        print(f"{wrong[how]} wrong, {len(rows) - answered} unanswered")
    _classes(rows, missed, learned)


def _classes(rows: list[dict[str, str]], missed: list[tuple[dict[str, str], str, str]], learned: known.Known) -> None:
    """Why each of the rest was missed, and how many could be right at all: the answers came from a map service, and
    some contradict one another, the official lists, or the division table."""
    said: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        said[row["in_city"], _bare(row)][row["out_county"]] += 1
    classes: defaultdict[str, list[str]] = defaultdict(list)
    impossible = sum(sum(each.values()) - max(each.values()) for each in said.values())
    for row, city, code in missed:
        earlier, street = known.recall(learned, city, row["in_detail"]), telling.street(city, row["in_detail"])
        if len(said[row["in_city"], _bare(row)]) > 1:
            why = "the pairs contradict one another"
        elif earlier and not _is(earlier, row["out_county"]):
            why = "the bulletins name another county"
        elif street and not _is(street, row["out_county"]):
            why = "the street named lies in another county"
        elif row["out_county"] not in (*divisions.below(city), *divisions.streets(city)):
            why = "the answer lies in another city"
        else:
            why = "found another" if code else "nothing tells"
        classes[why].append(
            f"{row['in_city']} {row['in_detail']}: {row['out_county']}, {divisions.title(code)[2] or '-'}"
        )
    impossible += sum(len(classes[why]) for why in ("the bulletins name another county",
        "the street named lies in another county", "the answer lies in another city"))  # fmt: skip
    print(f"  at most {len(rows) - impossible} ({1 - impossible / len(rows):.1%}) can be right; missed are:")
    for why, each in sorted(classes.items(), key=lambda item: -len(item[1])):
        print(f"  {why}: {len(each)}")
        if "--all" in sys.argv:
            print("".join(f"    {line}\n" for line in each), end="")


def _bare(row: dict[str, str]) -> str:
    return re.sub(r"（新增）|\(新增?|[\s。,，]", "", row["in_detail"])


def _by_date(records: list[dict[str, str]], readings: list[Reading]) -> None:
    """The same question to the bulletins themselves, whose headings say the county: each new place is asked with what
    the bulletins of earlier days told, which is what an installation knows that has read them."""
    asked: Counter[str] = Counter()
    learned = known.learn(())
    seen: set[tuple[str, str]] = set()
    days: defaultdict[str, list[Area]] = defaultdict(list)
    for record, reading in zip(records, readings, strict=True):
        days[record["publish_date"]] += [area for area in reading.areas if len(area.code) >= 6]
    for _, areas in sorted(days.items()):
        for area in areas:
            city = divisions.city_of(area.code)
            if (city, area.place) in seen or not area.place:
                continue
            seen.add((city, area.place))
            found = places.find(area.place, city, recalled=partial(known.recall, learned)).code
            for way, code in (
                ("certain", found[:6]),
                ("guess", "" if len(found) > 4 else places.likely(area.place, city)),
            ):
                if code and code != city:
                    asked[f"{way} right" if code == area.code[:6] else f"{way} wrong"] += 1
        for key, counts in known.learn(areas).items():
            learned[key].update(counts)
    of = ", ".join(f"{name} {asked[name]}" for name in ("certain right", "certain wrong", "guess right", "guess wrong"))
    print(f"places of the bulletins, county hidden, each when it first appeared: {len(seen)}; {of}")


def _is(code: str, county: str) -> bool:
    """A city without counties is filled with its town."""
    towns = divisions.streets(code[:4]) if len(code) == 9 else {}
    return bool(county) and (divisions.title(code)[2] == county or code in towns.get(county, ()))


if __name__ == "__main__":
    main()
