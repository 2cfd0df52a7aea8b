"""From a result that is committed to the duty on the right grid worker's phone, and on nobody else's.

The real server (`muster serve`: pages by uvicorn, jobs by a worker process) on loopback, one open stream for each of
many posts. The laboratory sends one positive result for every other grid, by the API. A phone does what the page does:
at a `duties` event it fetches its list. The clock of a result starts when the API has answered: then it is committed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import uuid4

from benchmarks import district
from benchmarks.serving import keep_plan_in_force, served

MOST_PEOPLE = 100_000  # what a result sets off does not grow with the district
OPENING, PATIENCE = 60, 30  # seconds until all streams are open; after the last result for what is still under way
NEIGHBOURS = 10  # streams in the district next door, which must stay silent
SHOPS_PER_GRID, VISITS = 8, 4
SHARED = 20  # minutes of a visit


@dataclass
class Phone:
    """One open stream of a post: when it heard of duties, and when its list first showed one."""

    post: Any
    cookie: str
    expects: bool
    heard: list[float] = field(default_factory=list)
    shown: float | None = None
    sent: float = 0.0
    committed: float = 0.0
    opened: asyncio.Event = field(default_factory=asyncio.Event)


def main(people: int = 20_000, streams: int = 100, every: float = 0.5) -> None:
    """Make the district, serve it, send the results, print what came when."""
    people = min(people, MOST_PEOPLE)
    with district.installation("live") as home:
        keep_plan_in_force(home)  # the sort of response that finds most contacts
        phones, persons, key = make(people, streams)
        with served(1, home / "serve.log") as (_server, port):
            asyncio.run(asyncio.wait_for(measure(port, phones, persons, key, every), OPENING + 300))
        print(f"live: {people:,} people, {len(phones)} open streams, {len(persons)} results, one each {every} s")
        print(f"{district.machine()}; {home.name} removed\n")
        report(phones)


def make(people: int, streams: int) -> tuple[list[Phone], list[str], str]:
    """People, visits to shops of their own grid, posts and a key; the references of who will be positive."""
    from muster.kernel.people.models import Organisation
    from muster.kernel.posts.actions import issue_key, secret_of
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import SYSTEM

    grids = district.make_areas(streams * 5 // 4 + NEIGHBOURS)
    here = [code for code in grids if code.startswith(district.HERE)][:streams]
    beside = [code for code in grids if code.startswith(district.NEXT_DOOR)][:NEIGHBOURS]
    with district.owner() as connection:
        district.make_people(connection, people, grids, even=True)
        found = connection.execute("SELECT DISTINCT ON (area) area, 'P' || n FROM one ORDER BY area, n").fetchall()
    _make_visits(grids)
    district.settle()
    first = dict(found)
    here = [code for code in here if code in first]
    with acting():
        laboratory = Organisation.objects.create(ref="LAB", name="LAB", kind="laboratory", area=district.HERE)
        post = district.make_post("laboratory", organisation=laboratory.pk)
        key = secret_of(issue_key(by=SYSTEM, post=post, name="bench"))
    district.make_post("investigator", district.HERE)
    workers = [district.make_post("grid", code) for code in here]
    phones = [Phone(post, district.cookie_of(post), number % 2 == 0) for number, post in enumerate(workers)]
    silent = [district.make_post("grid", code) for code in beside] + [
        district.make_post("headquarters", district.NEXT_DOOR)
    ]
    phones += [Phone(post, district.cookie_of(post), False) for post in silent]
    return phones, [first[code] for code in here[::2]], key


def _make_visits(grids: list[str]) -> None:
    """A few shops in each grid, and what its people left there in the last ten days."""
    from muster.kernel import clock
    from muster.kernel.people.models import Person, Place
    from muster.kernel.posts.logins import acting
    from muster.kernel.presence.load import load_presence

    with acting():
        shops = [
            Place(ref=f"{code}-{n}", name=f"Shop {n}", kind="market", area=code)
            for code in grids
            for n in range(SHOPS_PER_GRID)
        ]
        Place.objects.bulk_create(shops, batch_size=2000)
        keys: dict[str, list[int]] = {}
        for area, key in Place.objects.order_by("ref").values_list("area", "key"):
            keys.setdefault(area, []).append(key)
        people = Person.objects.order_by("key").values_list("key", "home")
        load_presence(_visits(people, keys, clock.now()))


def _visits(people: Any, shops: dict[str, list[int]], now: Any) -> Any:
    from datetime import timedelta

    import numpy as np

    random = np.random.default_rng(3)
    for person, home in people:
        for shop, hours in zip(random.integers(0, SHOPS_PER_GRID, VISITS), random.random(VISITS) * 240, strict=True):
            entered = now - timedelta(hours=1 + float(hours))
            yield person, shops[home][shop], entered, entered + timedelta(minutes=SHARED), "venue_code"


async def measure(port: int, phones: list[Phone], persons: list[str], key: str, every: float) -> None:
    """Open the streams, send the results one after another, wait for what is under way."""
    listening = [asyncio.create_task(_listen(port, phone)) for phone in phones]
    await _all_open(phones)
    await asyncio.sleep(2)  # the first `reconnected` of each process
    try:
        sending = []
        for phone, person in zip((phone for phone in phones if phone.expects), persons, strict=True):
            sending.append(asyncio.create_task(_send(port, phone, person, key)))
            await asyncio.sleep(every)
        await asyncio.gather(*sending)
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late and any(phone.expects and phone.shown is None for phone in phones):
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)  # what would still come to a wrong stream
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def _all_open(phones: list[Phone]) -> None:
    waiting = [asyncio.create_task(phone.opened.wait()) for phone in phones]
    await asyncio.wait(waiting, timeout=OPENING)
    if closed := sum(not phone.opened.is_set() for phone in phones):
        raise SystemExit(f"{closed} of {len(phones)} streams did not open in {OPENING} s")


async def _listen(port: int, phone: Phone) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head("GET", "/live/", phone.cookie, "Accept: text/event-stream"))
    try:
        async for line in reader:
            if line.startswith(b"event: beat"):
                phone.opened.set()
            elif line.startswith(b"event: duties"):
                phone.heard.append(time.monotonic())
                if phone.shown is None:
                    _status, body = await _ask(port, "GET", "/duties/rows/", phone.cookie)
                    if b"data-row" in body:
                        phone.shown = time.monotonic()
    finally:
        writer.close()


async def _send(port: int, phone: Phone, person: str, key: str) -> None:
    from muster.kernel import clock

    row = {"ref": f"R-{person}", "person": person, "disease": "covid19", "sampled_at": clock.now().isoformat()}
    body = json.dumps(row | {"result": "positive", "ct_orf": 22.5, "ct_n": 21.5})
    headers = f"Authorization: Bearer {key}\r\nIdempotency-Key: {uuid4()}\r\nContent-Type: application/json"
    phone.sent = time.monotonic()
    status, answer = await _ask(port, "POST", "/api/v1/results", "", headers, body)
    phone.committed = time.monotonic()
    if status != 200:
        raise SystemExit(f"the API answered {status}: {answer[-300:].decode(errors='replace')}")


async def _ask(port: int, method: str, path: str, cookie: str, headers: str = "", body: str = "") -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        length = f"Content-Length: {len(body.encode())}\r\nConnection: close"
        writer.write(_head(method, path, cookie, "\r\n".join(filter(None, (headers, length)))) + body.encode())
        answer = await reader.read()
    finally:
        writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]) if head else 0, rest


def _head(method: str, path: str, cookie: str, headers: str) -> bytes:
    session = f"Cookie: sessionid={cookie}\r\n" if cookie else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{session}{headers}\r\n\r\n".encode()


def report(phones: list[Phone]) -> None:
    """Medians and the slowest of a hundred, what did not come, and who heard what was not theirs."""
    mine = [phone for phone in phones if phone.expects and phone.committed]
    heard = [_first_after(phone) - phone.committed for phone in mine if _first_after(phone)]
    shown = [phone.shown - phone.committed for phone in mine if phone.shown is not None]
    answered = [phone.committed - phone.sent for phone in mine]
    rows = [_row("result sent -> API answers", answered), _row("committed -> event on the stream", heard)]
    district.table(["seconds", "p50", "p99", "slowest", "of"], [*rows, _row("committed -> duty in the list", shown)])
    early = [phone for phone in mine if any(moment < phone.sent for moment in phone.heard)]
    others = [phone for phone in phones if not phone.expects and phone.heard]
    missing = len(mine) - len(shown)
    print(f"\nnot shown: {missing}; streams that heard of duties not theirs: {len(early) + len(others)}")


def _first_after(phone: Phone) -> float | None:
    return next((moment for moment in phone.heard if moment >= phone.sent), None)


def _row(name: str, seconds: list[float]) -> list[Any]:
    if not seconds:
        return [name, "-", "-", "-", 0]
    ordered = sorted(seconds)
    return [name, median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], ordered[-1], len(ordered)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--every", type=float, default=0.5)
    main(**vars(parser.parse_args()))
