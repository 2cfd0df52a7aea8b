"""Loading and tracing at the size of a large district: a million people, forty million stays over two weeks.

    python -m benchmarks.presence [--people 1000000] [--presence 40000000] [--repeat 60] [--tracing-only]

Everything happens in a temporary installation, which is removed; at full size 25 GB there and 8 GB of memory.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from typing import Any

from benchmarks import district


def main(people: int = 1_000_000, presence: int = 40_000_000, repeat: int = 60, tracing_only: bool = False) -> None:
    """Make the world, load it, trace in it, print two tables; or load it without a rival, and print the second."""
    with district.installation("presence"):
        from benchmarks import loading, tracing, world

        start = time.perf_counter()
        made = world.make_world(people)
        rows = world.make_presence(made, presence)
        _make_records(made)
        spent = time.perf_counter() - start
        print(f"presence: {people:,} people, {made.places:,} places, {len(rows):,} stays; made in {spent:.0f} s")
        print(f"{district.machine()}\n")
        if tracing_only:
            loading.load(rows)
        else:
            lines = loading.measure(rows)
            district.table(["loading, 1000 rows/s", "runs × rows", "COPY", "Muster", "Muster ÷ COPY"], lines)
        del rows
        print()
        head = ["tracing, p50 in ms", "runs", "contacts", "by hand", "Muster", "Muster ÷ hand"]
        district.table(head, tracing.measure(people, _night(), repeat))


def _night() -> datetime:
    """19:15 on the last of the days."""
    from benchmarks.world import DAYS, FIRST_DAY
    from muster.kernel import clock

    first = datetime.fromisoformat(f"{FIRST_DAY}+00:00").astimezone(clock.zone())
    return first + timedelta(days=DAYS - 1, hours=19, minutes=15)


def _make_records(made: Any) -> None:
    """Bare people and places whose keys are the world's numbers."""
    from benchmarks.world import KINDS

    with district.owner() as owner, owner.cursor() as cursor:
        with cursor.copy("COPY people_place (id, kind, area, name, layout) FROM STDIN") as copy:
            for number, kind in enumerate(made.kinds.tolist()):
                copy.write(f"{number:032x}\t{KINDS[kind]}\t{district.HERE}\t\t\n")
        columns = "id, canonical_id, label, sex, home, present, team, created_at"
        with cursor.copy(f"COPY people_person ({columns}) FROM STDIN") as copy:
            for number in range(made.people):
                copy.write(f"{number:032x}\t{number:032x}\t\t\t{district.HERE}\t{district.HERE}\t\t2021-11-01\n")
    district.settle("people_place", "people_person")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--presence", type=int, default=40_000_000)
    parser.add_argument("--repeat", type=int, default=60)
    parser.add_argument("--tracing-only", action="store_true")
    main(**vars(parser.parse_args()))
