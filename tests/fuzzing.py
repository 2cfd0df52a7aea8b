"""Many random requests, and what became of them: `make fuzz`, or without `make`

    python -m tests.fuzzing --requests 100000 --signed-in 0

Requests of visitors go to every route that needs no sign-in, as the application has made them: with the fields of the
page's own form, of a valid one and of none, and with hostile values; those of people signed in to every route. Each
process sends every so many-th of the same numbered requests, in this process, through all of Django, to a night in a
database of its own. Ends with 1, and says which requests they were, where something fell.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import shutil
import sys
import time
from collections import Counter
from http import HTTPStatus

FEW = 20  # routes that are named


def main() -> None:
    """Send them, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000, help="of visitors")
    parser.add_argument("--signed-in", type=int, default=0, help="of anybody, to every route")
    parser.add_argument("--first", type=int, default=0, help="number of the first: others than the last time")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    numbers = {"visitors": chosen.requests, "everybody": chosen.signed_in}
    fell = [
        _sent(who, range(chosen.first, chosen.first + many), chosen.processes) for who, many in numbers.items() if many
    ]
    sys.exit(any(fell))


def _sent(who: str, numbers: range, processes: int) -> bool:
    """Whether something fell."""
    start = time.monotonic()
    parts = [(who == "visitors", numbers[first::processes]) for first in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=1) as pool:
        came = pool.map(_part, parts, chunksize=1)
    answers: Counter[tuple[str, int]] = sum((of for of, _fallen in came), Counter())
    statuses: Counter[int] = Counter()
    for (_route, status), count in answers.items():
        statuses[status] += count
    routes = {route for route, _status in answers}
    print(f"{who}: {sum(answers.values()):,} requests to {len(routes)} routes, {time.monotonic() - start:.0f} s")
    for status, count in sorted(statuses.items()):
        print(f"  {status} {HTTPStatus(status).phrase:24}{count:>9,}")
    never = sorted(routes - {route for route, status in answers if status < 400})
    if len(never) <= FEW:
        print(f"  only ever refused: {', '.join(never) or 'none'}")
    fallen = {place: told for _answers, fallen in came for place, told in fallen.items()}
    for place, told in sorted(fallen.items()):
        print(f"\n{place}\n  {told}")
    return bool(fallen) or any(status >= 500 for status in statuses)


def _part(given: tuple[bool, range]) -> tuple[Counter[tuple[str, int]], dict[str, str]]:
    """One process's part."""
    from tests import conftest, database

    conftest.start_django()
    from tests.monkey import caged, play

    logging.disable(logging.CRITICAL)
    held = database.WorkerDatabase()
    try:
        with caged(held) as monkey:
            play(monkey, given[1], given[0])
        return monkey.answers, monkey.fallen
    finally:
        held.close()
        shutil.rmtree(conftest.HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
