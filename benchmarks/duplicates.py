"""Repeats in public data sets whose truth is known, through the real import of people and the real queue.

FEBRL 1 to 3 (synthetic Australian people with slips of the hand; `rec-7-dup-0` repeats `rec-7-org`) and splink's
fake_1000 (people with up to several records, columns missing; `cluster` says who is who). Each set goes into a
database of its own, in the columns that a street would send. A pair counts as found at a level and all above it.
The weights and the two thresholds were set by their reasons (muster/domains/residents/rules.py), for all sets alike.

Then the speed: new people against a town that is there already, every tenth of them a repeat of somebody in it.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from benchmarks import district

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "6_linkage"
COLUMNS = ("ref", "name", "id_number", "born_on", "area", "address")
THRESHOLDS = (13, 16, 18, 20, 22, 24, 26, 30)
GRID = district.HERE + "001001001"
Row = dict[str, str]
Pair = frozenset[str]


def febrl(path: Path) -> tuple[list[Row], dict[str, str]]:
    """The rows, and whose record each is. Days that do not exist are left out, as the import would ask for."""
    rows, truth = [], {}
    for raw in _read(path):
        street = (raw[name] for name in ("street_number", "address_1", "address_2", "suburb", "postcode", "state"))
        ref = raw["rec_id"]
        truth[ref] = ref.split("-")[1]
        name = f"{raw['given_name']} {raw['surname']}".strip()
        rows.append(_row(ref, name, raw["soc_sec_id"], raw["date_of_birth"], " ".join(filter(None, street))))
    return rows, truth


def splink(path: Path) -> tuple[list[Row], dict[str, str]]:
    """The rows, and whose record each is; the address for mail stands where a document's number would."""
    rows, truth = [], {}
    for raw in _read(path):
        ref = "S" + raw["unique_id"]
        truth[ref] = raw["cluster"]
        name = f"{raw['first_name']} {raw['surname']}".strip()
        rows.append(_row(ref, name, raw["email"], raw["dob"], raw["city"]))
    return rows, truth


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for raw in csv.DictReader(file, skipinitialspace=True):
            yield {name.strip(): (value or "").strip() for name, value in raw.items()}


def _row(ref: str, name: str, number: str, born: str, address: str) -> Row:
    try:
        born = date.fromisoformat(born).isoformat()
    except ValueError:
        born = ""
    values = (ref, name, number, born, GRID, address)
    return dict(zip(COLUMNS, values, strict=True))


SETS: dict[str, tuple[Callable[[Path], tuple[list[Row], dict[str, str]]], Path]] = {
    "FEBRL 1": (febrl, DATA / "febrl" / "dataset1.csv"),
    "FEBRL 2": (febrl, DATA / "febrl" / "dataset2.csv"),
    "FEBRL 3": (febrl, DATA / "febrl" / "dataset3.csv"),
    "splink fake_1000": (splink, DATA / "splink" / "fake_1000.csv"),
}


def measure(rows: list[Row], truth: dict[str, str]) -> dict[Pair, tuple[float, str]]:
    """Import the rows, run the job, and read the queue: each pair with its bits and level."""
    from muster.domains.residents.jobs import match_all
    from muster.domains.residents.models import Candidate
    from muster.kernel.posts.logins import acting
    from muster.site.exchange.loading import Options, load

    with NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="", delete=False) as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    path = Path(file.name)
    try:
        loaded = load("people", path, Options(rows=False))
    finally:
        path.unlink()
    assert loaded.new == len(rows), loaded.summary
    match_all()
    with acting():
        found = Candidate.objects.values_list("one__ref", "other__ref", "bits", "level")
        return {frozenset((one, other)): (bits, level) for one, other, bits, level in found}


def true_pairs(truth: dict[str, str]) -> set[Pair]:
    """All pairs of records of one person."""
    people: dict[str, list[str]] = {}
    for ref, person in truth.items():
        people.setdefault(person, []).append(ref)
    return {frozenset(pair) for refs in people.values() for pair in combinations(refs, 2)}


def quality(found: set[Pair], true: set[Pair]) -> tuple[float, float]:
    """(precision, recall)."""
    right = len(found & true)
    return right / max(1, len(found)), right / max(1, len(true))


def _forget_people() -> None:
    with district.owner() as owner:
        owner.execute("TRUNCATE people_person, people_persondetails, people_identifier, residents_waiting CASCADE")


