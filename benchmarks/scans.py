"""Scans of venues: batches of 500 through the API against bare COPY, and codes checked without a database.

The rival of the batches is COPY of the finished rows into a twin of the day's table with the same indexes (place, time
and person, unique; person and time) and CHECK constraints, without its wall, one transaction a batch, in turn with
Muster: rows made into text, sent, indexed, committed (into a twin of the whole log, by days, it takes as long). Both
run with the garbage collector frozen after start, as the server's is; codes have their marks, as issued. Muster's
figure is that of the whole request in this process: JSON read, the venue's link and every personal code checked,
holders looked up, visits entered, the answer written. It is measured with codes as signed texts, and as twelve digits.
Counts are compared at the end. A second table says where the time goes.

The last one checks signed personal codes in two processes at once, each of its own keys, without any database.

    python -m benchmarks.scans --people 20000 --batches 40
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks import district
from benchmarks.rounds import Waits

SIZE, VENUES, PROCESSES, CODES = 500, 20, 2, 4000
DAY = datetime(2021, 12, 1, 1, tzinfo=UTC)
PARTS = {
    "site_asked": "how often this device asks",
    "presence_enter": "venue and holders found, visits entered",
    "": "other statements",
}
COLUMNS = "person, place, entered_at, left_at, source, seat_row"


def main(people: int = 100_000, batches: int = 100, seconds: float = 10.0) -> None:
    """Measure at the given size and print the tables."""
    with district.installation("scans"):
        run(min(people, 200_000), batches)
        print()
        check_codes(seconds)


def run(people: int, batches: int) -> None:
    """Batch by batch in turn: COPY, signed codes, digits; each of other minutes, so that every visit is new."""
    import psycopg
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    from muster.domains.premises import codes
    from muster.domains.premises.models import PersonalCode, Venue
    from muster.kernel import clock
    from muster.kernel.posts.logins import acting

    gc.collect()
    gc.freeze()  # as the server does (muster/site/asgi.py)
    clock.freeze(DAY + timedelta(days=1))
    venues, holders = _world(people)
    settings.ALLOWED_HOSTS = ["*"]
    links = [codes.make(codes.DESK, venue.pk, 1) for venue in venues]
    signed = [codes.make(codes.PERSON, row) for row, _number, _key in holders]
    _sent(Client(), links[0], _rows(signed, holders, 0, "signed", 0))  # opens the day, and plans what will be asked
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        owner.execute("CREATE TABLE plain (LIKE presence_20211201 INCLUDING ALL)")
        owner.execute("GRANT SELECT, INSERT ON plain TO muster_act")
    spent: dict[str, list[float]] = {"COPY": [], "signed": [], "digits": []}
    client, waits = Client(), {"signed": Waits(PARTS), "digits": Waits(PARTS)}
    with psycopg.connect(settings.MUSTER_URLS["act"]) as rival:
        for batch in range(batches):
            if batch % 100 == 0:
                cache.clear()  # a device may send 300 batches a minute
            keys = [holders[(batch * SIZE + n) % len(holders)][2] for n in range(SIZE)]
            place = venues[batch % VENUES].place.key
            spent["COPY"].append(_copied(rival, keys, place, DAY + timedelta(minutes=batch)))
            for number, kind in enumerate(("signed", "digits")):
                rows = _rows(signed, holders, batch, kind, 1 + number * 500)
                with waits[kind].in_batch():
                    spent[kind].append(_sent(client, links[batch % VENUES], rows))
        copied = rival.execute("SELECT count(*) FROM plain").fetchone()
    with acting():
        from muster.kernel.posts.logins import connection

        with connection().cursor() as cursor:
            cursor.execute("SELECT count(*) FROM presence")
            entered = cursor.fetchone()[0]
        assert PersonalCode.objects.count() == len(holders) and Venue.objects.count() == VENUES
    assert copied and (copied[0], entered) == (batches * SIZE, (2 * batches + 1) * SIZE), (copied, entered)
    _report(spent, waits)


def _report(spent: dict[str, list[float]], waits: dict[str, Waits]) -> None:
    """Print how fast each kind of batch is, and what its time goes to."""
    bare = median(spent["COPY"])
    lines = [[kind, len(of), f"{1000 * median(of):.1f}", f"{SIZE / median(of):,.0f}", f"{bare / median(of):.2f}"]
             for kind, of in spent.items()]  # fmt: skip
    print(f"{district.machine()}\n")
    district.table(["batches of 500 scans", "batches", "ms, p50", "rows/s", "÷ COPY"], lines)
    print()
    parts = {kind: dict(of.parts) for kind, of in waits.items()}
    for kind, of in parts.items():
        waited = map(sum, zip(*of.values(), strict=True))
        of["Python: request, JSON, checks, answer"] = [a - b for a, b in zip(spent[kind], waited, strict=True)]
    names = parts["signed"]
    rows = [[name, *(f"{1000 * median(of[name]):.1f}" for of in parts.values())] for name in names]
    district.table(["ms of a batch", *parts], rows)


def _world(people: int) -> tuple[list[Any], list[Any]]:
    """Venues, and people with personal codes: (id, number, key of the person)."""
    import psycopg
    from django.conf import settings

    from muster.domains.premises import actions, codes
    from muster.domains.premises.models import PersonalCode
    from muster.domains.premises.rules import with_check_digit
    from muster.kernel import clock, ids
    from muster.kernel.people.models import Person
    from muster.kernel.posts.logins import ACT, acting
    from muster.kernel.posts.models import SYSTEM

    grids = district.make_areas(max(10, people // district.PEOPLE_PER_GRID))
    with district.owner() as owner:
        district.make_people(owner, people, grids)
    now, made = clock.now(), [ids.uuid7() for _n in range(100 * SIZE)]
    with acting():
        venues = [
            actions.add_venue(by=SYSTEM, area=grids[n % len(grids)], name=f"V{n}", kind="mall", now=DAY)
            for n in range(VENUES)
        ]
        holders = list(Person.objects.order_by("key").values_list("pk", "key")[: 100 * SIZE])
        rows = [
            PersonalCode(id=made[n], person_id=pk, number=with_check_digit(10_000_000_000 + n), area=grids[0],
                         issued_at=now, issued_by=made[n], ends_at=now + timedelta(days=300),
                         mark=codes.mark(codes.make(codes.PERSON, made[n])))
            for n, (pk, _key) in enumerate(holders)
        ]  # fmt: skip
        PersonalCode.objects.using(ACT).bulk_create(rows, batch_size=2000)
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE premises_personalcode")
    return venues, [(row.pk, row.number, key) for row, (_pk, key) in zip(rows, holders, strict=True)]


def _rows(signed: list[str], holders: list[Any], batch: int, kind: str, minute: int) -> list[dict[str, str]]:
    at = (DAY + timedelta(minutes=minute + batch)).isoformat()
    chosen = [(batch * SIZE + n) % len(holders) for n in range(SIZE)]
    return [
        {"op": str(n), "code": signed[who] if kind == "signed" else holders[who][1], "at": at}
        for n, who in enumerate(chosen)
    ]


def _sent(client: Any, link: str, rows: list[dict[str, str]]) -> float:
    body, headers = json.dumps(rows), {"authorization": f"Bearer {link}"}
    start = time.perf_counter()
    answer = client.post("/api/v1/scans", body, content_type="application/json", headers=headers)
    spent = time.perf_counter() - start
    assert answer.status_code == 200 and answer.json()["new"] == SIZE, answer.content
    return spent


def _copied(rival: Any, keys: list[int], place: int, at: datetime) -> float:
    rows = [(key, place, at, None, 1, None) for key in keys]
    start = time.perf_counter()
    with rival.cursor() as cursor, cursor.copy(f"COPY plain ({COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    rival.commit()
    return time.perf_counter() - start


def check_codes(seconds: float) -> None:
    """Checks a second of signed personal codes, every one of them another, in each of two processes."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        found = pool.map(_checked, [seconds] * PROCESSES)
    total = sum(found)
    district.table(
        ["codes checked", "processes", "per s", "target"], [["signed", PROCESSES, f"{total:,.0f}", "15,400"]]
    )


def _checked(seconds: float) -> float:
    """Codes checked in a second by this process; it has no database."""
    import base64
    import os

    from django.conf import settings

    secret = base64.b64encode(os.urandom(32)).decode()
    settings.configure(MUSTER_KEYS={"current": "k1", "aes": {"k1": secret}}, DATABASES={})
    from uuid import uuid4

    from muster.domains.premises import codes

    now = datetime.now(UTC)
    made = [codes.make(codes.PERSON, uuid4()) for _n in range(CODES)]
    start, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - start) < seconds:
        for text in made[:500]:
            codes.read(text, codes.PERSON, now=now)
        count += 500
        made = made[500:] + made[:500]
    return count / spent


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10.0)
    main(**vars(parser.parse_args()))