def sets() -> None:
    """Each set: precision and recall at each level and at each number of bits."""
    levels, bits_table = [], []
    for name, (read, path) in SETS.items():
        rows, truth = read(path)
        start = time.perf_counter()
        found = measure(rows, truth)
        seconds = time.perf_counter() - start
        true = true_pairs(truth)
        line: list[Any] = [name, f"{len(rows):,}", f"{len(true):,}", f"{seconds:.0f} s"]
        for chosen in (("certain",), ("certain", "likely"), ("certain", "likely", "possible")):
            precision, recall = quality({pair for pair, (_b, level) in found.items() if level in chosen}, true)
            line.append(f"{precision:.3f} / {recall:.3f}")
        levels.append(line)
        shown = (quality({p for p, (b, _level) in found.items() if b >= bits}, true) for bits in THRESHOLDS)
        bits_table.append([name, *(f"{precision:.3f} / {recall:.3f}" for precision, recall in shown)])
        _forget_people()
    print("precision / recall; the chosen threshold is “likely”: at least 20 bits, and no cap that says less\n")
    district.table(["set", "records", "true pairs", "time", "certain", "likely or more", "possible or more"], levels)
    print("\nby bits alone, without the caps")
    district.table(["set", *(f"≥ {bits} bits" for bits in THRESHOLDS)], bits_table)


_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红文斌波辉鹏飞宇浩轩梓涵雨欣怡佳嘉琪子豪"


def people(count: int, seed: int, start: int = 0) -> list[Row]:
    """Made-up people, three to a door, with phones; names as frequent as in life: few surnames, many of one name."""
    random = np.random.default_rng(seed)
    surnames = random.zipf(1.3, count) % len(_SURNAMES)
    given = random.integers(0, len(_GIVEN), (count, 2))
    short = random.random(count) < 0.15
    born = np.datetime64("1940-01-01") + random.integers(0, 29_000, count)
    rows = []
    for n in range(count):
        name = _SURNAMES[surnames[n]] + _GIVEN[given[n, 0]] + ("" if short[n] else _GIVEN[given[n, 1]])
        door = (start + n) // 3
        address = f"幸福小区{door // 600 + 1}号楼{door // 100 % 6 + 1}单元{door // 10 % 30 + 1}0{door % 10}室"
        rows.append({
            "ref": f"B{start + n}", "name": name, "phone": f"13{(start + n) * 7919 % 10**9:09}", "area": GRID,
            "born_on": str(born[n]), "address": address, "household": f"D{door}",
        })  # fmt: skip
    return rows


def repeated(row: Row, number: int) -> Row:
    """The same person as another office wrote them down: by sound, by slip, or without the phone."""
    other = row | {"ref": f"N{number}", "household": ""}
    if number % 3 == 0:
        other["phone"] = ""
    if number % 3 == 1:
        day = date.fromisoformat(row["born_on"])
        other["born_on"] = day.replace(day=day.day % 28 + 1).isoformat()
    return other


def speed(there: int = 100_000, new: int = 10_000) -> None:
    """New people against those who are there: seconds of the import, and of the comparison."""
    from muster.domains.residents.jobs import match_all
    from muster.domains.residents.models import Candidate
    from muster.kernel.loading import batches
    from muster.kernel.people.actions import load_people
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import SYSTEM

    def load(rows: list[Row]) -> float:
        start = time.perf_counter()
        for batch in batches(enumerate(rows)):
            report = load_people(by=SYSTEM, rows=batch)
            assert not report["rejected"], report["rejected"][:3]
        return time.perf_counter() - start

    town = people(there, seed=1)
    load(town)
    _not_compared()
    district.settle("people_person", "people_persondetails", "people_identifier")
    known = [repeated(town[number * 7], number) for number in range(new // 10)]
    arriving = people(new - len(known), seed=2, start=there)
    imported = load([*known, *arriving])
    start = time.perf_counter()
    done = match_all()
    seconds = time.perf_counter() - start
    with acting():
        found = {
            (one, other)
            for one, other in Candidate.objects.exclude(level="possible").values_list("one__ref", "other__ref")
        }
        queue = Candidate.objects.count()
    right = sum((f"N{n}", f"B{n * 7}") in found or (f"B{n * 7}", f"N{n}") in found for n in range(len(known)))
    print(f"\n{new:,} new people against {there:,}: imported in {imported:.1f} s, compared in {seconds:.1f} s")
    print(f"({done:,} records, {new / seconds:,.0f} people/s); {right:,} of {len(known):,} repeats are likely or more,")
    print(f"{len(found):,} pairs likely or more, {queue:,} in the queue")


def _not_compared() -> None:
    with district.owner() as owner:
        owner.execute("TRUNCATE residents_waiting")


def main(people: int = 100_000) -> None:
    """The sets, then the speed."""
    with district.installation("duplicates"):
        district.make_areas(6)
        with district.owner() as owner:
            owner.execute(
                "INSERT INTO areas_area (code, name, level, parent) VALUES (%s, 'Grid', 'grid', NULL)"
                " ON CONFLICT DO NOTHING",
                [GRID],
            )
        print(f"duplicates; {district.machine()}\n")
        if DATA.is_dir():
            sets()
        else:
            print(f"no data sets in {DATA}: only the speed is measured")
        speed(min(people, 100_000))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    main(parser.parse_args().people)
